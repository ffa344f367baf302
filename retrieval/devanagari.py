"""Hindi words as people type them in Latin letters: पासवर्ड is paasavard, near enough to "password" for the ear.

Letter by letter, without the vowels that are written but not said (after Narasimhan, Sproat and Kiraz, "Schwa-deletion in Hindi
text-to-speech synthesis", 2004: the one at the end, and one between two syllables that are said).
"""

import re
from functools import lru_cache

# fmt: off
_CONSONANTS = {
    "क": "k", "ख": "kh", "ग": "g", "घ": "gh", "ङ": "n", "च": "ch", "छ": "chh", "ज": "j", "झ": "jh", "ञ": "n", "ट": "t", "ठ": "th", "ड": "d",
    "ढ": "dh", "ण": "n", "त": "t", "थ": "th", "द": "d", "ध": "dh", "न": "n", "प": "p", "फ": "ph", "ब": "b", "भ": "bh", "म": "m", "य": "y",
    "र": "r", "ल": "l", "ळ": "l", "व": "v", "श": "sh", "ष": "sh", "स": "s", "ह": "h",
}
_VOWELS = {
    "अ": "a", "आ": "aa", "इ": "i", "ई": "ee", "उ": "u", "ऊ": "oo", "ऋ": "ri", "ए": "e", "ऐ": "ai", "ओ": "o", "औ": "au", "ऑ": "o", "ऍ": "e",
}
_SIGNS = {
    "ा": "aa", "ि": "i", "ी": "ee", "ु": "u", "ू": "oo", "ृ": "ri", "े": "e", "ै": "ai", "ो": "o", "ौ": "au", "ॉ": "o", "ॅ": "e",
}
# fmt: on
_WITH_DOT = {"ज": "z", "फ": "f", "ड": "d", "ढ": "dh", "क": "q", "ख": "kh", "ग": "g"}  # letters with a nukta
_DOT, _SILENT, _NASAL = "\u093c", "\u094d", ("\u0901", "\u0902")
_SCHWA = "_"
_NOT_SAID = re.compile(rf"([aeiou])([b-df-hj-np-tv-z]+){_SCHWA}([b-df-hj-np-tv-z]+)(?=[aeiou])")


@lru_cache(maxsize=16384)
def in_latin(word: str) -> str:
    """One word of Devanagari in Latin letters; other characters stay."""
    word = word.translate({0x095B: "ज\u093c", 0x095E: "फ\u093c"})
    said: list[str] = []
    for place, letter in enumerate(word):
        following = word[place + 1 : place + 2]
        if letter in _CONSONANTS:
            dotted = following == _DOT
            said.append(_WITH_DOT.get(letter, _CONSONANTS[letter]) if dotted else _CONSONANTS[letter])
            following = word[place + 2 : place + 3] if dotted else following
            if following != _SILENT and following not in _SIGNS:
                said.append(_SCHWA)
        elif letter in _NASAL:
            said.append("n")
        elif letter not in (_DOT, _SILENT):
            said.append(_SIGNS.get(letter) or _VOWELS.get(letter) or letter)
    spelt = "".join(said)
    if len(spelt) > 2:  # न alone is "na"
        spelt = spelt.removesuffix(_SCHWA)
    return _NOT_SAID.sub(r"\1\2\3", spelt).replace(_SCHWA, "a")
