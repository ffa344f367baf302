"""`bin/sahayak customers`: what operators see and erase, and one line for every failure."""

import asyncio

import pytest
from sqlalchemy import select

from customers.built_in import BuiltInCustomerMemory
from customers.facts import Facts
from reviews.tables import audit_log
from runtime.database import open_database
from runtime.settings import Settings

ANITA = "whatsapp_cloud:919823012345"


@pytest.fixture
def database(var_folder):
    """With one customer who agreed and one who didn't."""
    engine = open_database(Settings(var_folder=var_folder))
    memory = BuiltInCustomerMemory(engine)
    asyncio.run(memory.allow("demo", ANITA, Facts("Premium", 3)))
    asyncio.run(memory.refuse("demo", "token:4711"))
    yield engine
    engine.dispose()


@pytest.mark.usefixtures("database")
def test_facts_and_decisions_are_shown(sahayak):
    shown = sahayak("customers", "--json", "show", "demo", ANITA).json
    assert (shown["decision"], shown["facts"]["stores"]["value"]) == ("allowed", "3")
    assert "product: Premium (since " in sahayak("customers", "show", "demo", ANITA).out
    assert "refused on" in sahayak("customers", "show", "demo", "token:4711").out


def test_an_erased_customer_is_unknown_and_the_audit_log_says_so_without_the_values(sahayak, database):
    assert "erased product, stores" in sahayak("customers", "erase", "demo", ANITA).out
    assert sahayak("customers", "show", "demo", ANITA).code == 1
    with database.connect() as connection:
        [row] = connection.execute(select(audit_log)).all()
    assert (row.tenant, row.action, row.subject, row.details) == (
        "demo",
        "customer_erased",
        ANITA,
        {"facts": ["product", "stores"]},
    )
    assert row.actor.startswith("operator ")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("show", "demo", "token:nobody"), 1, "Nothing is known of 'token:nobody' at demo."),
        (("erase", "demo", "token:nobody"), 1, "Nothing is known"),
        (("show", "nobody", ANITA), 2, "There is no tenant 'nobody'"),
        (("erase", "demo", "919823012345"), 2, "names no customer"),
        (("erase", "demo", ""), 2, "names no customer"),
    ],
)
def test_what_can_not_be_done_is_one_line(sahayak, arguments, code, said):
    told = sahayak("customers", *arguments)
    assert (told.code, told.out, len(told.err.splitlines())) == (code, "", 1)
    assert said in told.err
