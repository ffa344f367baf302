"""A customer whom the host page names, through the real Rasa: asked, remembered, greeted in their language, forgotten."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import pytest

from customers.built_in import BuiltInCustomerMemory
from customers.facts import Facts
from runtime.database import open_database
from runtime.settings import PROJECT, Settings
from tests.fakes.openai_server import OpenAIServer
from tests.live.with_models import assistant_with_models

pytestmark = pytest.mark.live
SECRET = "a secret of the host page, long enough"
SAID = {
    "en": ("we have 3 stores", "yes", "what do you know about me", "forget my stores", "Stores: 3"),
    "hi": ("मेरी तीन दुकानें हैं", "हाँ", "मेरे बारे में क्या पता है", "मेरी दुकानें भूल जाओ", "दुकानें: 3"),
    "hinglish": (
        "hamari 3 dukaanein hain",
        "haan",
        "mere baare mein kya pata hai",
        "meri dukaanein bhool jao",
        "Dukaanein: 3",
    ),
}


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("remembering") / "var"


@pytest.fixture(scope="module")
def url(var: Path) -> Iterator[str]:
    if not list((PROJECT / "models").glob("*.tar.gz")):
        pytest.skip("no model in models/: make train")
    web = {"key": "demo", "origins": ["*"], "identity_secret": "HOST_PAGE_SECRET"}
    tenant = {"channels": {"web": web}, "facts": {"product": ["Premium"]}}
    llm = OpenAIServer()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOST_PAGE_SECRET", SECRET)
        with assistant_with_models(var.parent, llm, [{"name": "a"}], tenant=tenant) as running:
            yield running
    llm.close()


class Visitor:
    """Chats under a name, or none."""

    def __init__(self, url: str, subject: str = "") -> None:
        claims = {"sub": subject, "aud": "demo", "exp": time.time() + 600}
        self._headers = {"Authorization": f"Bearer {jwt.encode(claims, SECRET, algorithm='HS256')}"} if subject else {}
        self._url = url
        self._session = ""

    def says(self, text: str) -> tuple[str, list[str]]:
        """What comes back, and the payloads of its buttons."""
        asked = {"key": "demo", "text": text, **({"session": self._session} if self._session else {})}
        response = httpx.post(f"{self._url}/webhooks/web/chat", json=asked, headers=self._headers, timeout=60)
        assert response.status_code == 200, response.text
        reply = response.json()
        self._session = reply["session"]
        messages = reply["messages"]
        return "\n".join(m["text"] for m in messages), [b["payload"] for m in messages for b in m["buttons"]]


def facts(var: Path, subject: str) -> list[tuple[str, str]]:
    with sqlite3.connect(var / "app.db") as database:
        return database.execute(
            "SELECT name, value FROM customer_facts WHERE tenant = 'demo' AND customer = ?", (f"token:{subject}",)
        ).fetchall()


@pytest.mark.parametrize("language", SAID)
def test_a_customer_agrees_sees_and_is_forgotten(url: str, var: Path, language: str) -> None:
    tells, yes, show, forget, line = SAID[language]
    anita = Visitor(url, f"anita-{language}")
    said, buttons = anita.says(tells)
    assert line in said
    assert buttons == ["/allow_memory", "/refuse_memory"]
    assert facts(var, f"anita-{language}") == []
    assert line in anita.says(yes)[0]
    assert facts(var, f"anita-{language}") == [("stores", "3")]
    assert line in anita.says(show)[0]
    anita.says(forget)
    assert facts(var, f"anita-{language}") == []
    assert line not in anita.says(show)[0]


def test_a_button_refuses_and_nobody_is_asked_again(url: str, var: Path) -> None:
    ravi = Visitor(url, "ravi")
    ravi.says("we have 3 stores")
    ravi.says("/refuse_memory")
    assert ravi.says("we have 4 stores")[1] == []
    assert facts(var, "ravi") == []


def test_a_yes_to_something_else_allows_nothing(url: str, var: Path) -> None:
    kiran = Visitor(url, "kiran")
    kiran.says("we have 3 stores")
    kiran.says("thank you")
    kiran.says("yes")
    assert facts(var, "kiran") == []
    kiran.says("/allow_memory")  # the button is still on the screen
    assert facts(var, "kiran") == [("stores", "3")]


def test_a_look_at_what_is_remembered_keeps_the_form(url: str) -> None:
    meena = Visitor(url, "meena")
    meena.says("where is my order")
    said, _ = meena.says("what do you know about me")
    assert "order" in said.split("\n")[-1].lower()
    assert "RS-10241" in meena.says("RS-10241")[0]


def test_a_stranger_is_told_that_nothing_is_remembered(url: str) -> None:
    stranger = Visitor(url)
    assert stranger.says("we have 3 stores")[1] != ["/allow_memory", "/refuse_memory"]
    assert "who you are" in stranger.says("what do you know about me")[0]
    assert "who you are" in stranger.says("forget me please, forget everything about me")[0]
    assert "allow" not in stranger.says("/allow_memory")[0]


def test_a_first_message_without_a_language_is_answered_in_the_one_that_is_remembered(url: str, var: Path) -> None:
    engine = open_database(Settings(var_folder=var))
    asyncio.run(BuiltInCustomerMemory(engine).allow("demo", "token:lata", Facts(language="hi")))
    engine.dispose()
    assert any("\u0900" <= character <= "\u097f" for character in Visitor(url, "lata").says("hello")[0])
    assert not any("\u0900" <= character <= "\u097f" for character in Visitor(url, "gita").says("hello")[0])
