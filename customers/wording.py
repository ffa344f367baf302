"""What customers type, cut into the clauses in which somebody can state something of themself."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_LONGEST = 400  # characters; a longer message was pasted from somewhere, and speaks of whomever it was written for
_DIGITS = {0x0966 + digit: str(digit) for digit in range(10)}  # Devanagari
_SPELLING = {
    0x0901: "\u0902",
    0x093C: None,
    0x2019: "'",
    0x200B: None,
    0x200C: None,
    0x200D: None,
    0x2060: None,
    0xFEFF: None,
}
# Somebody else's words, or a machine's: quotations, mark-up, code, addresses.
_QUOTED = re.compile(
    r"\"[^\"]*\"?|“[^”]*”?|«[^»]*»?|`[^`]*`?|<[^>]*>?|\{[^}]*\}?|\[[^\]]*\]?|^\s*>.*$|https?://\S+", re.MULTILINE
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_SENTENCE = re.compile(r"[!;\n।|]+|\.(?=\s|$)|(?<=\?)")
_CLAUSE = re.compile(
    r"[,()]|(?<!\S)(?:and|but|because|since|so|aur|lekin|magar|kyunki|kyuki|isliye|और|लेकिन|मगर|क्योंकि|इसलिए)(?!\S)"
)
_OTHER = re.compile(r"[^0-9a-z\u0900-\u097f'+%?=:/.-]+")
_TAG = re.compile(
    r"(?:right|correct|ok|okay|no|isn't it|am i right|na|hai na|sahi|theek hai na|thik hai na|है ना|है न|ना|सही|ठीक है ना)\?"
)
# Said of what isn't so, isn't so yet, or was said by somebody: what follows in the sentence is no statement.
_UNREAL = re.compile(
    r"(?<!\S)(?:if|suppose|supposing|assume|assuming|imagine|unless|whether|when|whenever|once|in case|would|will|shall|'ll|i'll|we'll|i'd|we'd|"
    r"could|might|may|should|want|wants|wish|hope|plan|planning|going to|pretend|example|"
    r"say|says|said|tell|tells|told|wrote|writes|asked|asks|ignore|disregard|"
    r"agar|agr|ager|yadi|maan|maano|man lo|jab|jaise|misaal|soch|sochiye|chahta|chahte|chahti|kaash|kash|bola|boli|bole|kaha|kehta|kehte|likha|"
    r"अगर|यदि|मान|मानो|जब|जैसे|मिसाल|सोचिए|चाहता|चाहते|चाहती|काश|बोला|बोले|बोली|कहा|कहता|कहते|लिखा)(?!\S)"
)


@dataclass(frozen=True)
class Clause:
    """A stretch of one sentence: words in lower case, single spaces between them."""

    text: str
    asks: bool  # its sentence ends with a question mark, and it is the last of it
    then: str  # the next clause of it
    real: bool  # no clause before it in the sentence makes it a supposition, a wish or hearsay


def clauses(text: str) -> Iterator[Clause]:
    """The clauses of a message; none of one that is too long to be typed, and none of what it quotes."""
    if len(text) > _LONGEST or text.startswith("/"):
        return
    plain = unicodedata.normalize("NFKC", text).translate(_DIGITS).translate(_SPELLING).lower()
    for sentence in _SENTENCE.split(_THOUSANDS.sub("", _QUOTED.sub(" , ", plain))):
        parts = [" ".join(_OTHER.sub(" ", part).split()) for part in _CLAUSE.split(sentence)]
        parts = [part for part in parts if part]
        asks = bool(parts) and parts[-1].endswith("?")
        if len(parts) > 1 and _TAG.fullmatch(parts[-1]):
            parts.pop()
        real = True
        for place, part in enumerate(parts, start=1):
            then = parts[place] if place < len(parts) else ""
            yield Clause(part.rstrip("? ."), asks and not then, then, real)
            real = real and not _UNREAL.search(part)


def words(*alternatives: str) -> str:
    """A pattern of whole words, space-separated, any of the alternatives."""
    return rf"(?<!\S)(?:{'|'.join(alternatives)})(?!\S)"
