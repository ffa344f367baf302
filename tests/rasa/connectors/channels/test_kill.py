"""`kill -9` in the middle of 200 messages on each channel: every one is answered, and none twice but what was on its way."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.rasa.connectors.channels.customers import CloudCustomer, TelegramCustomer, TwilioCustomer
from tests.rasa.connectors.channels.server import ChannelsServer, wait_for
from tests.rasa.connectors.channels.web_crowd import WebCrowd
from tests.rasa.connectors.slow_actions import SlowActions

_MESSAGES = 200
_SENDERS = 20
_BEFORE_THE_KILL = 60  # answers, of all channels
_PATIENCE = 900  # seconds; a busy machine is slow, not wrong


@pytest.fixture
def killed(tmp_path: Path, model: Path, actions: SlowActions) -> Iterator[ChannelsServer]:
    started = ChannelsServer(tmp_path, model, actions.url)
    started.start()
    yield started
    started.close()


def test_every_message_is_answered_once_though_the_process_is_killed(killed: ChannelsServer) -> None:
    server = killed
    crowd = WebCrowd(server, _SENDERS, _MESSAGES)
    webhooks = [make(number) for make in _writers(server) for number in range(_MESSAGES)]
    webhooks.sort(key=lambda webhook: webhook[0])  # the channels among each other
    with ThreadPoolExecutor(13) as providers:
        written = providers.submit(crowd.write)
        delivered = [providers.submit(_deliver, post) for _, post in webhooks]
        wait_for(lambda: len(_answers(server)) >= _BEFORE_THE_KILL, _PATIENCE)
        server.kill()
        unconfirmed = written.result()
        unanswered = [post for (_, post), outcome in zip(webhooks, delivered, strict=True) if not outcome.result()]
    on_their_way = {
        (row["channel"], row["text"].split()[1].rstrip("."))
        for row in server.rows("SELECT channel, text FROM deliveries WHERE state = 'sending'")
    }
    being_answered = _being_answered(server)
    answered_before, heard_before = len(_answers(server)), len(crowd.answers())
    assert answered_before < 3 * _MESSAGES, "the kill came too late to prove anything"
    assert heard_before < _MESSAGES, "the kill came too late to prove anything of the web"

    server.start()
    # what wasn't acknowledged is brought again, and some of the rest by mistake
    crowd.come_back(sorted({*unconfirmed, *range(0, _MESSAGES, 7)}))
    with ThreadPoolExecutor(12) as providers:
        again = [post for _, post in webhooks[::7]]
        assert all(providers.map(_deliver, unanswered + again))
    wait_for(lambda: len(set(_answers(server))) == 3 * _MESSAGES, _PATIENCE)
    wait_for(lambda: not server.rows("SELECT 1 FROM inbox WHERE state != 'finished'"), _PATIENCE)
    wait_for(lambda: not server.rows("SELECT 1 FROM deliveries WHERE state != 'sent'"), _PATIENCE)
    wait_for(lambda: len(set(crowd.answers())) == _MESSAGES, _PATIENCE)
    twice = {answer for answer, count in Counter(_answers(server)).items() if count > 1}
    heard_twice = {order for order, count in Counter(crowd.answers()).items() if count > 1}
    print(
        f"{answered_before} answers before the kill and {heard_before} on the web, {len(unanswered)} webhooks and "
        f"{len(unconfirmed)} web messages unacknowledged, {len(twice)} answers twice and {len(heard_twice)} on the web"
    )
    assert twice <= on_their_way
    assert heard_twice <= being_answered
    kept = crowd.kept()
    assert len(kept) == _MESSAGES
    assert {order for order, count in kept.items() if count > 1} <= being_answered
    crowd.close()


def _writers(server: ChannelsServer) -> list[Callable[[int], tuple[int, Callable[[], httpx.Response]]]]:
    """Each makes a webhook that may be posted again and again, and its place in the crowd."""
    clouds = [CloudCustomer(server) for _ in range(_SENDERS)]
    twilios = [TwilioCustomer(server) for _ in range(_SENDERS)]
    telegrams = [TelegramCustomer(server) for _ in range(_SENDERS)]

    def cloud(number: int) -> tuple[int, Callable[[], httpx.Response]]:
        customer = clouds[number % _SENDERS]
        return number, lambda: customer.says(f"where is my order RS-{number}", id=f"wamid.kill{number}")

    def twilio(number: int) -> tuple[int, Callable[[], httpx.Response]]:
        customer = twilios[number % _SENDERS]
        return number, lambda: customer.says(f"where is my order RS-{number}", MessageSid=f"SMkill{number}")

    def telegram(number: int) -> tuple[int, Callable[[], httpx.Response]]:
        customer = telegrams[number % _SENDERS]
        update = {"update_id": 800_000_000 + number, "message": customer.message(text=f"where is my order RS-{number}")}
        return number, lambda: customer.delivers(update)

    return [cloud, twilio, telegram]


def _being_answered(server: ChannelsServer) -> set[str]:
    """The orders of the web's messages that had their turn when the process died: one of each visitor at most."""
    rows = server.rows(
        "SELECT message, MIN(id) FROM inbox WHERE channel = 'web' AND state != 'finished' GROUP BY conversation"
    )
    return {json.loads(row["message"])["message"]["text"].split()[-1] for row in rows}


def _deliver(post: Callable[[], httpx.Response]) -> bool:
    """Whether the webhook was acknowledged."""
    try:
        return post().status_code == 200
    except httpx.HTTPError:
        return False


def _answers(server: ChannelsServer) -> list[tuple[str, str]]:
    """(channel, order) of every answer that a customer got."""
    got: list[tuple[str, Any]] = [("whatsapp_cloud", body["text"]["body"]) for body in server.graph.sent]
    got += [("whatsapp_twilio", form["Body"]) for form in server.twilio.sent]
    got += [("telegram", sent["text"]) for sent in server.telegram.sent]
    return [(channel, text.split()[1].rstrip(".")) for channel, text in got]
