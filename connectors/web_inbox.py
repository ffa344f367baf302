"""The web's inbox: durable like the messaging channels', but a database that is away keeps nobody from an answer."""

import logging
import time

from connectors.inbox import MemoryInbox
from connectors.incoming import Incoming
from connectors.sql_inbox import SqlInbox
from protocol.errors import StoreUnavailable
from protocol.messages import InboundMessage

logger = logging.getLogger(__name__)


class WebInbox(MemoryInbox):
    """A browser isn't a provider that comes back for days: what can't be kept is answered all the same."""

    def __init__(self, kept: SqlInbox) -> None:
        super().__init__()
        self._kept = kept

    async def accept(self, message: InboundMessage) -> bool:
        """Once this returns a kill doesn't lose the message, unless the log says that it couldn't be kept."""
        if not await super().accept(message):
            return False
        try:
            return await self._kept.accept(Incoming(message, time.time()))
        except StoreUnavailable as error:
            logger.error("Message %s is answered without being kept: %s", message.message_id, error)
            return True

    async def release(self, message: InboundMessage) -> None:
        await super().release(message)
        try:
            await self._kept.forget(message)
        except StoreUnavailable as error:
            logger.error("Message %s can't be forgotten: %s", message.message_id, error)

    async def finish(self, message: InboundMessage) -> None:
        try:
            await self._kept.close(message)
        except StoreUnavailable as error:  # the next start finds it in the tracker
            logger.error("Message %s can't be marked as answered: %s", message.message_id, error)

    async def unfinished(self) -> list[InboundMessage]:
        """What a dead process had accepted, in the order of arrival; the caller answers and finishes each."""
        messages = [entry.incoming.message for entry in await self._kept.take_over()]
        for message in messages:
            await super().accept(message)
        return messages
