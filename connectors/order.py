"""Messages of one conversation are handled one after the other, in the order they came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class _Queue:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)  # wakes its waiters first come, first served
    members: int = 0


class Order:
    """One queue per conversation that is busy; the others take no memory.

    Rasa's own lock keeps the order too, but asks again only once a second.
    """

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}

    @asynccontextmanager
    async def turn(self, conversation_id: str) -> AsyncIterator[None]:
        """Wait for the turns before this one, then hold the conversation."""
        queue = self._queues.setdefault(conversation_id, _Queue())
        queue.members += 1
        try:
            async with queue.lock:
                yield
        finally:
            queue.members -= 1
            if not queue.members:
                del self._queues[conversation_id]
