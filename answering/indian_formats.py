"""Amounts and dates as they are written in India, in what a model writes: ₹12,34,567 and 02-09-2026. Codes, paths and what is quoted stay."""

import re

_KEPT = re.compile(r"`[^`]*`|\S*[\\/]\S*|\S+@\S+")  # code, paths, addresses, invoice numbers
_AMOUNT = re.compile(r"(₹\s?|\b(?:Rs\.?|INR)\s?)(\d{1,3}(?:,\d{2,3})+|\d{4,})(?![\d,]*\d)(\.\d{1,2})?")
_GROUPED_BY_THREE = re.compile(r"(?<![\w.,-])\d{1,3}(?:,\d{3}){2,}(?![\w,]*\d)")
_ISO_DATE = re.compile(r"(?<![\w-])(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\w-])")


def indian(text: str) -> str:
    """The same text; figures keep their value, and a text that is right already is left as it is."""
    parts: list[str] = []
    place = 0
    for kept in _KEPT.finditer(text):
        parts += [_written(text[place : kept.start()]), kept[0]]
        place = kept.end()
    return "".join([*parts, _written(text[place:])])


def grouped(number: str) -> str:
    """Digits in lakh and crore: 1234567 -> 12,34,567."""
    digits = number.replace(",", "")
    head, tail = digits[:-3], digits[-3:]
    pairs = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(pairs), tail])


def _written(text: str) -> str:
    text = _AMOUNT.sub(lambda found: f"₹{grouped(found[2])}{found[3] or ''}", text)
    text = _GROUPED_BY_THREE.sub(lambda found: grouped(found[0]), text)
    return _ISO_DATE.sub(r"\3-\2-\1", text)
