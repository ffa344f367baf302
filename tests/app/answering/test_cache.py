"""Answers given before: to whom they may be given again, and when."""

from dataclasses import replace

import pytest

from answering.answerer import Answerer
from answering.cache import FRESH, AnswerCache
from answering.cache_store import MemoryStore, RedisStore
from answering.question import Question
from protocol.tenants import Tenant
from retrieval.documents import Document, Section
from tests.app.answering.conftest import TENANT

TEXT = "A backup is made every day at 21:30 [1]. It is kept for 30 days [1]."
ASKED = Question(TENANT, "how do I change the time of the backup?", "en", conversation="demo.web.anita")


LONG = "automatic backup every day keeps 30 days, change the time under Tools Backup, by hand press choose a folder, click start,"


class Clock:
    now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def answerer(filled, llm, chain, embedder, clock):
    llm.model("a", write=lambda request: TEXT)
    return Answerer(
        filled.search, filled.index, chain("a", rest=0.1), None, cache=AnswerCache(MemoryStore(), embedder, now=clock)
    )


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (ASKED.text, "exact"),
        ("  How do I change the time of the BACKUP ", "exact"),
        ("how can I change the backup time please", "semantic"),
        ("how do I not change the time of the backup?", ""),
        ("why do I change the time of the backup?", ""),
        ("how do I change the folder of the backup?", ""),
    ],
)
async def test_the_same_question_is_answered_without_a_model(answerer, llm, text, how):
    first = await answerer.answer(ASKED)
    again = await answerer.answer(replace(ASKED, text=text, conversation="demo.web.binod"))
    assert again.cache == how
    assert llm.asked("a") == (1 if how else 2)
    if how:
        assert (again.text, again.sources) == (first.text, first.sources)
        assert (again.draft.tokens_in, again.draft.cost_usd, again.draft.model) == (0, 0.0, "a")
        assert again.id != first.id


async def test_nothing_is_shared_between_tenants_and_languages(answerer, llm):
    await answerer.answer(ASKED)
    for other in (replace(ASKED, tenant=Tenant("demo", "Another name")), replace(ASKED, language="hi")):
        assert (await answerer.answer(other)).cache == ""
    elsewhere = await answerer.answer(replace(ASKED, tenant=Tenant("other", "ReckonSales")))
    assert elsewhere.refused
    assert not elsewhere.cache


@pytest.mark.parametrize(
    "question",
    [
        replace(ASKED, private_to="token:anita"),
        replace(ASKED, text=f"{LONG} 98230 12345"),
        replace(ASKED, text=f"{LONG} anita@shop.example"),
        replace(ASKED, text=f"{LONG} RS-10241"),
    ],
)
async def test_an_answer_with_a_customers_own_data_is_never_given_to_another(answerer, llm, question):
    assert not (await answerer.answer(question)).refused
    assert (await answerer.answer(question)).cache == "exact"
    private = "token:binod" if question.private_to else ""
    other = replace(question, conversation="demo.web.binod", private_to=private)
    assert (await answerer.answer(other)).cache == ""
    if question.private_to:
        assert (await answerer.answer(ASKED)).cache == ""


async def test_new_knowledge_makes_old_answers_unreachable(answerer, filled, embedder, llm):
    await answerer.answer(ASKED)
    page = Document("en/new.md", "demo", "New", "en", (Section("Something new."),))
    await filled.index.put(page, (), {})
    try:
        assert (await answerer.answer(ASKED)).cache == ""
    finally:
        await filled.index.delete("demo", ["en/new.md"])


async def test_an_old_answer_is_not_given_again_but_stands_in_for_a_model_that_fails(answerer, llm, clock):
    await answerer.answer(ASKED)
    clock.now += FRESH + 1
    assert (await answerer.answer(ASKED)).cache == ""
    clock.now += FRESH + 1
    llm.model("a", fault="500")
    for text in (ASKED.text, "how can I change the backup time please"):
        stood_in = await answerer.answer(replace(ASKED, text=text))
        assert stood_in.text == TEXT
        assert [(step.name, step.outcome) for step in stood_in.draft.steps][-1] == ("cache", "answered")
        assert stood_in.draft.fallback.startswith("a: ")


@pytest.mark.parametrize("written", ["NO_ANSWER", "It costs ₹900 [1]."])
async def test_refusals_and_quotes_that_stood_in_are_not_kept(answerer, llm, written):
    llm.model("a", write=lambda request: written)
    for _ in range(2):
        assert (await answerer.answer(ASKED)).cache == ""
    assert llm.asked("a") == 2


async def test_a_redis_that_is_down_costs_the_cache_and_not_the_answer(filled, llm, chain, embedder):
    llm.model("a", write=lambda request: TEXT)
    cache = AnswerCache(RedisStore("redis://127.0.0.1:9/0"), embedder)
    answer = await Answerer(filled.search, filled.index, chain("a"), None, cache=cache).answer(ASKED)
    assert (answer.text, answer.cache) == (TEXT, "")
