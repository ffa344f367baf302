"""References that customers type, in the one shape that systems know: `rs 10241` is RS-10241."""

import re

_SHAPES = {
    "order": (re.compile(r"\bRS[-\s]?(\d{5,8})\b", re.IGNORECASE), "RS-{}"),
    "ticket": (re.compile(r"\bTKT[-\s#]?(\d{5,8})\b", re.IGNORECASE), "TKT-{}"),
    "invoice": (re.compile(r"\bINV[/\s-]?(\d{2})[-\s/]?(\d{2})[/\s-]?(\d{3,8})\b", re.IGNORECASE), "INV/{}-{}/{}"),
}
_PHONE = re.compile(r"(?:\+?91|0)?([6-9]\d{9})")
_DIGITS = {0x0966 + digit: str(digit) for digit in range(10)}


def order_number(text: str) -> str | None:
    """The order number in what was typed (`RS-10241`), or None."""
    return _reference("order", text) or _bare(text, "RS-{}")


def ticket_number(text: str) -> str | None:
    """The ticket number in what was typed (`TKT-10482`), or None."""
    return _reference("ticket", text) or _bare(text, "TKT-{}")


def invoice_number(text: str) -> str | None:
    """The invoice number in what was typed (`INV/26-27/004512`), or None."""
    return _reference("invoice", text)


def phone_number(text: str) -> str | None:
    """An Indian mobile number as +91 and ten digits, or None."""
    digits = re.sub(r"[\s().-]", "", text.translate(_DIGITS))
    found = _PHONE.fullmatch(digits)
    return f"+91{found.group(1)}" if found else None


def _reference(kind: str, text: str) -> str | None:
    pattern, shape = _SHAPES[kind]
    found = pattern.search(text.translate(_DIGITS))
    return shape.format(*found.groups()) if found else None


def _bare(text: str, shape: str) -> str | None:
    """Asked for the number alone, people type the digits alone."""
    digits = text.translate(_DIGITS).strip(" #.")
    return shape.format(digits) if re.fullmatch(r"\d{5,8}", digits) else None
