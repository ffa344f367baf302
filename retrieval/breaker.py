"""A circuit breaker: what keeps failing or hanging is left alone for a while, so that customers don't wait for it one after the other.

The pattern is Michael Nygard's (Release It!, 2007): closed, open after failures in a row, and after a rest one call tries again.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from protocol.errors import KnowledgeError

Result = TypeVar("Result")
logger = logging.getLogger(__name__)

FAILURES = 3  # in a row before it opens
REST_SECONDS = 15.0
FIRST_SECONDS = 60.0  # for the first answer of all: a model is loaded, a matrix is read


class Breaker:
    """Stands before one thing that may fail. Its failures are KnowledgeErrors; anything else passes through uncounted."""

    def __init__(
        self,
        name: str,
        unavailable: type[KnowledgeError],
        *,
        seconds: float,
        rest_seconds: float | None = None,
        first_seconds: float = FIRST_SECONDS,
    ) -> None:
        """A call may take `seconds`, until the first one has succeeded `first_seconds`; too slow is raised as `unavailable`."""
        self._name = name
        self._unavailable = unavailable
        self._seconds = seconds
        self._rest_seconds = REST_SECONDS if rest_seconds is None else rest_seconds
        self._first_seconds = first_seconds
        self._answered = False
        self._failures = 0
        self._rests_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether calls are refused without being tried."""
        return time.monotonic() < self._rests_until

    async def call(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """The result of `work`; raises its KnowledgeError, or `unavailable` when it takes too long or the circuit is open."""
        if self.is_open:
            raise self._unavailable(f"{self._name} is left alone after {self._failures} failures in a row.")
        if self._failures >= FAILURES:  # this call tries; the others go on resting until it is known how it went
            self._rests_until = time.monotonic() + self._rest_seconds
        seconds = self._seconds if self._answered else self._first_seconds
        try:
            result = await asyncio.wait_for(work(), seconds)
        except TimeoutError as error:
            self._failed()
            raise self._unavailable(f"{self._name} takes longer than {seconds:g} s.") from error
        except KnowledgeError:
            self._failed()
            raise
        if self._failures >= FAILURES:
            logger.warning("%s answers again.", self._name)
        self._answered, self._failures, self._rests_until = True, 0, 0.0
        return result

    def _failed(self) -> None:
        self._failures += 1
        if self._failures >= FAILURES:
            if self._failures == FAILURES:
                logger.warning("%s failed %d times in a row and is left alone.", self._name, self._failures)
            self._rests_until = time.monotonic() + self._rest_seconds
