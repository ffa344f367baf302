"""What a call of the action server carries: the domain once, then its digest, and the sentence vector of the message."""

import struct
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot import action_server, sentences
from bot.sentences import Encoder
from bot.settings import model_folder
from protocol.sentences import KEY, SentenceVector
from tests.rasa.connectors.server import free_port

DOMAIN = Domain.from_yaml("version: '3.1'\nactions: [action_answer]\nresponses: {utter_hello: [{text: hello}]}")


class ActionServer:
    """Keeps the last domain by its digest, as rasa-sdk does."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.statuses: list[int] = []
        self.digest = ""
        self.fails = False

    async def act(self, request: web.Request) -> web.Response:
        call = await request.json()
        self.calls.append(call)
        self.digest = call["domain_digest"] if "domain" in call else self.digest
        status = 500 if self.fails else 200 if self.digest == call["domain_digest"] else 449
        self.statuses.append(status)
        return web.json_response({"events": [], "responses": []}, status=status)


@pytest.fixture
async def server(monkeypatch) -> AsyncIterator[tuple[ActionServer, RemoteAction]]:
    monkeypatch.delenv("ACTION_ENDPOINT_URL", raising=False)
    action_server.install()
    played, port = ActionServer(), free_port()
    app = web.Application()
    app.router.add_post("/webhook", played.act)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield played, RemoteAction("action_answer", EndpointConfig(f"http://127.0.0.1:{port}/webhook"))
    await runner.cleanup()


async def test_the_domain_goes_along_only_when_it_is_asked_for(server):
    played, action = server
    for _ in range(3):
        assert await action.run(None, None, _said("hello"), DOMAIN) == []
    assert played.statuses == [449, 200, 200, 200]
    assert ["domain" in call for call in played.calls] == [False, True, False, False]
    assert played.calls[1]["domain"]["responses"] == {"utter_hello": [{"text": "hello"}]}


async def test_another_domain_is_another_digest(server):
    played, action = server
    await action.run(None, None, _said("hello"), DOMAIN)
    await action.run(
        None, None, _said("hello"), Domain.from_yaml("version: '3.1'\nactions: [action_answer, action_new]")
    )
    assert played.statuses == [449, 200, 449, 200]
    assert "action_new" in played.calls[3]["domain"]["actions"]


async def test_a_failing_action_server_is_not_asked_again(server):
    played, action = server
    played.fails = True
    with pytest.raises(Exception, match="Failed to execute") as failed:
        await action.run(None, None, _said("hello"), DOMAIN)
    assert isinstance(failed.value.__cause__, ClientResponseError)
    assert played.statuses == [500]


@pytest.mark.parametrize("text", ["how do I print a label", "लेबल कैसे छापें", "label kaise print kare"])
async def test_the_vector_of_the_message_goes_along(server, text):
    played, action = server
    vector = Encoder(model_folder()).vectors([text])[0]
    await action.run(None, None, _said(text), DOMAIN)
    sent = SentenceVector.from_json(played.calls[-1])
    assert sent is not None
    assert sent.text == text
    assert struct.unpack(f"<{len(vector)}f", sent.numbers) == pytest.approx(vector.tolist())


async def test_a_message_that_was_cut_or_never_understood_is_left_to_the_search(server):
    played, action = server
    pasted = "the log says nothing useful " * 60
    Encoder(model_folder()).vectors([pasted])
    await action.run(None, None, _said(pasted), DOMAIN)
    await action.run(None, None, _said("said to nobody"), DOMAIN)
    assert all(KEY not in call for call in played.calls)


def test_the_same_message_is_embedded_once(monkeypatch):
    encoder, runs = Encoder(model_folder()), []
    run = encoder._run
    monkeypatch.setattr(encoder, "_run", lambda tokens: (runs.append(tokens), run(tokens))[1])
    sentences._recent.clear()
    first, second = encoder.vectors(["shukriya bhai"]), encoder.vectors(["shukriya bhai"])
    assert (first == second).all()
    assert len(runs) == 1


def _said(text: str) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("demo.web.1", [UserUttered(text)])
