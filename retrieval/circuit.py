"""When to leave alone what keeps failing: the states of a circuit breaker, for calls of whatever kind.

Source: M. Nygard, Release It! (2007), "Circuit Breaker". Ours differs from the libraries' in one point: a provider's Retry-After counts.
"""

import time
from collections.abc import Callable

FAILURES = 3  # in a row
LONGEST_REST = 300.0  # seconds


class Circuit:
    """Closed until `failures` in a row; then open for `rest` seconds; then one trial decides, and each failed one doubles the rest."""

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        rest: float = 30.0,
        longest: float = LONGEST_REST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`longest` seconds it rests at most; as long as `rest`, it always rests the same."""
        self._limit = failures
        self._first_rest = self._rest = rest
        self._longest = longest
        self._clock = clock
        self._failed = 0
        self._until = 0.0
        self._trying = False

    @property
    def failures(self) -> int:
        """In a row, so far."""
        return self._failed

    @property
    def state(self) -> str:
        """closed, open, or half-open (a trial is due or under way)."""
        if not self._until:
            return "closed"
        return "open" if self._clock() < self._until else "half-open"

    def admits(self) -> bool:
        """Whether to call now; whoever was admitted tells how it went by `succeeded`, `failed` or `left`."""
        if self.state == "closed":
            return True
        if self.state == "open" or self._trying:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        self._failed, self._until, self._rest, self._trying = 0, 0.0, self._first_rest, False

    def failed(self, retry_after: float = 0.0) -> None:
        """`retry_after` seconds, when the provider named them, open the circuit at once for so long."""
        self._failed += 1
        if self._trying:
            self._rest = min(2 * self._rest, self._longest)
        if self._trying or self._failed >= self._limit:
            self._until = self._clock() + max(self._rest, min(retry_after, self._longest))
        elif retry_after:
            self._until = self._clock() + min(retry_after, self._longest)
        self._trying = False

    def left(self) -> None:
        """The call was given up for a reason that isn't the other side's."""
        self._trying = False
