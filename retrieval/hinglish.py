"""What a Hinglish question says in English: a word list that knows endings and forgives spellings (bhejna, bheja, bhejoge; paisa, pesa)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from protocol.languages_latin import LatinModel

_LIST = Path(__file__).with_name("hinglish.txt")
_KEPT = "="  # the meaning of English words that sound like Hindi ones
_LONG_ENOUGH = 4  # letters; shorter words sound like too many others
_ENDINGS = frozenset(
    (
        "|a|e|i|o|u|na|ne|ni|ta|te|ti|ya|ye|yi|wa|wao|ao|ai|aya|aye|ayi|ana|ane|ani|ata|ate|ati|iye|iyega|ega|egi|enge|unga|ungi|oge|kar|ke|kr|en|on|in"
        "|ein|een|ey|wana|wane|wani|waya|waye|wayi|wata|wate|wati|wala|wale|wali|yega|yegi|yenge|aega|aegi|aenge|ayega|ayegi|ayenge|yein|ayein|aayein"
        "|aen|ayen|yen|aiye|do|den|dijiye|dunga|sakta|sakte|sakti|kijiye|jaye|jayega|tha|the|ra|rha|rhe|rhi|raha|rahe|rahi|yo|yon|iyo|iyon|iya|iyan"
    ).split("|")
)
# fmt: off
# What people type differently and say alike; applied in this order.
_ALIKE = (
    ("aa", "a"), ("ee", "i"), ("oo", "u"), ("ai", "e"), ("ei", "e"), ("au", "o"), ("ou", "o"), ("kh", "k"), ("gh", "g"), ("th", "t"), ("dh", "d"),
    ("bh", "b"), ("ph", "f"), ("sh", "s"), ("chh", "ch"), ("jh", "j"), ("w", "v"), ("z", "j"), ("q", "k"),
)
# fmt: on
_REPEATED = re.compile(r"(.)\1+")


def in_english(words: Sequence[str]) -> str:
    """Word by word, the likeliest meaning of each; English words and names stay, and the order stays Hindi's."""
    return " ".join(filter(None, (next(iter(meanings(word)), word) for word in words)))


@lru_cache(maxsize=16384)
def meanings(word: str) -> tuple[str, ...]:
    """English meanings of a word typed in Latin letters, the likeliest first; none when it isn't known to be Hindi."""
    spelt, sounding = _lists()
    found = spelt.meanings(word)
    if not found and len(word) >= _LONG_ENOUGH and word not in LatinModel.shipped().english:
        found = sounding.meanings(_sound(word))
    return () if _KEPT in found else found


@dataclass
class _Words:
    """Meanings by whole words, and by the beginnings of words that take endings."""

    whole: dict[str, list[str]] = field(default_factory=dict)
    beginnings: dict[str, list[str]] = field(default_factory=dict)

    def meanings(self, word: str) -> tuple[str, ...]:
        if word in self.whole:
            return tuple(self.whole[word])
        for length in range(len(word), 1, -1):
            if word[length:] in _ENDINGS and word[:length] in self.beginnings:
                return tuple(self.beginnings[word[:length]])
        return ()


@lru_cache(maxsize=1)
def _lists() -> tuple[_Words, _Words]:
    """The list as it is spelt, and as it sounds."""
    spelt, sounding = _Words(), _Words()
    for meaning, spelling in _entries():
        part, takes_endings = spelling.rstrip("-"), spelling.endswith("-")
        # An English word is kept as it is spelt; what only sounds like it may be Hindi.
        for words, key in ((spelt, part), (sounding, _sound(part))) if meaning != _KEPT else ((spelt, part),):
            table = words.beginnings if takes_endings else words.whole
            if meaning not in table.setdefault(key, []):
                table[key].append(meaning)
    return spelt, sounding


def _entries() -> Iterator[tuple[str, str]]:
    for line in _LIST.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            meaning, _, spellings = line.partition(":")
            yield from ((meaning, spelling) for spelling in spellings.split())


def _sound(word: str) -> str:
    for typed, said in _ALIKE:
        word = word.replace(typed, said)
    return _REPEATED.sub(r"\1", word)
