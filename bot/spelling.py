"""One spelling for Hindi in both scripts: पैसे, paise, paisay and paisey come out alike, so that examples in one script teach the other."""

import re
import unicodedata

# fmt: off
_CONSONANTS = {
    "क": "k", "ख": "kh", "ग": "g", "घ": "gh", "ङ": "n", "च": "ch", "छ": "ch", "ज": "j", "झ": "j", "ञ": "n", "ट": "t", "ठ": "t", "ड": "d", "ढ": "d",
    "ण": "n", "त": "t", "थ": "t", "द": "d", "ध": "d", "न": "n", "प": "p", "फ": "f", "ब": "b", "भ": "b", "म": "m", "य": "y", "र": "r", "ल": "l",
    "व": "v", "श": "s", "ष": "s", "स": "s", "ह": "h",
}
_VOWELS = {
    "अ": "a", "आ": "a", "इ": "i", "ई": "i", "उ": "u", "ऊ": "u", "ए": "e", "ऐ": "e", "ओ": "o", "औ": "o", "ऑ": "o", "ऍ": "e", "ऋ": "ri",
}
_SIGNS = {
    "ा": "a", "ि": "i", "ी": "i", "ु": "u", "ू": "u", "े": "e", "ै": "e", "ो": "o", "ौ": "o", "ॉ": "o", "ॅ": "e", "ृ": "ri", "ं": "n", "ँ": "n",
    "ः": "", "ऽ": "",
}
# fmt: on
_NUKTA, _VIRAMA = "\u093c", "\u094d"
# What people type differently and say alike; applied in this order.
_ALIKE = (
    ("aa", "a"), ("ee", "i"), ("oo", "u"), ("ai", "e"), ("ei", "e"), ("au", "o"), ("ou", "o"), ("kh", "k"), ("gh", "g"), ("th", "t"),
    ("dh", "d"), ("bh", "b"), ("ph", "f"), ("sh", "s"), ("chh", "ch"), ("jh", "j"), ("w", "v"), ("z", "j"), ("y", "i"), ("q", "k"), ("ck", "k"),
)  # fmt: skip
_DIGIT = re.compile(r"\d")
_REPEATED = re.compile(r"(.)\1+")


def alike(text: str) -> str:
    """Lower case, Latin letters, one letter for each sound, 0 for every digit."""
    text = _romanised(text.lower())
    text = _DIGIT.sub("0", text)
    for typed, sound in _ALIKE:
        text = text.replace(typed, sound)
    return _REPEATED.sub(r"\1", text)


def _romanised(text: str) -> str:
    """Devanagari letter by letter; the vowel that a consonant carries is written only between two consonants, as it is mostly said."""
    text = unicodedata.normalize("NFD", text).replace(_NUKTA, "")
    letters = []
    for letter, following in zip(text, f"{text[1:]} ", strict=False):
        if letter in _CONSONANTS:
            letters.append(_CONSONANTS[letter] + ("a" if following in _CONSONANTS else ""))
        elif letter != _VIRAMA:
            letters.append(_VOWELS.get(letter) or _SIGNS.get(letter, letter))
    return "".join(letters)
