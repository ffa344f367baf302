"""Cuts a long text where a reader would: between paragraphs, lines, sentences, words; never inside a letter."""

import re
import unicodedata

_BORDERS = ("\n\n", "\n", ". ", "। ", "? ", "! ", " ")
_FENCE = "```"
_JOINER = "\u200d"


def pieces(text: str, limit: int) -> list[str]:
    """Each has at most `limit` UTF-16 units, as Telegram and WhatsApp count; a block of code is closed and opened again."""
    found: list[str] = []
    rest = text.strip()
    room = limit - 2 * len(_FENCE) - 2
    while length(rest) > limit:
        end = _border(rest, room)
        piece, rest = rest[:end].rstrip(), rest[end:].lstrip("\n ")
        if piece.count(_FENCE) % 2:
            piece, rest = f"{piece}\n{_FENCE}", f"{_FENCE}\n{rest}"
        found.append(piece)
    return [*found, rest] if rest else found


def length(text: str) -> int:
    """In UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def _border(text: str, room: int) -> int:
    """Where the first piece ends: at the best border in the second half of the room."""
    end = _fitting(text, room)
    for border in _BORDERS:
        found = text.rfind(border, end // 2, end)
        if found > 0:
            return found + len(border)
    while end > 1 and _is_inside_letter(text, end):
        end -= 1
    return end


def _fitting(text: str, room: int) -> int:
    units = 0
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > room:
            return max(index, 1)
    return len(text)


def _is_inside_letter(text: str, end: int) -> bool:
    after, before = text[end], text[end - 1]
    joined = _JOINER in (after, before) or re.match("[\ufe0f\U0001f3fb-\U0001f3ff]", after) is not None
    # a virama joins the consonant before it to the one after
    return joined or unicodedata.category(after).startswith("M") or unicodedata.combining(before) == 9
