"""What Telegram's answers mean for a message on its way."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

from telegram import error as telegram_error

from connectors.failures import NotSent, TryAgain
from protocol.errors import SahayakError

T = TypeVar("T")


class Unparsable(NotSent):
    """Telegram can't read the marks of a text."""


async def answered(call: Awaitable[T], refused: type[SahayakError] = NotSent) -> T:
    """The call's result; raises TryAgain, or `refused` when another attempt can't help."""
    try:
        return await call
    except telegram_error.RetryAfter as error:
        wait = error.retry_after
        raise TryAgain(f"Telegram: {error}", wait.total_seconds() if isinstance(wait, timedelta) else wait) from error
    except telegram_error.BadRequest as error:
        if "can't parse entities" in str(error).lower():
            raise Unparsable(f"Telegram: {error}") from error
        raise refused(f"Telegram: {error}") from error
    except telegram_error.NetworkError as error:  # a time-out, or a server's error
        raise TryAgain(f"Telegram: {error}") from error
    except telegram_error.TelegramError as error:
        raise refused(f"Telegram: {error}") from error


def is_unparsable(error: Exception) -> bool:
    """Whether the same text may go without marks."""
    return isinstance(error, Unparsable)
