"""The built-in ticket desk on real databases."""

import asyncio
from dataclasses import replace

from tickets.built_in import BuiltInTicketDesk
from tickets.desk import TicketDraft

DRAFT = TicketDraft("demo", "demo.web.a", "demo.web.a", "प्रिंटर काम नहीं कर रहा", "hi", channel="web")


async def test_tickets_are_numbered_from_10001_within_their_tenant(engine):
    desk = BuiltInTicketDesk(engine)
    numbers = [(await desk.open(DRAFT)).number for _ in range(3)]
    other = await desk.open(replace(DRAFT, tenant="other"))
    assert numbers == ["TKT-10001", "TKT-10002", "TKT-10003"]
    assert other.number == "TKT-10001"


async def test_a_retried_message_opens_no_second_ticket(engine):
    desk = BuiltInTicketDesk(engine)
    first, second = await asyncio.gather(*(desk.open(replace(DRAFT, dedupe_key="m1")) for _ in range(2)))
    assert first.number == second.number
    assert len(await desk.recent("demo", DRAFT.customer)) == 1


async def test_twenty_customers_at_once_get_twenty_numbers(engine):
    desk = BuiltInTicketDesk(engine)
    opened = await asyncio.gather(*(desk.open(replace(DRAFT, customer=f"c{n}")) for n in range(20)))
    assert len({ticket.number for ticket in opened}) == 20


async def test_a_customer_sees_only_their_own_ticket_of_their_own_tenant(engine):
    desk = BuiltInTicketDesk(engine)
    number = (await desk.open(DRAFT)).number
    assert (await desk.find("demo", number, DRAFT.customer)).description == DRAFT.description
    assert await desk.find("demo", number, "demo.web.b") is None
    assert await desk.find("other", number, DRAFT.customer) is None
