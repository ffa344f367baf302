"""Payloads of buttons on providers that give them little room, and the numbers that stand for buttons where there are none."""

import hashlib
from collections.abc import Iterable

_MARK = "~"
_DIGITS = str.maketrans("०१२३४५६७८९", "0123456789")


def short(payload: str, limit: int) -> str:
    """The payload itself when it has at most `limit` bytes, else a token that `long` finds it by."""
    return payload if len(payload.encode()) <= limit else _token(payload)


def long(payload: str, issued: Iterable[str]) -> str:
    """The payload behind a token, among those that were issued; anything else stays what it is."""
    if not payload.startswith(_MARK):
        return payload
    return next((known for known in issued if _token(known) == payload), payload)


def choice(text: str, count: int) -> int | None:
    """Which of `count` numbered buttons a text means, from 0; "2", "2." and "२" are the second."""
    digits = text.strip().rstrip(".)").translate(_DIGITS)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 2):
        return None
    return int(digits) - 1 if 1 <= int(digits) <= count else None


def _token(payload: str) -> str:
    return _MARK + hashlib.sha256(payload.encode()).hexdigest()[:20]
