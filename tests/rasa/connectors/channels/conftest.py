"""One server for all tests of this folder, and a customer on each channel in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rasa.connectors.channels.customers import CUSTOMERS, Customer
from tests.rasa.connectors.channels.server import ChannelsServer
from tests.rasa.connectors.slow_actions import SlowActions


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, model: Path, actions: SlowActions) -> Iterator[ChannelsServer]:
    started = ChannelsServer(tmp_path_factory.mktemp("channels"), model, actions.url)
    started.start()
    yield started
    started.close()


@pytest.fixture(params=CUSTOMERS)
def customer(request: pytest.FixtureRequest, server: ChannelsServer) -> Customer:
    return CUSTOMERS[request.param](server)
