"""Which messages were taken in, so that a retry is answered once."""

from collections import OrderedDict
from typing import Protocol

from protocol.messages import InboundMessage

_REMEMBERED = 50_000


class Inbox(Protocol):
    """Port: a message is accepted before it is acknowledged, and finished once it is answered."""

    async def accept(self, message: InboundMessage) -> bool:
        """Take it in; False when this conversation brought a message of the same id before."""

    async def release(self, message: InboundMessage) -> None:
        """Forget a message that was not handled, so that the sender may bring it again."""

    async def finish(self, message: InboundMessage) -> None:
        """It was answered; a durable inbox won't replay it."""


class MemoryInbox:
    """Remembers the last messages of this process."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def accept(self, message: InboundMessage) -> bool:
        key = _key(message)
        if key in self._seen:
            return False
        self._seen[key] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True

    async def release(self, message: InboundMessage) -> None:
        self._seen.pop(_key(message), None)

    async def finish(self, message: InboundMessage) -> None:
        """Nothing to do: what this process forgets, it can't replay."""


class WaitingRoom:
    """For channels whose messages are taken out of the durable inbox one by one: each that comes by here is new."""

    async def accept(self, message: InboundMessage) -> bool:
        return True

    async def release(self, message: InboundMessage) -> None:
        """`Intake` finishes it."""

    async def finish(self, message: InboundMessage) -> None:
        """`Intake` does."""


def _key(message: InboundMessage) -> tuple[str, str]:
    return str(message.conversation), message.message_id
