"""A whole exchange of the embedding model on both indexes, with two real models, while customers go on searching."""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from retrieval.backfill import backfill, remaining
from retrieval.chunk import CHUNKER, cut
from retrieval.documents import Document, Section
from retrieval.e5 import E5Embedder
from retrieval.embed import CachedEmbedder
from retrieval.live_index import LiveIndex
from retrieval.search import Search
from retrieval.sentence_transformer import SentenceTransformerEmbedder
from retrieval.version_plan import PlannedVersion, VersionPlan
from retrieval.version_records import VersionRecords, compared, used
from retrieval.versions import EmbeddingVersions
from runtime.database import open_database
from runtime.settings import Settings

PROJECT = Path(__file__).parents[2]
ARTICLES = {
    "en/password.md": ("Reset a password", "Open Settings > Users, select the user and choose Reset password."),
    "hi/password.md": ("पासवर्ड रीसेट करें", "Settings > Users खोलें, यूज़र चुनें और Reset password दबाएँ।"),
    "hinglish/printer.md": ("Printer offline hai", "Printer ka cable check karein aur use default printer banayein."),
    "hi/backup.md": ("बैकअप", "बैकअप रोज़ रात 21:30 बजे अपने आप होता है।"),
    "en/tax.md": ("Tax rates", "Most medicines are taxed at 5% GST."),
}
SECONDS = 120  # for what a plan changes to show; a busy machine is slow, not wrong
QUESTIONS = {
    "how do i reset a password": "en/password.md",
    "पासवर्ड कैसे रीसेट करें": "hi/password.md",
    "printer offline aa raha hai": "hinglish/printer.md",
    "बैकअप कब होता है": "hi/backup.md",
    "gst on medicines": "en/tax.md",
}
SUBJECTS = "stock expiry invoice supplier customer discount barcode scheme refund batch shelf order".split()


@pytest.fixture
def engine(tmp_path):
    opened = open_database(Settings(var_folder=tmp_path / "var"))
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def default(e5_folder):
    return CachedEmbedder(E5Embedder(e5_folder))


@pytest.fixture
async def versions(engine, index, default):
    """The serving side, which sees a changed plan within a fifth of a second."""
    opened = EmbeddingVersions(
        VersionPlan(engine), VersionRecords(engine), index, default, SentenceTransformerEmbedder, poll_seconds=0.2
    )
    yield opened
    await opened.close()


@pytest.fixture
async def shop(index, versions, default):
    """Some articles, most of them about other things than the questions."""
    live = LiveIndex(index, versions)
    for name, (title, text) in ARTICLES.items():
        await keep(live, default, name, title, text)
    for subject in SUBJECTS:
        for number in range(3):
            await keep(live, default, f"en/{subject}-{number}.md", f"About {subject}", f"Part {number} on {subject}.")
    return live


async def keep(live, embedder, name, title, text, revision="1"):
    """Put an article as the ingest does."""
    made = Document(
        id=name,
        tenant="demo",
        title=title,
        language=name.split("/")[0],
        sections=(Section(text),),
        content_hash=revision,
    )
    chunks = cut(made, embedder.count_tokens)
    vectors = {embedder.version: embedder.embed_passages([chunk.passage for chunk in chunks])}
    await live.put(made, chunks, vectors, prepared_by=f"{CHUNKER} {embedder.version}")


class Customers:
    """Search without a pause until they are told to stop, and complain about everything."""

    def __init__(self, search):
        self._search = search
        self._stop = asyncio.Event()
        self._answered = asyncio.Condition()
        self.searches = 0
        self.complaints = []

    async def __aenter__(self):
        self._tasks = [asyncio.create_task(self._ask(number)) for number in range(3)]
        return self

    async def __aexit__(self, *_):
        self._stop.set()
        await asyncio.gather(*self._tasks)

    async def more(self, count=30):
        """Wait until so many more searches are done."""
        assert self.complaints == []
        target = self.searches + count
        async with self._answered:
            await self._answered.wait_for(lambda: self.searches >= target or self.complaints)

    async def _ask(self, number):
        turn = 0
        while not self._stop.is_set():
            for question, document in QUESTIONS.items():
                turn += 1
                mode = "dense" if turn % 3 == 0 else "hybrid"
                conversation = f"demo.web.{number}-{turn % 20}"
                try:
                    found = await self._search.search("demo", question, mode=mode, conversation=conversation)
                except Exception as error:
                    self.complaints.append(f"{question}: {error!r}")
                    continue
                self.searches += 1
                async with self._answered:
                    self._answered.notify_all()
                if not found.hits or found.degraded or all(hit.dense_rank is None for hit in found.hits):
                    self.complaints.append(f"{question} ({mode}): {len(found.hits)} hits, {found.degraded}")
                elif document not in [hit.chunk.document for hit in found.hits[:3]]:
                    self.complaints.append(f"{question} ({mode}): {found.hits[0].chunk.document}")


async def test_no_search_fails_or_is_empty_during_a_whole_migration(index, versions, shop, default, engine, checkpoint):
    candidate = SentenceTransformerEmbedder(checkpoint)
    old, new = default.version, candidate.version
    plan = versions.plan
    async with Customers(Search(index, default, versions=versions)) as customers:
        await customers.more()
        plan.add("demo", PlannedVersion(old, default.name, "active"), PlannedVersion(new, checkpoint, "candidate"))
        await customers.more()
        versions.forget_plan("demo")
        done = 0
        async for kept in backfill(index, candidate, "demo", batch=8):
            done += kept
            if done == 16:
                await keep(shop, default, "en/stock-2.md", "About parrots", "Parrots are fed at noon.", revision="2")
                await keep(shop, default, "en/zebra.md", "About zebras", "Zebras graze at dusk.")
        assert await remaining(index, "demo", new) == 0

        plan.shadow("demo", new, 1.0)
        await comparisons(engine, customers)
        plan.shadow("demo", new, 0.0)

        plan.share("demo", new, 0.5)
        await served_by(engine, customers, new)
        plan.share("demo", new, 0.0)
        await customers.more()

        assert plan.activate("demo", new) == old
        await customers.more(60)
        assert plan.activate("demo", old) == new  # undone
        await customers.more()
        plan.activate("demo", new)
        await customers.more(60)
        plan.remove("demo", old)
        await asyncio.sleep(1)
        await index.drop_vectors("demo", old)
        await customers.more()
    assert customers.complaints == []
    assert set((await index.stats("demo")).vectors) == {new}
    for text, document in (("when are parrots fed", "en/stock-2.md"), ("where do zebras graze", "en/zebra.md")):
        nearest = await index.dense("demo", candidate.embed_queries([text])[0], 1, version=new)
        assert nearest[0].chunk_id == f"{document}:0"
    print(f"{customers.searches} searches during the migration, none failed or empty")


async def comparisons(engine, customers):
    """Wait until shadow queries have been recorded, and look at them."""
    async with asyncio.timeout(SECONDS):
        while not any(row["queries"] >= 5 for row in compared(engine)):
            await customers.more(5)
    (row,) = compared(engine)
    assert row["failed"] == 0
    assert 0.5 < row["overlap"] <= 1  # the same weights, once in eight bits and once in full
    assert 0.5 < row["agreement"] <= 1
    assert row["milliseconds"] > 0


async def served_by(engine, customers, version):
    """Wait until both versions have served, and see that the rest stayed."""
    before, gained = counted(engine), Counter()
    async with asyncio.timeout(SECONDS):
        while gained[version] < 10 or len(gained) < 2:
            await customers.more(5)
            gained = counted(engine) - before


def counted(engine):
    return Counter({row["version"]: row["searches"] for row in used(engine)})


async def test_a_backfill_that_is_killed_goes_on_where_it_was(request, index, shop, default, checkpoint, tmp_path):
    prefix = request.getfixturevalue("elasticsearch_prefix") if "elasticsearch" in request.node.name else ""
    address = os.environ["TEST_ELASTICSEARCH_URL"] if prefix else str(tmp_path / "index.sqlite")
    command = [sys.executable, "-m", "tests.contracts.backfill_process", address, prefix, checkpoint]
    total = (await index.stats("demo")).chunks
    first = await asyncio.create_subprocess_exec(*command, cwd=PROJECT, stdout=subprocess.PIPE)
    assert await first.stdout.readline() == b"4\n"
    first.kill()
    await first.wait()
    version = SentenceTransformerEmbedder(checkpoint).version
    left = await remaining(index, "demo", version)
    assert 0 < left < total
    second = await asyncio.create_subprocess_exec(*command, cwd=PROJECT, stdout=subprocess.PIPE)
    printed, _ = await second.communicate()
    assert sum(map(int, printed.split())) == left
    assert await remaining(index, "demo", version) == 0


async def test_a_candidate_whose_model_cannot_be_loaded_reaches_no_customer(index, versions, shop, default, tmp_path):
    broken = str(tmp_path / "nowhere")
    versions.plan.add(
        "demo",
        PlannedVersion(default.version, default.name, "active"),
        PlannedVersion("sentence-transformers:nowhere", broken, "candidate", share=1.0, shadow=1.0),
    )
    async with Customers(Search(index, default, versions=versions)) as customers:
        await customers.more(40)
    assert customers.complaints == []


async def test_the_ingest_finds_nothing_to_do_after_an_exchange(index, versions, shop, default, checkpoint):
    candidate = SentenceTransformerEmbedder(checkpoint)
    versions.plan.add(
        "demo",
        PlannedVersion(default.version, default.name, "active"),
        PlannedVersion(candidate.version, checkpoint, "candidate"),
    )
    versions.plan.activate("demo", candidate.version)
    versions.forget_plan("demo")
    assert {record.prepared_by for record in await shop.documents("demo")} == {f"{CHUNKER} {candidate.version}"}
    assert [version for version, _ in await versions.live("demo")] == [candidate.version, default.version]
