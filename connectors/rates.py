"""How much one sender may write in a minute."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from protocol.errors import TooManyRequests

_MINUTE = 60.0
_SENDERS = 20_000  # remembered at once; the one that was silent longest is forgotten first


class TooFast(TooManyRequests):
    """Told so already, and still too fast."""

    def __init__(self, retry_after: float) -> None:
        self.seconds = max(1, math.ceil(retry_after))
        super().__init__("Too many messages.", hint=f"Try again in {self.seconds} seconds.")


@dataclass(frozen=True)
class Rate:
    """`newly`: the customer hasn't been told within this minute."""

    allowed: bool
    newly: bool = False
    retry_after: float = 0.0  # seconds


@dataclass
class _Sender:
    times: deque[float] = field(default_factory=deque)
    told_at: float = -_MINUTE


class Rates:
    """A sliding minute per sender, in this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._senders: OrderedDict[str, _Sender] = OrderedDict()

    def count(self, sender: str, per_minute: int) -> Rate:
        """Count one message, unless it is one too many."""
        now = self._clock()
        known = self._senders.setdefault(sender, _Sender())
        self._senders.move_to_end(sender)
        if len(self._senders) > _SENDERS:
            self._senders.popitem(last=False)
        while known.times and known.times[0] <= now - _MINUTE:
            known.times.popleft()
        if len(known.times) >= per_minute:
            newly = known.told_at <= now - _MINUTE
            if newly:
                known.told_at = now
            oldest = known.times[0] if known.times else now
            return Rate(False, newly, oldest + _MINUTE - now)
        known.times.append(now)
        return Rate(True)
