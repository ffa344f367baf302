"""Actions, called as Rasa calls them, on a real database."""

from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor
from sqlalchemy import select, text

from actions.erp import InvoiceLookup, OrderStatus, StockCheck
from actions.feedback import RateAnswer, RecordFeedback
from actions.forms import FORMS
from actions.leads import RecordLead
from actions.tickets import HandOver, OpenTicket, TicketStatus
from erp.not_connected import NotConnected
from leads.built_in import BuiltInLeadBook
from leads.tables import leads
from protocol.answers import Rating
from protocol.tenants import Tenant
from reviews.tables import feedback
from tickets.built_in import BuiltInTicketDesk

TENANTS = {"demo": Tenant("demo", "ReckonSales", support={"phone": "020-1"}), "other": Tenant("other", "Other")}


@pytest.fixture
def call(engine):
    """Run an action by name, as `POST /webhook` does."""
    desk = BuiltInTicketDesk(engine)
    executor = ActionExecutor()
    for action in (
        OpenTicket(TENANTS, desk), TicketStatus(TENANTS, desk), HandOver(TENANTS, desk), RecordFeedback(TENANTS, engine),
        RateAnswer(TENANTS, engine),
        RecordLead(TENANTS, BuiltInLeadBook(engine)), OrderStatus(TENANTS, NotConnected()),
        StockCheck(TENANTS, NotConnected()), InvoiceLookup(TENANTS, NotConnected()), *(form() for form in FORMS),
    ):  # fmt: skip
        executor.register_action(action)

    async def run(
        name: str,
        text: str = "",
        sender: str = "demo.web.a",
        message_id: str = "m1",
        metadata: Any = None,
        **slots: Any,
    ) -> Any:
        result = await executor.run(
            {
                "next_action": name,
                "sender_id": sender,
                "tracker": {
                    "sender_id": sender, "slots": slots, "events": [], "paused": False, "followup_action": None,
                    "active_loop": {}, "latest_action_name": None,
                    "latest_message": {"text": text, "metadata": {"message_id": message_id, **(metadata or {})}},
                },
                "domain": {"slots": {}, "responses": {}, "forms": {}},
            }
        )  # fmt: skip
        return result.model_dump()

    return run


async def test_a_ticket_is_opened_with_what_was_described(call):
    result = await call("action_open_ticket", "haan", description="bill print nahi ho raha", language="hinglish")
    assert result["responses"][0]["response"] == "utter_ticket_opened"
    assert result["responses"][0]["ticket_number"] == "TKT-10001"


async def test_the_same_message_again_opens_no_second_ticket(call):
    numbers = [(await call("action_open_ticket", description="x"))["responses"][0]["ticket_number"] for _ in range(2)]
    assert numbers[0] == numbers[1]


async def test_only_the_owner_sees_a_ticket(call):
    await call("action_open_ticket", description="x")
    mine = await call("action_ticket_status", ticket_number="tkt 10001")
    theirs = await call("action_ticket_status", ticket_number="TKT-10001", sender="demo.web.b")
    elsewhere = await call("action_ticket_status", ticket_number="TKT-10001", sender="other.web.a")
    assert mine["responses"][0]["response"] == "utter_ticket_open"
    assert theirs["responses"][0]["response"] == elsewhere["responses"][0]["response"] == "utter_ticket_not_found"


async def test_asking_for_a_person_leaves_a_ticket_and_says_how_to_reach_one(call):
    result = await call("action_hand_over", "मुझे किसी इंसान से बात करनी है", language="hi")
    response = result["responses"][0]
    assert (response["response"], response["phone"]) == ("utter_handed_over", "020-1")


async def test_a_lead_is_kept_with_a_clean_phone_number(call, engine):
    await call("action_record_lead", person="Anita", phone="98230 12345", language="en")
    with engine.connect() as connection:
        assert connection.execute(select(leads.c.name, leads.c.phone)).all() == [("Anita", "+919823012345")]


async def test_feedback_is_kept_with_its_rating(call, engine):
    await call("action_record_feedback", "bahut badhiya", rating="5", comment="bahut badhiya", language="hinglish")
    with engine.connect() as connection:
        assert connection.execute(select(feedback.c.rating, feedback.c.comment)).all() == [(5, "bahut badhiya")]


async def test_a_thumb_is_kept_and_a_second_thought_replaces_it(call, engine):
    for rating in (Rating("a1", True), Rating("a1", False, "incomplete", "no word of the phone")):
        metadata = {**rating.to_metadata(), "language": "en"}
        assert (await call("action_rate_answer", metadata=metadata))["responses"] == []
    with engine.connect() as connection:
        kept = connection.execute(select(feedback.c.answer_id, feedback.c.rating, feedback.c.comment)).all()
    assert kept == [("a1", 1, "[incomplete] no word of the phone")]


@pytest.mark.parametrize("action", ["action_order_status", "action_stock_check", "action_invoice_lookup"])
async def test_without_an_erp_the_customer_is_told_so(call, action):
    result = await call(action, order_number="RS-10241", product="Dolo 650", invoice_number="INV/26-27/004512")
    [response] = result["responses"]
    assert response["response"] == "utter_lookup_unavailable"
    assert response["reference"] in ("RS-10241", "Dolo 650", "INV/26-27/004512")
    assert [event["value"] for event in result["events"]] == [None]  # the next question is about something else


async def test_a_conversation_of_no_tenant_is_refused(call):
    result = await call("action_open_ticket", sender="nobody.web.a", description="x")
    assert result["responses"][0]["response"] == "utter_cannot_read_that"


async def test_an_unforeseen_error_is_said_politely_and_shows_nothing(call, engine):
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE tickets"))
    result = await call("action_open_ticket", description="x")
    assert [response["response"] for response in result["responses"]] == ["utter_something_failed"]
    assert "Traceback" not in str(result)
