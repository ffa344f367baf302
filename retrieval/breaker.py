"""A circuit breaker around calls: what keeps failing or hanging is left alone for a while, and customers don't wait for it one by one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from protocol.errors import KnowledgeError
from retrieval.circuit import FAILURES, Circuit

Result = TypeVar("Result")
logger = logging.getLogger(__name__)

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
        self._first_seconds = first_seconds
        self._answered = False
        rest = REST_SECONDS if rest_seconds is None else rest_seconds
        self._circuit = Circuit(rest=rest, longest=rest)

    async def call(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """The result of `work`; raises its KnowledgeError, or `unavailable` when it takes too long or the circuit is open."""
        if not self._circuit.admits():
            raise self._unavailable(f"{self._name} is left alone after {self._circuit.failures} failures in a row.")
        seconds = self._seconds if self._answered else self._first_seconds
        try:
            result = await asyncio.wait_for(work(), seconds)
        except TimeoutError as error:
            self._failed()
            raise self._unavailable(f"{self._name} takes longer than {seconds:g} s.") from error
        except KnowledgeError:
            self._failed()
            raise
        except BaseException:
            self._circuit.left()
            raise
        if self._circuit.failures >= FAILURES:
            logger.warning("%s answers again.", self._name)
        self._answered = True
        self._circuit.succeeded()
        return result

    def _failed(self) -> None:
        self._circuit.failed()
        if self._circuit.failures == FAILURES:
            logger.warning("%s failed %d times in a row and is left alone.", self._name, FAILURES)
