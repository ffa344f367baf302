"""The memory of customers keeps its promises on SQLite, and on PostgreSQL where TEST_DATABASE_URL names one."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from customers.built_in import BuiltInCustomerMemory
from customers.facts import Facts
from customers.memory import Memory
from customers.tables import consents, customer_facts
from protocol.errors import StoreUnavailable

ANITA, RAVI = "whatsapp_cloud:919823012345", "token:4711"
FACTS = Facts("Premium", 3, "hi")


@pytest.fixture
def memory(engine):
    return BuiltInCustomerMemory(engine)


def rows(engine, table):
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar()


async def test_nobody_is_known_at_first(memory):
    assert await memory.recall("demo", ANITA) == Memory()


async def test_without_consent_nothing_is_written(memory, engine):
    assert not await memory.keep("demo", ANITA, FACTS)
    await memory.refuse("demo", ANITA)
    assert not await memory.keep("demo", ANITA, FACTS)
    assert (await memory.recall("demo", ANITA)).decision == "refused"
    assert rows(engine, customer_facts) == 0


async def test_what_was_allowed_is_recalled_with_the_dates(memory):
    await memory.allow("demo", ANITA, FACTS)
    recalled = await memory.recall("demo", ANITA)
    assert (recalled.allowed, recalled.facts, set(recalled.since)) == (True, FACTS, {"product", "stores", "language"})
    for moment in (recalled.decided_at, *recalled.since.values()):
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # SQLite keeps UTC without saying so
        assert abs(datetime.now(UTC) - moment) < timedelta(minutes=5)


async def test_a_newer_value_replaces_the_older_and_told_again_is_not_told_anew(memory):
    await memory.allow("demo", ANITA, FACTS)
    before = await memory.recall("demo", ANITA)
    await asyncio.sleep(0.01)
    assert await memory.keep("demo", ANITA, Facts("Premium", 5))
    after = await memory.recall("demo", ANITA)
    assert after.facts == Facts("Premium", 5, "hi")
    assert after.since["product"] == before.since["product"]
    assert after.since["stores"] > before.since["stores"]


async def test_tenants_and_customers_see_only_their_own(memory):
    await memory.allow("demo", ANITA, FACTS)
    for tenant, customer in (("other", ANITA), ("demo", RAVI), ("demo", "telegram:919823012345"), ("demo", "%")):
        assert await memory.recall(tenant, customer) == Memory()
        assert not await memory.keep(tenant, customer, Facts(stores=9))
        assert await memory.forget(tenant, customer) == ()
        assert await memory.erase(tenant, customer) is None
        await memory.refuse(tenant, customer)
        await memory.allow(tenant, customer, Facts(stores=7))
    assert (await memory.recall("demo", ANITA)).facts == FACTS


async def test_one_fact_is_forgotten_and_the_consent_stays(memory):
    await memory.allow("demo", ANITA, FACTS)
    assert await memory.forget("demo", ANITA, ("stores",)) == ("stores",)
    recalled = await memory.recall("demo", ANITA)
    assert (recalled.allowed, recalled.facts) == (True, Facts("Premium", 0, "hi"))
    assert await memory.forget("demo", ANITA, ("stores",)) == ()
    assert (await memory.recall("demo", ANITA)).allowed


@pytest.mark.parametrize("names", [("product", "stores", "language"), ("stores",)])
async def test_when_nothing_is_left_the_consent_is_withdrawn(memory, engine, names):
    await memory.allow("demo", ANITA, FACTS.only(names))
    assert set(await memory.forget("demo", ANITA, names)) == set(names)
    recalled = await memory.recall("demo", ANITA)
    assert (recalled.decision, recalled.facts) == ("withdrawn", Facts())
    assert not await memory.keep("demo", ANITA, FACTS)
    assert rows(engine, customer_facts) == 0


async def test_a_refusal_after_consent_erases(memory, engine):
    await memory.allow("demo", ANITA, FACTS)
    await memory.refuse("demo", ANITA)
    assert rows(engine, customer_facts) == 0


async def test_an_erased_customer_leaves_no_row(memory, engine):
    await memory.allow("demo", ANITA, FACTS)
    assert await memory.erase("demo", ANITA) == ("product", "stores", "language")
    assert (rows(engine, consents), rows(engine, customer_facts)) == (0, 0)
    assert await memory.erase("demo", ANITA) is None


async def test_what_is_told_while_everything_is_erased_does_not_come_back(memory, engine):
    for _ in range(10):
        await memory.allow("demo", ANITA, FACTS)
        told = [memory.keep("demo", ANITA, Facts(stores=number)) for number in range(1, 6)]
        await asyncio.gather(*told[:3], memory.forget("demo", ANITA), *told[3:])
        assert rows(engine, customer_facts) == 0
        assert (await memory.recall("demo", ANITA)).decision == "withdrawn"


async def test_two_tellings_at_once_leave_one_row(memory, engine):
    await memory.allow("demo", ANITA, Facts())
    await asyncio.gather(*(memory.keep("demo", ANITA, Facts(stores=number)) for number in range(1, 9)))
    assert rows(engine, customer_facts) == 1


async def test_a_store_that_is_down_is_one_line(memory, engine):
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE customer_facts"))
    with pytest.raises(StoreUnavailable, match="memory of customers") as refused:
        await memory.allow("demo", ANITA, FACTS)
    assert "\n" not in str(refused.value)
