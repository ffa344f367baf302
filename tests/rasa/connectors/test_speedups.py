"""The speed-ups change nothing but the time: same verdicts, same errors, and a restarted action server isn't missed."""

import asyncio
import copy
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rasa
from aiohttp import web
from rasa.core.actions.action import RemoteAction
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.slots import CategoricalSlot
from rasa.utils.endpoints import EndpointConfig

from bot import speedups
from tests.rasa.connectors.server import free_port

ROOT = Path(__file__).resolve().parents[3]
ANSWERS: list[Any] = [
    {"events": [], "responses": []},
    {},
    {
        "events": [{"event": "slot", "name": "language", "value": "hi", "timestamp": None}],
        "responses": [{"text": "नमस्ते"}],
    },
    {"events": [{"event": "followup", "name": "action_answer"}]},
    {"events": [{"event": "bot", "text": "x", "data": {}, "metadata": {}}]},
    {"events": "none"},
    {"events": [{"name": "no event"}]},
    {"responses": [1]},
    [],
    None,
]


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    assert speedups.install()


@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_are_judged_as_rasa_judges_them(answer: object) -> None:
    action = RemoteAction("action_answer", None)
    expected = _stock_verdict(answer)
    if expected is None:
        assert action._validate_action_result(answer) is True
        return
    with pytest.raises(jsonschema.ValidationError) as caught:
        action._validate_action_result(answer)
    assert caught.value.message.startswith(expected.message)
    assert caught.value.path == expected.path
    assert "make sure your response from the Action endpoint is valid" in caught.value.message


def test_installing_twice_is_installing_once() -> None:
    patched = (RemoteAction._validate_action_result, EndpointConfig.session)
    assert speedups.install()
    assert (RemoteAction._validate_action_result, EndpointConfig.session) == patched


def test_another_rasa_is_left_alone() -> None:
    program = (
        "import logging, rasa; rasa.__version__ = '3.6.22'; logging.basicConfig()\n"
        "from rasa.core.actions.action import RemoteAction as action; stock = action._validate_action_result\n"
        "from bot import speedups; assert speedups.install() is False and action._validate_action_result is stock"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Speed-ups are for Rasa 3.6.21; 3.6.22 runs without them" in done.stderr


def test_this_is_the_version_that_was_read() -> None:
    assert rasa.__version__ == speedups.READ_VERSION


def test_a_copied_slot_is_a_slot_of_its_own() -> None:
    slot = CategoricalSlot("language", [{"type": "custom"}], values=["en", "hi"])
    copied = copy.copy(slot)
    copied.value = "hi"
    assert type(copied) is CategoricalSlot
    assert (slot.value, copied.value, copied.as_feature()) == (None, "hi", [0, 1])


def test_events_are_read_as_before() -> None:
    for _ in range(2):
        assert Event.resolve_by_type("user") is UserUttered
        assert Event.resolve_by_type("nothing", default=UserUttered) is UserUttered
        assert Event.resolve_by_type("topic") is None
        with pytest.raises(ValueError, match="Unknown event name"):
            Event.resolve_by_type("nothing")


async def test_conversations_outlive_a_restart_on_kept_connections(tmp_path: Path) -> None:
    for turn in range(3):
        store = SQLTrackerStore(Domain.empty(), db=str(tmp_path / "tracker.db"))
        tracker = await store.get_or_create_tracker("demo.web.a", append_action_listen=False)
        assert len(tracker.events) == turn
        tracker.update(UserUttered(f"message {turn}"))
        await store.save(tracker)
        store.engine.dispose()


async def test_actions_share_a_connection() -> None:
    peers: set[object] = set()

    async def act(request: web.Request) -> web.Response:
        peers.add(request.transport.get_extra_info("peername"))  # type: ignore[union-attr]
        return web.json_response({})

    port = free_port()
    async with _action_server(port, act):
        endpoint = EndpointConfig(f"http://127.0.0.1:{port}/webhook")
        for _ in range(5):
            assert await endpoint.request(json={}) == {}
    assert len(peers) == 1


async def test_a_restarted_action_server_is_not_missed() -> None:
    async def act(_: web.Request) -> web.Response:
        return web.json_response({"responses": []})

    port = free_port()
    endpoint = EndpointConfig(f"http://127.0.0.1:{port}/webhook")
    for _ in range(3):
        async with _action_server(port, act):
            assert await endpoint.request(json={}) == {"responses": []}
        await asyncio.sleep(0.05)


async def test_the_endpoints_own_login_and_headers_are_still_sent() -> None:
    seen: list[tuple[str | None, str | None]] = []

    async def act(request: web.Request) -> web.Response:
        seen.append((request.headers.get("Authorization"), request.headers.get("X-Tenant")))
        return web.json_response({})

    port = free_port()
    async with _action_server(port, act):
        url = f"http://127.0.0.1:{port}/webhook"
        login = {"username": "u", "password": "p"}
        await EndpointConfig(url, headers={"X-Tenant": "demo"}, basic_auth=login).request(json={})
        await EndpointConfig(url).request(json={})
    assert seen == [("Basic dTpw", "demo"), (None, None)]


def _stock_verdict(answer: object) -> jsonschema.ValidationError | None:
    try:
        jsonschema.validate(answer, RemoteAction.action_response_format_spec())
    except jsonschema.ValidationError as error:
        return error
    return None


@asynccontextmanager
async def _action_server(port: int, act: Callable[[web.Request], Any]) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/webhook", act)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
    try:
        yield
    finally:
        await runner.cleanup()
