"""What customers still get when something that the search stands on is slow, broken or gone."""

import asyncio
import sqlite3

import pytest

from protocol.errors import EmbedderUnavailable, IndexUnavailable
from retrieval import breaker
from retrieval.breaker import Breaker
from retrieval.ingest import Ingest
from retrieval.rerank import HttpReranker
from retrieval.result_cache import ResultCache
from retrieval.search import Patience, Search
from tests.fakes.model_that_hangs import ModelThatHangs
from tests.fakes.rerank_server import RerankServer

ARTICLES = {
    "password.md": "# Reset a password\n\nOpen Settings > Users, select the user and choose Reset password.",
    "backup.md": "# Backup\n\nThe backup runs daily at 21:30.",
    "weekly.md": "# Backup of the week\n\nThe large backup runs on Sunday, and only on Sunday.",
    "old.md": "---\nstatus: outdated\nversion: '9'\n---\n# Backup in version 9\n\nSunday, Sunday and Sunday: the backup.",
    "error.yml": "- {id: bkp, codes: [BKP-12], title: {en: Backup failed}, meaning: {en: The disk is full.}}\n",
}


@pytest.fixture
async def filled(index, embedder, folder):
    """The index with some articles."""
    for name, text in ARTICLES.items():
        (folder / name).write_text(text)
    async for _ in Ingest(index, embedder).ingest([folder], "demo"):
        pass
    return index


@pytest.fixture
def model(embedder):
    """The real model, which can be made to hang."""
    made = ModelThatHangs(embedder._folder)
    yield made
    made.recover()


async def test_a_model_that_hangs_costs_a_few_customers_a_moment_and_then_nobody(filled, model):
    search = Search(filled, model, patience=Patience(embedder=0.2))
    assert (await search.search("demo", "reset password")).degraded is None
    model.hang()
    for number in range(breaker.FAILURES):
        result = await search.search("demo", f"reset password {number}")
        assert "takes longer than 0.2 s" in result.degraded
        assert result.hits[0].chunk.document == "password.md"
        assert result.hits[0].dense_rank is None
    asked = model.calls
    for number in range(20):
        result = await search.search("demo", f"reset password again {number}")
        assert "left alone" in result.degraded
        assert result.hits[0].chunk.document == "password.md"
    assert model.calls == asked
    await search.close()


async def test_a_model_that_recovers_is_used_again_after_a_rest(filled, model, monkeypatch):
    monkeypatch.setattr(breaker, "REST_SECONDS", 0.1)
    search = Search(filled, model, patience=Patience(embedder=0.2))
    await search.search("demo", "warm up")
    model.hang()
    for number in range(breaker.FAILURES):
        await search.search("demo", f"password {number}")
    model.recover()
    for _ in range(100):
        await asyncio.sleep(0.1)
        result = await search.search("demo", "reset password")
        if result.degraded is None:
            break
    assert result.degraded is None
    assert result.hits[0].dense_rank
    await search.close()


async def test_broken_vectors_leave_keyword_search_and_say_so(filled, embedder, tmp_path):
    with sqlite3.connect(tmp_path / "index.sqlite") as connection:
        connection.execute("DROP TABLE vectors")
    search = Search(filled, embedder)
    for mode in ("hybrid", "dense"):
        result = await search.search("demo", "reset password", mode=mode)
        assert "vectors" in result.degraded
        assert result.hits[0].chunk.document == "password.md"
    await search.close()


async def test_an_index_that_is_gone_is_a_typed_error_whose_utterance_offers_a_ticket(filled, embedder, tmp_path):
    with sqlite3.connect(tmp_path / "index.sqlite") as connection:
        connection.execute("DROP TABLE chunks")
    search = Search(filled, embedder)
    for mode in ("hybrid", "keyword", "dense"):
        with pytest.raises(IndexUnavailable) as raised:
            await search.search("demo", "reset password", mode=mode)
        assert raised.value.utterance == "utter_knowledge_unavailable"
    await search.close()


async def test_degraded_results_are_not_remembered(filled, model):
    search = Search(filled, model, cache=ResultCache(), patience=Patience(embedder=0.2))
    await search.search("demo", "warm up")
    model.hang()
    assert (await search.search("demo", "reset password")).degraded
    model.recover()
    assert (await search.search("demo", "reset password")).degraded is None
    await search.close()


async def test_a_breaker_lets_one_call_try_after_the_rest_and_no_crowd():
    tries = 0

    async def fails():
        nonlocal tries
        tries += 1
        await asyncio.sleep(0.05)
        raise EmbedderUnavailable("down")

    guarded = Breaker("It", EmbedderUnavailable, seconds=1, rest_seconds=0.2)
    for _ in range(breaker.FAILURES):
        with pytest.raises(EmbedderUnavailable, match="down"):
            await guarded.call(fails)
    with pytest.raises(EmbedderUnavailable, match="left alone"):
        await guarded.call(fails)
    await asyncio.sleep(0.25)
    outcomes = await asyncio.gather(*(guarded.call(fails) for _ in range(10)), return_exceptions=True)
    assert tries == breaker.FAILURES + 1
    assert sorted({str(outcome) for outcome in outcomes}) == ["It is left alone after 3 failures in a row.", "down"]


async def test_what_is_no_failure_of_its_own_is_not_counted_and_lets_another_call_try():
    async def fails():
        raise EmbedderUnavailable("down")

    async def is_stopped():
        raise asyncio.CancelledError

    async def answers():
        return "here"

    guarded = Breaker("It", EmbedderUnavailable, seconds=1, rest_seconds=0.01)
    for _ in range(2 * breaker.FAILURES):
        with pytest.raises(asyncio.CancelledError):
            await guarded.call(is_stopped)
    for _ in range(breaker.FAILURES):
        with pytest.raises(EmbedderUnavailable, match="down"):
            await guarded.call(fails)
    await asyncio.sleep(0.05)
    with pytest.raises(asyncio.CancelledError):  # the one that tries is stopped by the customer
        await guarded.call(is_stopped)
    assert await guarded.call(answers) == "here"


@pytest.fixture
def judge():
    """A cross-encoder behind HTTP."""
    server = RerankServer()
    yield server
    server.close()


async def reranking(filled, embedder, url):
    return Search(filled, embedder, reranker=HttpReranker(url, model="judge-1", timeout=1.0))


async def test_a_cross_encoder_reads_the_best_again(filled, embedder, judge):
    search = await reranking(filled, embedder, f"{judge.url}/v1")
    result = await search.search("demo", "when does the backup run", k=3)
    assert result.degraded is None
    assert result.hits[0].chunk.document == "weekly.md"
    assert result.hits[0].rerank_score == pytest.approx(0.2)
    assert all(
        hit.chunk.document != "old.md" for hit in result.hits
    )  # three times Sunday, but of a version that is over
    assert {"rerank", "fusion"} <= set(result.stages_ms)
    await search.close()


async def test_an_exact_code_stays_before_what_the_cross_encoder_likes(filled, embedder, judge):
    search = await reranking(filled, embedder, f"{judge.url}/v1")
    assert (await search.search("demo", "backup error BKP-12")).hits[0].chunk.document.startswith("error.yml#bkp")
    await search.close()


async def test_a_cross_encoder_that_fails_leaves_the_search_s_own_order(filled, embedder, judge):
    alone = Search(filled, embedder)
    own = [hit.chunk.id for hit in (await alone.search("demo", "when does the backup run")).hits]
    for url, leaves_out, said in (
        (f"{judge.url}/elsewhere", 0, "404"),
        (f"{judge.url}/v1", 1, "judged"),
        ("http://127.0.0.1:9/v1", 0, "doesn't answer"),
    ):
        judge.leaves_out = leaves_out
        search = await reranking(filled, embedder, url)
        result = await search.search("demo", "when does the backup run")
        assert said in result.degraded
        assert [hit.chunk.id for hit in result.hits] == own
        await search.close()
    await alone.close()
