"""A small tenant with real documents, in a real index, with the real embedder."""

import pytest

from protocol.tenants import Tenant
from runtime.settings import Settings
from runtime.wiring import Knowledge, open_knowledge
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
}


@pytest.fixture(scope="session")
def documents(tmp_path_factory):
    """The folder of the articles."""
    folder = tmp_path_factory.mktemp("knowledge")
    for name, text in ARTICLES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
async def knowledge(documents, var_folder) -> Knowledge:
    """An index with the articles in it."""
    opened = open_knowledge(Settings(var_folder=var_folder))
    yield opened
    await opened.close()


@pytest.fixture
def llm():
    """Somebody else's model."""
    server = OpenAIServer()
    yield server
    server.close()
