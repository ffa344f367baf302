"""One messaging channel at work: its provider, inbox and outbox, put together."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from connectors.database import open_database
from connectors.dispatch import Dispatch
from connectors.files import Files
from connectors.flow import Flow
from connectors.guard import Guard
from connectors.inbox import WaitingRoom
from connectors.intake import Intake
from connectors.outbox import Outbox
from connectors.provider import Provider, WebhookRequest
from connectors.retention import Retention
from connectors.settings import ChannelSettings
from connectors.sql_inbox import SqlInbox
from connectors.tenants import Tenants
from connectors.transcription import make_transcriber

logger = logging.getLogger(__name__)


class Channel:
    """Receives webhooks and answers them."""

    def __init__(self, provider: Provider[Any], tenants: Tenants, settings: ChannelSettings) -> None:
        """Opens the database; raises StoreUnavailable or SettingsError."""
        database = open_database(settings)
        self.provider = provider
        self.settings = settings
        self._tenants = tenants
        self._inbox = SqlInbox(database, provider.name)
        self._outbox = Outbox(database, provider.name)
        self._retention = Retention(database, provider.name, settings)
        self.dispatch = Dispatch(provider, self._outbox, self._inbox)
        self._intake: Intake | None = None

    def connect(
        self, on_new_message: Callable[[UserMessage], Awaitable[Any]], agent: Callable[[], Agent | None]
    ) -> None:
        """Rasa is there to answer."""
        flow = Flow(self._tenants, on_new_message, agent, WaitingRoom(), Guard())
        files = Files(self.settings.var / "uploads", make_transcriber(self.settings, self.provider.http))
        self._intake = Intake(self.provider, self._inbox, self.dispatch, flow, files, self._tenants, agent)

    async def receive(self, request: WebhookRequest) -> None:
        """Returns once everything in it is kept. Raises Forbidden, BadRequest, StoreUnavailable."""
        assert self._intake is not None
        parsed = self.provider.parse(self.provider.verify(request), request)
        for kind in parsed.noted:
            logger.info("%s: %s needs no answer.", self.provider.name, kind)
        await self._outbox.note(parsed.receipts)
        for incoming in parsed.incoming:
            if await self._intake.accept(incoming):
                self._intake.work(incoming)

    async def resume(self) -> None:
        """Finish what an earlier process began."""
        assert self._intake is not None
        await self._intake.resume()
        await self.dispatch.resume()
        self._retention.start()

    async def close(self) -> None:
        """The server stops."""
        self._retention.stop()
        await self.provider.http.close()
