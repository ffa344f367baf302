"""Answers in the making: pieces on an event of their own, the whole at the end, and a customer who has enough."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from protocol.secret import token
from tests.rasa.connectors.customer import Tab, post
from tests.rasa.connectors.server import SECRET, RasaServer
from tests.rasa.connectors.slow_actions import SlowActions

PIECES = ["Open **Settings**, ", "choose Users, ", "then Reset."]
WHOLE = "".join(PIECES)


@pytest.fixture
def writer(rasa: RasaServer, actions: SlowActions) -> Iterator[SlowActions]:
    actions.pieces, actions.seconds = PIECES, 0.2
    yield actions
    actions.pieces, actions.seconds, actions.passing = [], 0.0, False


async def test_pieces_come_in_order_before_the_whole(rasa: RasaServer, writer: SlowActions) -> None:
    tab = await Tab().open(rasa.url)
    await tab.say("think slowly about it", message_id="s1")
    uttered = await tab.wait_for("bot_uttered")
    assert tab.payloads("bot_stream") == [
        {"message_id": "s1", "seq": seq, "text": text} for seq, text in enumerate(PIECES)
    ]
    assert uttered["text"] == WHOLE
    assert "stopped" not in uttered["metadata"]
    names = [name for name, _ in tab.heard if name.startswith("bot_")]
    assert names == ["bot_typing", *["bot_stream"] * 3, "bot_uttered", "bot_typing"]
    await tab.close()


async def test_words_of_a_piece_in_the_making_are_marked_as_passing(rasa: RasaServer, writer: SlowActions) -> None:
    writer.passing = True
    tab = await Tab().open(rasa.url)
    await tab.say("think slowly about it", message_id="s9")
    assert (await tab.wait_for("bot_uttered"))["text"] == WHOLE
    heard = tab.payloads("bot_stream")
    assert [piece["seq"] for piece in heard] == [0, 0, 1, 1, 2, 2]
    assert [piece.get("passing", False) for piece in heard] == [True, False] * 3
    assert "".join(piece["text"] for piece in heard if not piece.get("passing")) == WHOLE
    await tab.close()


async def test_every_tab_sees_them_and_no_stranger(rasa: RasaServer, writer: SlowActions) -> None:
    first = await Tab().open(rasa.url)
    second, stranger = await Tab().open(rasa.url, session=first.session), await Tab().open(rasa.url)
    await first.say("think slowly about it", message_id="s2")
    await second.wait_for("bot_uttered")
    assert "".join(piece["text"] for piece in second.payloads("bot_stream")) == WHOLE
    assert stranger.payloads("bot_stream") == []
    for tab in (first, second, stranger):
        await tab.close()


async def test_a_stopped_answer_ends_where_it_is(rasa: RasaServer, writer: SlowActions) -> None:
    tab = await Tab().open(rasa.url)
    await tab.say("think slowly about it", message_id="s3")
    await tab.wait_for("bot_stream")
    answer = await tab.client.call("stop", {"session_id": tab.session, "message_id": "s3"})
    assert answer == {"stopped": True}
    uttered = await tab.wait_for("bot_uttered")
    assert uttered["metadata"]["stopped"] is True
    assert uttered["text"] != WHOLE
    assert WHOLE.startswith(uttered["text"])
    assert len(tab.payloads("bot_stream")) == 1
    await tab.say("hello", message_id="s4")  # the conversation goes on as ever
    assert "stopped" not in (await tab.wait_for("bot_uttered", 2))["metadata"]
    await tab.close()


async def test_nobody_stops_an_answer_of_another_session_or_one_that_is_over(
    rasa: RasaServer, writer: SlowActions
) -> None:
    tab, stranger = await Tab().open(rasa.url), await Tab().open(rasa.url)
    await tab.say("think slowly about it", message_id="s5")
    await tab.wait_for("bot_stream")
    foreign = await stranger.client.call("stop", {"session_id": tab.session, "message_id": "s5"})
    assert foreign["error"]["code"] == "forbidden"
    own = await stranger.client.call("stop", {"session_id": stranger.session, "message_id": "s5"})
    assert own == {"stopped": False}
    assert (await tab.wait_for("bot_uttered"))["text"] == WHOLE
    await tab.wait_for("bot_typing", 2)
    over = await tab.client.call("stop", {"session_id": tab.session, "message_id": "s5"})
    assert over == {"stopped": False}
    await tab.close()
    await stranger.close()


async def test_the_chat_api_streams_the_same_pieces(rasa: RasaServer, writer: SlowActions) -> None:
    stream = {"accept": "text/event-stream"}
    response = await asyncio.to_thread(post, rasa.url, stream, text="think slowly about it", message_id="s6")
    events = [dict(line.split(": ", 1) for line in block.split("\n")) for block in response.text.strip().split("\n\n")]
    assert [event["event"] for event in events] == ["delta", "delta", "delta", "message", "done"]
    assert "".join(json.loads(event["data"])["text"] for event in events[:3]) == WHOLE
    assert json.loads(events[4]["data"])["messages"][0]["text"] == WHOLE


@pytest.mark.parametrize("credential", ["", "wrong", SECRET, token(SECRET, "another purpose")])
def test_only_the_action_server_brings_pieces(rasa: RasaServer, credential: str) -> None:
    assert deltas(rasa, credential, piece()).status_code == 403


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 200), ({"conversation": "nobody's"}, 400), ({"seq": -1}, 400), ({"seq": True}, 400), ({"seq": "1"}, 400),
        ({"text": None}, 400), ({"text": "x" * 20_000}, 400), ({"message_id": 7}, 400),
    ],
)  # fmt: skip
def test_pieces_of_another_shape_are_refused_and_of_no_turn_do_nothing(
    rasa: RasaServer, changed: dict[str, Any], status: int
) -> None:
    response = deltas(rasa, token(SECRET, "deltas"), {**piece(), **changed})
    assert response.status_code == status
    if status == 200:
        assert response.json() == {"stopped": False}


def piece() -> dict[str, Any]:
    return {"conversation": "demo.web.abc", "message_id": "m", "seq": 0, "text": "x"}


def deltas(rasa: RasaServer, credential: str, body: dict[str, Any]) -> httpx.Response:
    headers = {"authorization": f"Bearer {credential}"} if credential else {}
    return httpx.post(f"{rasa.url}/webhooks/web/deltas", json=body, headers=headers)
