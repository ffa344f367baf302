"""What a customer reads of an answer while a model writes it: whole sentences, and only such as the final check lets stand."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from protocol.errors import SahayakError

logger = logging.getLogger(__name__)
ASKED_EVERY = 0.5  # seconds between two questions whether the customer has had enough
# A sentence is over where the next one begins: citations may follow its full stop.
_BEGINNING = re.compile(r"(?<=[.!?।])(?:\s*\[\d{1,2}\])*\s+(?=[^\s\[])|\n+(?=\S)")


class Audience(Protocol):
    """Whoever reads along."""

    async def hear(self, text: str) -> bool:
        """A checked piece, or "" just to ask; True when they have had enough. Raises SahayakError when they can't be reached."""


class Preview:
    """Collects what a model writes and tells the audience what holds of it; with no audience it only collects."""

    def __init__(self, check: Callable[[str], Awaitable[str]], audience: Audience | None) -> None:
        """`check` gives what stands of a text that has whole sentences; more text may only add to what stood before."""
        self._check = check
        self._audience = audience
        self._written = ""
        self._checked = 0  # characters of it
        self._on_stop: Callable[[], None] = lambda: None
        self.shown = ""
        self.first_shown: float | None = None  # perf_counter
        self.stopped = False

    async def hear(self, text: str) -> None:
        """Take the next piece of what is written."""
        self._written += text
        if self._audience is None:
            return
        whole = 0
        for beginning in _BEGINNING.finditer(self._written, self._checked):
            whole = beginning.end()
        if whole:
            self._checked = whole
            await self._show(await self._check(self._written[:whole]))

    def restart(self) -> None:
        """Another model begins anew; what the customer has seen already is only replaced by the final text."""
        self._written, self._checked = "", 0
        if self.shown:
            self._audience = None

    @property
    def written(self) -> str:
        """All of it, unchecked."""
        return self._written

    @asynccontextmanager
    async def stoppable(self, stop: Callable[[], None]) -> AsyncIterator[None]:
        """While this is open, `stop` is called as soon as the customer has had enough."""
        self._on_stop = stop
        watch = asyncio.create_task(self._watch()) if self._audience else None
        try:
            yield
        finally:
            self._on_stop = lambda: None
            if watch:
                watch.cancel()

    async def _watch(self) -> None:
        while not self.stopped and self._audience:
            await asyncio.sleep(ASKED_EVERY)
            await self._tell("")

    async def _show(self, checked: str) -> None:
        if not checked.startswith(self.shown):  # never seen; the final text is right in any case
            self._audience = None
        elif checked != self.shown:
            piece, self.shown = checked[len(self.shown) :], checked
            self.first_shown = self.first_shown or time.perf_counter()
            await self._tell(piece)

    async def _tell(self, piece: str) -> None:
        if self._audience is None:
            return
        try:
            enough = await self._audience.hear(piece)
        except SahayakError as error:
            logger.warning("%s The answer goes on without a preview.", error)
            self._audience = None
            return
        if enough and not self.stopped:
            self.stopped = True
            self._on_stop()
