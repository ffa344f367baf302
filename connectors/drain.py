"""Works through what waits under a key (a conversation), one after the other; keys among themselves at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from connectors import background

logger = logging.getLogger(__name__)

_PAUSE = 5  # seconds


class Drain:
    """`work` does the next thing of a key and says whether there was one."""

    def __init__(self, work: Callable[[str], Awaitable[bool]], at_once: int) -> None:
        self._work = work
        self._slots = asyncio.Semaphore(at_once)
        self._busy: set[str] = set()
        self._again: set[str] = set()

    def wake(self, key: str) -> None:
        """There is something to do, if it isn't being done already."""
        self._again.add(key)
        if key not in self._busy:
            self._busy.add(key)
            background.start(self._run(key))

    async def _run(self, key: str) -> None:
        while key in self._again:
            self._again.discard(key)
            try:
                await self._empty(key)
            except Exception:  # the database is away; what waits is kept there, so try until it is back
                logger.exception("Work for %s stopped; it goes on in %d s.", key, _PAUSE)
                self._again.add(key)
                await asyncio.sleep(_PAUSE)
        self._busy.discard(key)

    async def _empty(self, key: str) -> None:
        more = True
        while more:
            async with self._slots:
                more = await self._work(key)
