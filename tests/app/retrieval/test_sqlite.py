"""What is special to the index in one file: processes beside each other, and disks that fail."""

import asyncio
import json
import multiprocessing
import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from protocol.errors import IndexUnavailable
from retrieval.index import Filters
from retrieval.query import keyword_query
from retrieval.sqlite import SqliteIndex
from retrieval.sqlite_catalogue import Catalogues
from retrieval.sqlite_terms import Terms
from tests.contracts.test_knowledge_index import VERSION, document, found, near, put

QUESTIONS = Path(__file__).parents[3] / "bench" / "questions" / "mixed.jsonl"


def write_elsewhere(path, name, count):
    """Runs in another process."""

    async def write():
        index = SqliteIndex(path)
        for number in range(count):
            await put(index, f"{name}/{number}.md", f"printer {name} {number}", angles=(0.0,))
        await index.close()

    asyncio.run(write())


async def test_another_process_s_changes_are_seen_at_once(index, tmp_path):
    await put(index, "en/a.md", "printer here")
    assert await near(index, 0) == ["en/a.md:0"]
    process = multiprocessing.get_context("spawn").Process(
        target=write_elsewhere, args=(tmp_path / "index.sqlite", "there", 1)
    )
    process.start()
    await asyncio.to_thread(process.join)
    assert set(await found(index, "printer")) == {"en/a.md:0", "there/0.md:0"}
    assert set(await near(index, 0)) == {"en/a.md:0", "there/0.md:0"}


async def test_several_processes_write_at_the_same_time_and_nothing_is_lost(index, tmp_path):
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=write_elsewhere, args=(tmp_path / "index.sqlite", f"p{number}", 15))
        for number in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        await asyncio.to_thread(process.join)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert (await index.stats("demo")).documents == 45


async def test_memory_follows_the_file_through_changes(index):
    for number in range(20):
        await put(index, f"en/{number}.md", "printer", angles=(number / 20,))
    assert (await near(index, 0.5, k=1)) == ["en/10.md:0"]
    await index.delete("demo", ["en/10.md"])
    await put(index, "en/3.md", "printer", angles=(0.5,), content_hash="2")
    await put(index, "en/new.md", "printer", angles=(0.501,))
    assert (await near(index, 0.5, k=2)) == ["en/3.md:0", "en/new.md:0"]
    assert len(await near(index, 0.5, k=50)) == 20


async def test_many_vectors_are_searched_as_well_through_changes_and_filters(index, monkeypatch):
    for name, value in {"FEWEST": 40, "_LEAST": 5, "_TIMES": 3, "_EVERY": 1}.items():
        monkeypatch.setattr(f"retrieval.leading.{name}", value)
    random = np.random.default_rng(3)
    weights = 0.4 ** np.arange(8)  # as in a model's, some directions say more than others
    rows = random.normal(size=(90, 8)) * weights
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)

    async def keep(number):
        made, chunks = document(f"{number}.md", f"printer {number}", language=("en", "hi")[number % 2])
        await index.put(made, chunks, {VERSION: rows[number : number + 1]})

    async def agree(there, filters=None):
        for question in random.normal(size=(20, 8)) * weights:
            asked = (question / np.linalg.norm(question)).astype(np.float32)
            best = sorted(there, key=lambda number: -float(rows[number] @ asked))[:3]
            hits = await index.dense("demo", asked, 3, filters, version=VERSION)
            assert [hit.chunk_id for hit in hits] == [f"{number}.md:0" for number in best]
            assert [hit.score for hit in hits] == pytest.approx([float(rows[number] @ asked) for number in best])

    for number in range(50):
        await keep(number)
    await agree(range(50))
    assert next(iter(index._matrices._matrices.values())).leading is not None
    await agree(range(1, 50, 2), Filters(languages=("hi",)))
    await index.delete("demo", [f"{number}.md" for number in range(10)])
    await agree(range(10, 50))
    for number in range(50, 90):
        await keep(number)
    await agree(range(10, 90))
    await index.delete("demo", [f"{number}.md" for number in range(10, 60)])
    await agree(range(60, 90))


async def test_scores_are_those_that_fts5_gives(index, tmp_path):
    texts = QUESTIONS.read_text("utf-8").splitlines()[:120]
    for number, line in enumerate(texts):
        await put(
            index,
            f"en/{number}.md",
            f"{json.loads(line)['text']} GST-{number % 7}01 stock report" + " filler" * (number % 9),
        )
    await index.delete("demo", ["en/5.md", "en/50.md"])
    connection = sqlite3.connect(tmp_path / "index.sqlite")
    for question in (
        "stock report expiry",
        "how do I print an invoice",
        "error GST-301 in the report",
        "filler",
        "स्टॉक रिपोर्ट कैसे देखें",
    ):
        query = keyword_query(question)
        words = " OR ".join(f'"{term}"' for term in query.terms)
        codes = " OR ".join(f'"{code.lower().replace("-", "")}"' for code in query.codes)
        expression = f"{{title body}} : ({words})" + (f" OR codes : ({codes})" if codes else "")
        expected = connection.execute(
            "SELECT c.id, -bm25(terms_1, 2.0, 1.0, 4.0) AS score FROM terms_1 JOIN chunks c ON c.n = terms_1.rowid "
            "WHERE terms_1 MATCH ? ORDER BY score DESC, c.n",
            [expression],
        ).fetchall()
        generation = connection.execute("SELECT generation FROM tenants").fetchone()[0]
        catalogue = Catalogues().of(connection, 1, generation)
        scores, *_ = Terms().bm25(connection, catalogue, query)
        found = {catalogue.ids[place]: scores[place] for place in scores.nonzero()[0]}
        assert found == pytest.approx(dict(expected), rel=1e-5)
        hits = (await index.keyword("demo", query, 200)).hits
        assert {hit.chunk_id for hit in hits} == found.keys()
        assert (await index.keyword("demo", query, 7)).hits == hits[:7]
    connection.close()


async def test_what_a_term_stands_in_is_forgotten_when_memory_is_full(index, monkeypatch):
    for number in range(30):
        await put(index, f"en/{number}.md", f"printer {'paper' if number % 2 else 'ink'}")
    monkeypatch.setattr("retrieval.sqlite_postings._REMEMBERED", 20)
    for _ in range(2):
        assert await found(index, "printer", k=40) == [f"en/{number}.md:0" for number in range(30)]
        assert await found(index, "paper", k=40) == [f"en/{number}.md:0" for number in range(1, 30, 2)]
    assert index._terms._lists._size <= 20


async def test_a_damaged_file_says_what_to_do(tmp_path):
    (tmp_path / "index.sqlite").write_bytes(b"not a database at all" * 500)
    with pytest.raises(IndexUnavailable, match=r"damaged.*Move it away"):
        await SqliteIndex(tmp_path / "index.sqlite").documents("demo")


async def test_a_file_of_another_release_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / "index.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(IndexUnavailable, match=r"a later release.*ingest"):
        await SqliteIndex(tmp_path / "index.sqlite").documents("demo")


async def test_a_file_of_the_first_release_is_brought_up_to_date_with_all_it_holds(index, tmp_path):
    await put(index, "en/a.md", "printer")
    await index.close()
    with sqlite3.connect(tmp_path / "index.sqlite") as connection:
        connection.execute("ALTER TABLE documents DROP COLUMN valid_from")
        connection.execute("ALTER TABLE documents DROP COLUMN valid_until")
        connection.execute("PRAGMA user_version = 1")
    again = SqliteIndex(tmp_path / "index.sqlite")
    await put(again, "en/over.md", "printer", valid_until="2026-03-31")
    assert await found(again, "printer", filters=Filters(on="2026-04-01")) == ["en/a.md:0"]
    assert set(await near(again, 0)) == {"en/a.md:0", "en/over.md:0"}
    await again.close()


async def test_a_full_disk_loses_nothing_and_says_so(index, monkeypatch):
    await put(index, "en/a.md", "printer")
    with index._file.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connect = index._file._connect

    def small():
        connection = connect()
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")  # SQLite's own way of running out of room
        return connection

    monkeypatch.setattr(index._file, "_connect", small)
    while not index._file._idle.empty():
        index._file._idle.get_nowait().close()
    with pytest.raises(IndexUnavailable, match=r"full.*Free some space"):
        await put(index, "en/big.md", *["expiry report of the shop " * 200] * 100)
    assert await found(index, "printer") == ["en/a.md:0"]
    assert await found(index, "expiry") == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes every file")
async def test_a_folder_that_can_not_be_written_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(IndexUnavailable, match=str(tmp_path)):
        await SqliteIndex(tmp_path / "index.sqlite").documents("demo")


async def test_a_path_that_is_a_folder_is_named(tmp_path):
    with pytest.raises(IndexUnavailable, match="can't be opened"):
        await SqliteIndex(tmp_path).documents("demo")


async def test_vectors_keep_their_cosines_in_half_precision(index):
    exact = np.float32(np.cos(0.3))
    await put(index, "en/a.md", "zero", angles=(0.3,))
    (hit,) = await index.dense("demo", np.array([1, 0], np.float32), 1, version=VERSION)
    assert abs(hit.score - exact) < 1e-3
