"""What a customer reads of an answer while a model writes it: sentences that the final check lets stand, and the one in the making.

A sentence can only be checked when it is whole, citation and all. Until then its words are shown to those who can see them go again,
as far as nothing in them is suspicious (`answering/passing.py`); the checked sentence, or nothing, takes their place.
"""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol, runtime_checkable

from protocol.errors import SahayakError

logger = logging.getLogger(__name__)
ASKED_EVERY = 0.5  # seconds between two questions whether the customer has had enough
SEEN_EVERY = 0.1  # seconds between two looks at a sentence in the making; the first is when it has a word
_WORD = re.compile(r"\S\s")  # over with the blank behind it
# A sentence is over where the next one begins: citations may follow its full stop.
_BEGINNING = re.compile(r"(?<=[.!?।])(?:\s*\[\d{1,2}\])*\s+(?=[^\s\[])|\n+(?=\S)")


class Audience(Protocol):
    """Whoever reads along."""

    async def hear(self, text: str) -> bool:
        """A checked piece, or "" just to ask; True when they have had enough. Raises SahayakError when they can't be reached."""


@runtime_checkable
class Onlooker(Audience, Protocol):
    """An audience that can be shown what may be taken away again."""

    async def see(self, words: str) -> bool:
        """The sentence in the making, in place of what was seen of it; "" takes it away. Returns and raises as `hear` does."""


class Preview:
    """Collects what a model writes and tells the audience what holds of it; with no audience it only collects."""

    def __init__(
        self,
        check: Callable[[str], Awaitable[str]],
        audience: Audience | None,
        passing: Callable[[str], str] = lambda begun: "",
    ) -> None:
        """`check` gives what stands of a text that has whole sentences; more text may only add to what stood before.

        `passing` gives what may be seen for a moment of the beginning of a sentence.
        """
        self._check = check
        self._audience = audience
        self._passing = passing
        self._seen = ""  # of the sentence in the making
        self._looked = 0.0  # at it, by perf_counter
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
            self._looked = 0.0
        begun = self._written[self._checked :]
        if (
            isinstance(self._audience, Onlooker)
            and _WORD.search(begun)
            and self._looked + SEEN_EVERY < time.perf_counter()
        ):
            self._looked = time.perf_counter()
            await self._let_see(self._passing(begun))

    def restart(self) -> None:
        """Another model begins anew; what the customer has seen already is only replaced by the final text."""
        self._written, self._checked = "", 0
        if self.shown:
            self._audience = None  # words that were only passing go with the next ones

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
            piece, self.shown, self._seen = checked[len(self.shown) :], checked, ""
            self.first_shown = self.first_shown or time.perf_counter()
            await self._tell(piece)
        else:
            await self._let_see("")

    async def _let_see(self, words: str) -> None:
        if words == self._seen or not isinstance(self._audience, Onlooker):
            return
        self._seen = words
        self.first_shown = self.first_shown or time.perf_counter()
        between = "" if not (words and self.shown) else "\n" if self._written[: self._checked].endswith("\n") else " "
        await self._say(self._audience.see(between + words))

    async def _tell(self, piece: str) -> None:
        if self._audience is not None:
            await self._say(self._audience.hear(piece))

    async def _say(self, said: Awaitable[bool]) -> None:
        try:
            enough = await said
        except SahayakError as error:
            logger.warning("%s The answer goes on without a preview.", error)
            self._audience = None
            return
        if enough and not self.stopped:
            self.stopped = True
            self._on_stop()
