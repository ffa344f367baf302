"""A real Rasa with the web channel, trained on the small project beside this file, and an action server that is slow."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.challenge_server import SECRET, ChallengeServer
from tests.rasa.connectors.server import RasaServer, free_port, train
from tests.rasa.connectors.slow_actions import SlowActions


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def actions() -> Iterator[SlowActions]:
    server = SlowActions(free_port())
    threading.Thread(target=server.serve, daemon=True).start()
    server.wait_until_ready()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def challenge() -> Iterator[ChallengeServer]:
    server = ChallengeServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def rasa(
    tmp_path_factory: pytest.TempPathFactory, model: Path, actions: SlowActions, challenge: ChallengeServer
) -> Iterator[RasaServer]:
    server = RasaServer(tmp_path_factory.mktemp("rasa"), model, actions.url)
    server.environment = {
        "PUBLIC_URL": server.url, "TRUSTED_PROXIES": "1", "CHALLENGE": "turnstile", "CHALLENGE_SITE_KEY": "site-key",
        "CHALLENGE_SECRET": SECRET, "CHALLENGE_VERIFY_URL": challenge.url,
    }  # fmt: skip
    server.start()
    actions.deltas = f"{server.url}/webhooks/web/deltas"
    yield server
    server.stop()
