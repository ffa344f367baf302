"""What a customer sees while a model writes: real processes, a real socket, somebody else's model."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.settings import PROJECT
from tests.fakes.openai_server import OpenAIServer
from tests.live.with_models import QUESTION, assistant_with_models
from tests.rasa.connectors.customer import Tab

pytestmark = pytest.mark.live
TRUE = (
    "A backup is made every day at 21:30 [1].",
    "It is kept for 30 days [1].",
    "Change the time under Tools > Backup [1].",
)
FALSE = "Backups cost Rs 5,000 a year [1]."


@pytest.fixture(scope="module")
def llm() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def chat(llm: OpenAIServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not list((PROJECT / "models").glob("*.tar.gz")):
        pytest.skip("no model in models/: make train")
    folder: Path = tmp_path_factory.mktemp("with-models")
    with assistant_with_models(folder, llm, [{"name": "a", "patience": 8}, {"name": "b"}], rest=0.5) as url:
        yield url


def fresh(number: int) -> str:
    """The question in words that no cached answer is for."""
    return f"{QUESTION} ({number})"


def settled(tab: Tab) -> list[dict[str, Any]]:
    """The pieces that stay; those that pass are only words of the next one."""
    return [piece for piece in tab.payloads("bot_stream") if not piece.get("passing")]


async def test_true_sentences_are_read_before_the_answer_and_false_ones_never(llm: OpenAIServer, chat: str) -> None:
    llm.model("a", write=lambda request: " ".join((TRUE[0], FALSE, *TRUE[1:])), between=0.02)
    tab = await Tab().open(chat)
    await tab.say(fresh(1), message_id="m1")
    uttered = await tab.wait_for("bot_uttered")
    pieces = settled(tab)
    assert [piece["seq"] for piece in pieces] == list(range(len(pieces)))
    assert len(pieces) >= 2
    seen = tab.payloads("bot_stream")
    assert seen[0]["passing"]
    assert TRUE[0].startswith(seen[0]["text"])  # words, before their sentence is whole
    assert not any("5,000" in piece["text"] for piece in seen)
    assert uttered["text"] == " ".join(TRUE)
    assert uttered["text"].startswith("".join(piece["text"] for piece in pieces))
    assert uttered["metadata"]["answer"]["sources"][0]["title"] == "Automatic backup"
    await tab.close()


async def test_a_stopped_answer_is_what_was_read_and_the_model_is_left(llm: OpenAIServer, chat: str) -> None:
    llm.model("a", write=lambda request: " ".join(TRUE * 40), between=0.02)
    llm.gone.clear()
    tab = await Tab().open(chat)
    await tab.say(fresh(2), message_id="m2")
    await asyncio.to_thread(_wait_until, lambda: settled(tab))
    assert await tab.client.call("stop", {"session_id": tab.session, "message_id": "m2"}) == {"stopped": True}
    uttered = await tab.wait_for("bot_uttered")
    assert uttered["metadata"]["stopped"] is True
    assert uttered["text"].startswith(TRUE[0])
    assert len(uttered["text"]) < len(" ".join(TRUE * 40)) / 2
    assert await asyncio.to_thread(llm.gone.wait, 5)
    await tab.close()


async def test_a_model_that_thinks_can_be_stopped_before_its_first_word(llm: OpenAIServer, chat: str) -> None:
    llm.model("a", fault="slow", seconds=6, write=lambda request: TRUE[0])
    tab = await Tab().open(chat)
    await tab.say(fresh(3), message_id="m3")
    await asyncio.to_thread(
        _wait_until, lambda: llm.asked("a") and llm.requests[-1]["messages"][1]["content"].find("(3)") > 0
    )
    assert await tab.client.call("stop", {"session_id": tab.session, "message_id": "m3"}) == {"stopped": True}
    uttered = await asyncio.wait_for(tab.wait_for("bot_uttered"), 4)
    assert uttered["text"] == "The answer was stopped."
    assert tab.payloads("bot_stream") == []
    await tab.close()


async def test_who_lost_the_connection_finds_the_whole_answer(llm: OpenAIServer, chat: str) -> None:
    llm.model("a", write=lambda request: " ".join(TRUE), between=0.05)
    tab = await Tab().open(chat)
    await tab.say(fresh(4), message_id="m4")
    await tab.wait_for("bot_stream")
    await tab.close()
    back = await Tab().open(chat, session=tab.session, last_seq=0)
    assert (await back.wait_for("bot_uttered"))["text"] == " ".join(TRUE)
    await back.close()


async def test_a_model_that_breaks_off_is_followed_by_another_and_nothing_is_told_twice(
    llm: OpenAIServer, chat: str
) -> None:
    llm.model("a", fault="cut off", write=lambda request: " ".join(TRUE))
    llm.model("b", write=lambda request: " ".join(TRUE[1:]))
    tab = await Tab().open(chat)
    await tab.say(fresh(5), message_id="m5")
    uttered = await tab.wait_for("bot_uttered")
    assert uttered["text"] == " ".join(TRUE[1:])
    assert "".join(piece["text"] for piece in settled(tab)) == " ".join(TRUE[:2])  # of the first one alone
    await tab.close()


def _wait_until(happened: Callable[[], object]) -> None:
    for _ in range(100):
        if happened():
            return
        time.sleep(0.05)
    raise AssertionError("it didn't happen")
