"""A tenant's day: a warning, the cheapest model, quotations; and a new day."""

import logging

import pytest
from sqlalchemy import insert

from answering.answerer import Answerer
from answering.budget import Budgets
from answering.question import Question
from answering.tables import usage
from protocol.tenants import Tenant

THRIFTY = Tenant("demo", "ReckonSales", usd_per_day=1.0)
TEXT = "A backup is made every day at 21:30 [1]."


@pytest.mark.parametrize(
    ("spent", "level"),
    [(0.0, ""), (0.79, ""), (0.8, "warned"), (0.9, "cheaper"), (0.99, "cheaper"), (1.0, "spent"), (7, "spent")],
)
async def test_levels_follow_from_what_was_spent(spent, level):
    budgets = Budgets(None)
    budgets.spend("demo", spent, 0)
    assert await budgets.level(THRIFTY) == level
    budgets.spend("other", 0.0, int(spent * 1000))
    assert await budgets.level(Tenant("other", "Other", tokens_per_day=1000)) == level
    assert await budgets.level(Tenant("demo", "No limit")) == ""


async def test_a_level_is_warned_of_once(caplog):
    budgets = Budgets(None)
    budgets.spend("demo", 0.85, 0)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            await budgets.level(THRIFTY)
    assert [record.getMessage() for record in caplog.records].count(caplog.records[0].getMessage()) == 1
    assert "85%" in caplog.text


async def test_a_new_day_begins_at_nothing():
    day = ["2026-11-20"]
    budgets = Budgets(None, today=lambda: day[0])
    budgets.spend("demo", 5, 0)
    assert await budgets.level(THRIFTY) == "spent"
    day[0] = "2026-11-21"
    assert await budgets.level(THRIFTY) == ""


async def test_what_other_processes_spent_today_counts(engine):
    rows = [
        ("demo", "2026-11-21", "a", 0.5),
        ("demo", "2026-11-21", "b", 0.45),
        ("demo", "2026-11-20", "a", 9.0),
        ("x", "2026-11-21", "a", 9.0),
    ]
    with engine.begin() as connection:
        for tenant, day, model, cost in rows:
            connection.execute(insert(usage).values(tenant=tenant, day=day, model=model, cost_usd=cost))
    assert await Budgets(engine, today=lambda: "2026-11-21").level(THRIFTY) == "cheaper"


@pytest.mark.parametrize(
    ("spent", "level", "name", "asked"),
    [(0.85, "warned", "big", ["big"]), (0.95, "cheaper", "mini", ["mini"]), (1.0, "spent", "extractive", [])],
)
async def test_answers_step_down_with_the_budget(filled, llm, chain, spent, level, name, asked):
    llm.model("", write=lambda request: TEXT)
    models = chain(
        {"name": "big", "price_in": 3.0, "size": "small"}, {"name": "mini", "price_in": 0.1, "size": "small"}
    )
    budgets = Budgets(None)
    budgets.spend("demo", spent, 0)
    answer = await Answerer(filled.search, filled.index, models, None, budgets=budgets).answer(
        Question(THRIFTY, "when is the automatic backup made?", "en")
    )
    assert (answer.draft.model, [request["model"] for request in llm.requests]) == (name, asked)
    assert answer.budget == level
    assert ("21:30" in answer.text) or answer.draft.model == "extractive"


async def test_every_answer_counts_at_once(filled, llm, chain):
    llm.model("a", write=lambda request: TEXT)
    models = chain({"name": "a", "price_in": 9_000.0})
    answerer = Answerer(filled.search, filled.index, models, None)
    question = Question(THRIFTY, "when is the automatic backup made?", "en")
    assert [(await answerer.answer(question)).draft.model for _ in range(3)] == ["a", "a", "extractive"]
