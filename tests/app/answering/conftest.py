"""A small tenant with real documents, in a real index, with the real embedder."""

import asyncio
from dataclasses import dataclass

import pytest

from answering.chain import Link, ModelChain
from answering.openai_compatible import ModelEntry, OpenAICompatibleModel
from protocol.tenants import Tenant
from retrieval.circuit import Circuit
from retrieval.e5 import E5Embedder
from retrieval.embed import CachedEmbedder
from retrieval.ingest import Ingest
from retrieval.search import Search
from retrieval.sqlite import SqliteIndex
from runtime.settings import PROJECT
from tests.fakes.openai_server import OpenAIServer

TENANT = Tenant(id="demo", name="ReckonSales")
ARTICLES = {
    "en/backup.md": (
        "---\ntitle: Backup\nlanguage: en\nurl: https://help.example/backup\n---\n# Backup\n\n## Automatic backup\n\n"
        "ReckonSales makes a backup every day at 21:30 and keeps 30 days. Change the time under Tools > Backup.\n\n"
        "## Backup by hand\n\n1. Press Alt+B.\n2. Choose a folder.\n3. Click **Start**.\n"
    ),
    "en/refunds.md": (
        "---\ntitle: Refunds\nlanguage: en\n---\n# Refunds\n\nA full refund is paid within 15 days of the first purchase if fewer than 100 "
        "bills were made. It reaches your account in 7 to 10 working days.\n"
    ),
    "hi/backup.md": (
        "---\ntitle: बैकअप\nlanguage: hi\n---\n# बैकअप\n\nहर दिन रात 21:30 बजे बैकअप अपने आप बनता है और 30 दिन तक रहता है। "
        "समय बदलने के लिए Tools > Backup खोलें।\n"
    ),
    "hinglish/backup.md": (
        "---\ntitle: Backup kaise hota hai\nlanguage: hinglish\n---\n# Backup kaise hota hai\n\nHar din raat 21:30 baje backup apne aap "
        "banta hai aur 30 din tak rehta hai. Time badalne ke liye Tools > Backup kholein.\n"
    ),
}


@pytest.fixture(scope="session")
def documents(tmp_path_factory):
    """The folder of the articles."""
    folder = tmp_path_factory.mktemp("knowledge")
    for name, text in ARTICLES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@dataclass(frozen=True)
class Filled:
    """An index with the articles in it, and its search."""

    index: SqliteIndex
    search: Search


@pytest.fixture(scope="session")
def e5():
    """The real one, loaded once."""
    return E5Embedder(PROJECT / "var" / "models" / "e5-small")


@pytest.fixture(scope="session")
def embedder(e5):
    """With its memory of queries, as it is used."""
    return CachedEmbedder(e5)


@pytest.fixture(scope="session")
def index_file(documents, embedder, tmp_path_factory):
    """The articles, taken in once."""
    file = tmp_path_factory.mktemp("index") / "knowledge.db"

    async def take_in():
        index = SqliteIndex(file)
        outcomes = [
            report.outcome async for report in Ingest(index, embedder, roots=[documents]).ingest([documents], "demo")
        ]
        assert outcomes == ["added"] * len(ARTICLES)
        await index.close()

    asyncio.run(take_in())
    return file


@pytest.fixture
async def filled(index_file, embedder):
    """Searched by a test."""
    index = SqliteIndex(index_file)
    yield Filled(index, Search(index, embedder))
    await index.close()


@pytest.fixture
def llm():
    """Somebody else's models."""
    server = OpenAIServer()
    yield server
    server.close()


@pytest.fixture
async def chain(llm):
    """Makes chains of models at that server: by name alone, or with anything else of their entry."""
    made = []

    def make(*entries, rest=30.0, **how):
        links = []
        for entry in entries:
            given = {"patience": 0.6, "timeout": 3.0, **(entry if isinstance(entry, dict) else {"name": entry})}
            given.setdefault("model", given["name"])
            links.append(
                Link(
                    OpenAICompatibleModel(ModelEntry(base_url=llm.base_url, **given)),
                    given.get("size") == "small",
                    Circuit(rest=rest),
                )
            )
        made.append(ModelChain(links, **how))
        return made[-1]

    yield make
    for one in made:
        await one.close()
