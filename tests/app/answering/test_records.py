"""The record of an answer says all there is to say of it."""

import pytest
from sqlalchemy import select

from answering.answerer import Answerer
from answering.cache import AnswerCache
from answering.cache_store import MemoryStore
from answering.question import Question
from answering.records import AnswerRecords
from answering.tables import answers, usage
from retrieval.embed import CachedEmbedder
from retrieval.search import Search
from tests.app.answering.conftest import TENANT

TEXT = "Backups cost ₹5,000 [1]. A backup is made every day at 21:30 [1]."


@pytest.fixture
def asked():
    return Question(TENANT, "when is the automatic backup made?", "en", "demo.web.a", "m1", "c1")


@pytest.fixture
def rows(engine):
    def read(table):
        with engine.connect() as connection:
            return connection.execute(select(table)).mappings().all()

    return read


async def test_every_field_is_kept(filled, llm, chain, engine, asked, rows):
    llm.model("a", fault="429", seconds=60)
    llm.model("b", write=lambda request: TEXT)
    models = chain("a", {"name": "b", "price_in": 1.0, "price_out": 10.0})
    answerer = Answerer(filled.search, filled.index, models, AnswerRecords(engine))
    answer = await answerer.answer(asked)
    await answerer.close()
    [row] = rows(answers)
    assert row["id"] == answer.id
    assert (row["tenant"], row["conversation"], row["message_id"], row["correlation_id"]) == (
        "demo",
        "demo.web.a",
        "m1",
        "c1",
    )
    assert (row["question"], row["language"], row["refused"]) == (asked.text, "en", False)
    assert row["answer"] == "A backup is made every day at 21:30 [1]."
    assert row["model"] == "b"
    assert row["route"] in ("small", "large")
    assert row["fallback"] == "a: 429"
    assert [(step["name"], step["outcome"]) for step in row["steps"]] == [("a", "429"), ("b", "answered")]
    assert row["prompt_version"].startswith("answer-")
    assert (row["tokens_in"], row["tokens_out"]) == (100, 20)
    assert row["cost_usd"] == pytest.approx(0.0003)
    assert 0 < row["confidence"] <= 1
    assert {"id", "title", "score", "keyword_rank", "dense_rank"} <= set(row["passages"][0])
    assert [verdict["supported"] for verdict in row["citations"]] == [False, True]
    assert row["citations"][0]["reason"]
    assert row["citations"][1]["by"] == "same words"
    assert all({"by", "similarity"} <= set(verdict) for verdict in row["citations"])
    assert {"search", "write", "check", "search_keyword"} <= set(row["stages_ms"])
    assert (row["cache"], row["budget"]) == ("", "")
    assert row["embedding_calls"] >= 0


async def test_the_embedder_is_counted_and_a_cached_answer_says_so(filled, llm, chain, e5, engine, rows, asked):
    llm.model("a", write=lambda request: TEXT[len("Backups cost ₹5,000 [1]. ") :])
    forgetful = CachedEmbedder(e5)
    cache = AnswerCache(MemoryStore(), forgetful)
    search = Search(filled.index, forgetful)
    answerer = Answerer(search, filled.index, chain("a"), AnswerRecords(engine), cache=cache)
    for _ in range(2):
        await answerer.answer(asked)
    await answerer.close()
    first, second = sorted(rows(answers), key=lambda row: row["answered_at"])
    assert first["embedding_calls"] >= 1
    assert (second["embedding_calls"], second["cache"], second["cost_usd"]) == (0, "exact", 0.0)


async def test_what_a_model_wrote_in_vain_is_paid_under_its_name(filled, llm, chain, engine, asked, rows):
    llm.model("a", write=lambda request: "It costs ₹5,000 [1].")
    llm.model("b", write=lambda request: TEXT)
    models = chain({"name": "a", "price_in": 2.0}, {"name": "b", "price_in": 1.0})
    answerer = Answerer(filled.search, filled.index, models, AnswerRecords(engine))
    for _ in range(2):
        await answerer.answer(asked)
    await answerer.close()
    by_model = {row["model"]: row for row in rows(usage)}
    assert (by_model["a"]["answers"], by_model["a"]["tokens_in"]) == (0, 200)
    assert by_model["a"]["cost_usd"] == pytest.approx(0.0004)
    assert (by_model["b"]["answers"], by_model["b"]["tokens_in"]) == (2, 200)
    assert {row["day"] for row in rows(usage)} == {rows(usage)[0]["day"]}
