"""Whether two questions, near to each other by their vectors, really ask the same.

Vectors alone can't tell: "turn on automatic backup" and "turn off automatic backup" are nearer (.98) than many paraphrases (bench/cache.md). So the
words that carry meaning must be the same, as must figures, codes, what kind of question it is, and whether it says "not".
"""

import re
from collections.abc import Sequence

from retrieval.analysis import terms

_FIGURE = re.compile(r"[A-Za-z]*\d[\w.,:/-]*")
_NOT = re.compile(
    r"\b(not|no|never|without|cannot|\w+n['’]t|nahi|nahin|nhi|bina|mat)\b|नहीं|बिना|मत(?!\w)", re.IGNORECASE
)
# Who gives and who takes stands in the order of the words: "a bill from a quotation".
_DIRECTION = re.compile(r"\b(to|from|into|than|se|ko)\b|से|को", re.IGNORECASE)
_KINDS = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"\bwhy\b|\bkyu|\bkyon|क्यों",
        r"\bwhen\b|\bkab\b|कब",
        r"\bwhere\b|\bkaha|\bkidhar\b|कहाँ|कहां|किधर",
        r"\bwho\b|\bwhom\b|\bkaun|\bkisne\b|कौन|किसने",
        r"\bhow (?:much|many|long|often)\b|\bkitn|कितन",
        r"\bwhich\b|\bkaunsa|कौनसा|कौन सा",
    )
)
_WEAK = frozenset(
    "find see get have there show tell want need pleas know way possibl mujh mil milegi karn kar batao chahiy हम मुझ मिल कर बत चाह".split()
)


def alike(one: str, other: str) -> bool:
    """Whether everything but little words and inflection agrees."""
    if _marks(one) != _marks(other):
        return False
    ours, theirs = _telling(one), _telling(other)
    if _DIRECTION.search(one) or _DIRECTION.search(other):
        return bool(ours) and ours == theirs
    return bool(ours) and sorted(set(ours)) == sorted(set(theirs))


def _marks(text: str) -> tuple[object, ...]:
    figures = tuple(sorted(figure.rstrip(".,").casefold() for figure in _FIGURE.findall(text)))
    return (figures, bool(_NOT.search(text)), *(bool(kind.search(text)) for kind in _KINDS))


def _telling(text: str) -> Sequence[str]:
    return [term for term in terms(text) if term not in _WEAK]
