"""What customers type, made safe to hand on: no control characters, and no text that Rasa takes for a command."""

import re
import unicodedata

# Rasa reads a message that starts with "/" as an intent. This one looks the same and means nothing to it.
_HARMLESS_SLASH = "\N{DIVISION SLASH}"
PAPERCLIP = "\N{PAPERCLIP}"  # what Rasa reads of a message that is nothing but files
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85\v\f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")


def clean(text: str) -> str:
    """Without null bytes, control characters and broken surrogates (no database takes those), trimmed."""
    whole = text.encode("utf-8", "ignore").decode("utf-8")
    return _CONTROL.sub("", _LINE_ENDS.sub("\n", whole)).strip()


def is_blank(text: str) -> bool:
    """Nothing to see: only spaces, joiners and other marks that have no shape of their own."""
    return all(unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cc", "Cf") for character in text)


def harmless(text: str) -> str:
    """The same to the eye, but never an intent: `/restart` typed is not a restart."""
    return _HARMLESS_SLASH + text[1:] if text.startswith("/") else text


def as_typed(text: str) -> str:
    """The inverse of `harmless`, for showing a message again."""
    return "/" + text[1:] if text.startswith(_HARMLESS_SLASH) else text
