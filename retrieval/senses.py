"""What a word says, whatever its script: पासवर्ड, password and pasword share a sense, and so do ग्राहक, grahak and customer."""

import re
from functools import lru_cache

from retrieval.analysis import is_stop_word, stems, tokens
from retrieval.devanagari import in_latin
from retrieval.hinglish import meanings

_LEAST = 3  # consonants; shorter frames are shared by words that have nothing to do with each other
_SOFT = re.compile(r"c(?=[eiy])")
_HARD_G = re.compile(r"g(?=[eiy])")
# What English spelling and Hindi sound write differently; applied in this order.
_FRAME = (
    ("tion", "shn"), ("sion", "shn"), ("ck", "k"), ("ph", "f"), ("x", "ks"), ("q", "k"), ("c", "k"), ("z", "j"), ("w", "v"), ("m", "n"),
)  # fmt: skip
_UNHEARD = re.compile(r"[aeiouyh]")
_REPEATED = re.compile(r"(.)\1+")


def senses_of(text: str) -> list[frozenset[str]]:
    """What each word of a text that carries meaning may say, in order: two words agree when they share an entry."""
    return [found for word in tokens(text) if (found := senses(word))]


@lru_cache(maxsize=8192)
def all_senses(text: str) -> frozenset[str]:
    """What any of its words may say; remembered, for passages and their sentences are looked at for many questions."""
    return frozenset().union(*senses_of(text))


@lru_cache(maxsize=65536)
def senses(word: str) -> frozenset[str]:
    """The stem of a word, and its English meanings or else its frame of consonants; none for mere grammar."""
    if is_stop_word(word):
        return frozenset()
    latin = word if word.isascii() else in_latin(word)
    said = [meaning for meaning in (meanings(word) or meanings(latin)) if meaning]
    if not said and meanings(latin):  # grammar that the stop words don't know in this spelling
        return frozenset()
    found = {*stems((word,)), *(stem for meaning in said for stem in stems(tokens(meaning)))}
    # A word that the list knows is Hindi's own: it meets others by what it means, not by how it sounds.
    if not said and not word[0].isdigit() and len(heard := frame(latin)) >= _LEAST:
        found.add(f"~{heard}")
    return frozenset(found)


def frame(latin: str) -> str:
    """The consonants that are heard in a word: psvrd for password, pasword and paasavard."""
    word = _HARD_G.sub("j", _SOFT.sub("s", latin))
    for spelt, heard in _FRAME:
        word = word.replace(spelt, heard)
    return _REPEATED.sub(r"\1", _UNHEARD.sub("", word))
