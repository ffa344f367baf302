"""Why a message couldn't be sent: what is tried again, what never is, and what may only be sent as a template."""

from protocol.errors import SahayakError


class NotSent(SahayakError):
    """The provider didn't take it, and never will: a wrong number, a blocked bot, a revoked key."""


class TryAgain(NotSent):
    """It may take it later; `seconds` when it says how much later."""

    def __init__(self, message: str, seconds: float = 0.0) -> None:
        super().__init__(message)
        self.seconds = seconds


class OutsideWindow(NotSent):
    """The customer hasn't written for so long that only a template may be sent."""
