"""What only the Elasticsearch index has to do: wait when the server is busy, say what is wrong, change its layout while it serves."""

import asyncio
import os
from dataclasses import replace

import numpy as np
import pytest

from protocol.errors import IndexUnavailable, SettingsError
from retrieval import breaker, elasticsearch_client, elasticsearch_indices, elasticsearch_mapping
from retrieval.e5 import E5Embedder
from retrieval.elasticsearch import ElasticsearchIndex
from retrieval.elasticsearch_mapping import alias_of, vector_field, version_of
from retrieval.search import Patience, Search
from tests.contracts.test_knowledge_index import VERSION, document, found, near, put, vectors
from tests.fakes.busy_elasticsearch import BusyElasticsearch
from tests.fakes.elasticsearch_without_knn import ElasticsearchWithoutKnn


@pytest.fixture
async def index(elasticsearch_prefix):
    """An empty index in the real server."""
    opened = ElasticsearchIndex(os.environ["TEST_ELASTICSEARCH_URL"], prefix=elasticsearch_prefix)
    yield opened
    await opened.close()


async def test_a_server_that_does_not_answer_is_said_so_by_every_method():
    index = ElasticsearchIndex("http://127.0.0.1:1")
    made, chunks = document("en/a.md", "alpha")
    for call in (
        index.put(made, chunks, {VERSION: vectors(0)}),
        index.delete("demo", ["en/a.md"]),
        index.documents("demo"),
        found(index, "alpha"),
        near(index, 0),
        index.chunks("demo", ["en/a.md:0"]),
        index.neighbours("demo", "en/a.md:0"),
        index.without_vectors("demo", VERSION, 1),
        index.add_vectors("demo", VERSION, chunks, vectors(0)),
        index.drop_vectors("demo", VERSION),
        index.stats("demo"),
        index.knowledge_version("demo"),
    ):
        with pytest.raises(IndexUnavailable, match="ELASTICSEARCH_URL"):
            await call
    await index.close()


def test_an_address_that_is_none_is_refused_at_once():
    with pytest.raises(SettingsError, match="ELASTICSEARCH_URL"):
        ElasticsearchIndex("not an address")


async def test_a_refused_item_takes_the_whole_document_back(index):
    await put(index, "en/a.md", "alpha", "beta", angles=(0, 1))
    made, chunks = document("en/a.md", "gamma", "delta", "epsilon", content_hash="2")
    nothing = np.array([(1, 0), (0, 0), (0, 1)], np.float32)  # a vector without length has no cosine
    with pytest.raises(IndexUnavailable, match="refuses"):
        await index.put(made, chunks, {VERSION: nothing})
    assert set(await found(index, "alpha beta")) == {"en/a.md:0", "en/a.md:1"}
    assert await found(index, "gamma delta epsilon") == []
    assert await near(index, 1) == ["en/a.md:1", "en/a.md:0"]
    (record,) = await index.documents("demo")
    assert (record.content_hash, record.chunks) == ("1", 2)


async def test_vectors_of_another_length_are_refused_by_name(index):
    await put(index, "en/a.md", "alpha")
    made, chunks = document("en/b.md", "beta")
    with pytest.raises(IndexUnavailable, match=r"letters\.1 have 2 dimensions in the index, and now 3"):
        await index.put(made, chunks, {VERSION: np.ones((1, 3), np.float32)})


async def test_a_busy_server_is_asked_again_for_what_it_put_off(elasticsearch_prefix):
    async with BusyElasticsearch(os.environ["TEST_ELASTICSEARCH_URL"], refuse=2) as busy:
        index = ElasticsearchIndex(busy.url, prefix=elasticsearch_prefix)
        await put(index, "en/a.md", "alpha", "beta")
        assert busy.put_off == 2
        assert set(await found(index, "alpha beta")) == {"en/a.md:0", "en/a.md:1"}
        await index.close()


async def test_a_server_that_stays_busy_is_given_up_and_nothing_is_kept(elasticsearch_prefix, monkeypatch):
    monkeypatch.setattr(elasticsearch_client, "_PATIENCE", (0.01, 0.01))
    async with BusyElasticsearch(os.environ["TEST_ELASTICSEARCH_URL"], refuse=1000) as busy:
        index = ElasticsearchIndex(busy.url, prefix=elasticsearch_prefix)
        with pytest.raises(IndexUnavailable, match="queue is full"):
            await put(index, "en/a.md", "alpha")
        assert await index.documents("demo") == ()
        await index.close()


@pytest.mark.parametrize("hangs", [False, True])
async def test_a_vector_search_that_fails_or_hangs_leaves_keyword_search(elasticsearch_prefix, e5_folder, hangs):
    embedder = E5Embedder(e5_folder)
    async with ElasticsearchWithoutKnn(os.environ["TEST_ELASTICSEARCH_URL"]) as server:
        index = ElasticsearchIndex(server.url, prefix=elasticsearch_prefix)
        made, chunks = document("en/a.md", "reset the password")
        await index.put(made, chunks, {embedder.version: embedder.embed_passages([chunks[0].passage])})
        search = Search(index, embedder, patience=Patience(nearest=1.0))
        assert (await search.search("demo", "reset password")).degraded is None
        server.broken, server.hangs = True, hangs
        for _ in range(breaker.FAILURES):
            result = await search.search("demo", "reset password")
            assert ("takes longer" if hangs else "Data too large") in result.degraded
            assert [hit.chunk.id for hit in result.hits] == ["en/a.md:0"]
        assert "left alone" in (await search.search("demo", "reset password")).degraded
        await search.close()
        await index.close()


async def test_a_new_layout_is_taken_on_while_searches_go_on(index, elasticsearch_prefix, monkeypatch):
    for number in range(30):
        await put(index, f"en/{number}.md", "alpha beta", angles=(number / 10,))
    before = await index.knowledge_version("demo")
    monkeypatch.setattr(elasticsearch_mapping, "LAYOUT", 99)
    monkeypatch.setattr(elasticsearch_indices, "LAYOUT", 99)
    newer = ElasticsearchIndex(os.environ["TEST_ELASTICSEARCH_URL"], prefix=elasticsearch_prefix)
    stop = asyncio.Event()
    searches = 0

    async def search():
        nonlocal searches
        while not stop.is_set():
            assert len(await found(index, "alpha", k=50)) >= 30
            assert len(await near(index, 0, k=50)) >= 30
            searches += 1

    searching = asyncio.create_task(search())
    await put(newer, "en/new.md", "alpha gamma")
    await asyncio.sleep(0.2)
    stop.set()
    await searching
    assert searches > 0
    client = newer._client
    (name,) = await client.indices.get_alias(name=alias_of(elasticsearch_prefix, "demo"))
    assert ".99-" in name
    assert list(await client.indices.get(index=f"{elasticsearch_prefix}-*")) == [name]
    assert await found(newer, "gamma") == ["en/new.md:0"]
    assert (await newer.stats("demo")).vectors == {VERSION: 31}
    assert await newer.knowledge_version("demo") == before + 1
    await newer.close()


async def test_long_names_in_devanagari_and_odd_tenants_are_taken(index):
    name = "hi/" + "पासवर्ड-कैसे-बदलें/" * 40 + "a.md"
    await put(index, name, "alpha", tenant="Shop No. 1/2")
    await put(index, name, "beta", tenant="Shop No. 1/3")
    assert await found(index, "alpha", tenant="Shop No. 1/2") == [f"{name}:0"]
    assert await index.delete("Shop No. 1/2", [name]) == 1


def test_versions_can_be_read_from_the_names_of_their_fields():
    for version in ("multilingual-e5-small.int8.1", "sentence-transformers:BAAI/bge-m3", "a__b", "मॉडल"):
        assert vector_field(version).replace("_", "").isalnum()
        assert version_of(vector_field(version)) == version
    assert alias_of("sahayak", "demo") == "sahayak-demo"
    assert alias_of("sahayak", "Demo") != alias_of("sahayak", "demo")


async def test_chunks_that_would_be_the_same_are_refused_before_anything_is_sent(index):
    made, chunks = document("en/a.md", "alpha", "beta")
    with pytest.raises(ValueError, match="an id of its own"):
        await index.put(made, [chunks[0], replace(chunks[1], id=chunks[0].id)], {})
    assert await index.documents("demo") == ()
