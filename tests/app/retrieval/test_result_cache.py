"""Results are remembered only as long as they are true."""

import asyncio
import subprocess
import sys

import pytest

from retrieval.index import Filters
from retrieval.ingest import Ingest
from retrieval.result_cache import ResultCache
from retrieval.search import Search
from runtime.settings import PROJECT

ELSEWHERE = """
import asyncio, sys
from pathlib import Path
from retrieval.e5 import E5Embedder
from retrieval.ingest import Ingest
from retrieval.sqlite import SqliteIndex

async def main():
    index = SqliteIndex(Path(sys.argv[1]))
    async for _ in Ingest(index, E5Embedder(Path(sys.argv[2]))).ingest([Path(sys.argv[3])], "demo"):
        pass
    await index.close()

asyncio.run(main())
"""


@pytest.fixture
async def search(index, embedder, folder):
    """Search with a cache, over two articles."""
    (folder / "en.md").write_text("# Tax\n\nMost medicines are taxed at 5% GST.")
    (folder / "hi.md").write_text("# टैक्स\n\nज़्यादातर दवाओं पर GST 5% है।")
    async for _ in Ingest(index, embedder).ingest([folder], "demo"):
        pass
    made = Search(index, embedder, cache=ResultCache(size=3))
    yield made
    await made.close()


async def searched(search, query, **options):
    """The result, and whether it was remembered."""
    result = await search.search("demo", query, **options)
    return result, set(result.stages_ms) == {"cache"}


async def test_the_same_question_is_searched_once(search):
    first, remembered = await searched(search, "GST on medicines")
    assert not remembered
    second, remembered = await searched(search, "  GST on  medicines ")
    assert remembered
    assert second.hits == first.hits


async def test_whatever_changes_the_result_is_another_question(search):
    await searched(search, "GST on medicines")
    for options in ({"k": 1}, {"mode": "keyword"}, {"language": "hi"}, {"filters": Filters(languages=("hi",))}):
        _, remembered = await searched(search, "GST on medicines", **options)
        assert not remembered, options
    result, remembered = await searched(search, "GST on medicines", filters=Filters(languages=("hi",)))
    assert remembered
    assert {hit.chunk.document for hit in result.hits} == {"hi.md"}


async def test_another_tenant_gets_nothing_of_it(search):
    await searched(search, "GST on medicines")
    assert (await search.search("other", "GST on medicines")).hits == ()


async def test_a_change_by_another_process_is_seen_at_once(search, embedder, folder, tmp_path):
    before, _ = await searched(search, "GST on medicines", language="en")
    assert "5%" in before.hits[0].chunk.text
    assert (await searched(search, "GST on medicines", language="en"))[1]
    (folder / "en.md").write_text("# Tax\n\nMost medicines are taxed at 12% GST.")
    command = [sys.executable, "-c", ELSEWHERE, tmp_path / "index.sqlite", embedder._folder, folder]
    await asyncio.to_thread(subprocess.run, command, check=True, cwd=PROJECT)
    after, remembered = await searched(search, "GST on medicines", language="en")
    assert not remembered
    assert "12%" in after.hits[0].chunk.text


async def test_a_deletion_is_seen_at_once(search, index):
    await searched(search, "GST on medicines")
    await index.delete("demo", ["en.md"])
    result, _ = await searched(search, "GST on medicines")
    assert [hit.chunk.document for hit in result.hits] == ["hi.md"]


async def test_only_the_latest_are_kept(search):
    for query in ("one", "two", "three", "four"):
        await searched(search, query)
    assert (await searched(search, "four"))[1]
    assert not (await searched(search, "one"))[1]
