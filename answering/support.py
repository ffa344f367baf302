"""Whether what is shown really says what a sentence claims: its figures and codes, its names, its "not", and the thing itself.

Figures, codes and names are the same in every script. The thing itself is compared by vectors and words of any script (`similarity.py`), or,
without an embedding model, by the words that stand there, which can only be compared within one script.
"""

import re
from collections.abc import Sequence

from answering.signs import opposite
from answering.similarity import Likeness, said_by
from retrieval.analysis import is_stop_word, terms, tokens
from retrieval.documents import Chunk

LEAST_SUPPORT = (
    0.3  # of a sentence's words, in the passages it cites, when both are in one script and there are no vectors
)
_SAME_STATEMENT = 0.6  # of a sentence's words, in one sentence shown: it says the same, or the opposite
_FIGURE = re.compile(r"[A-Z]{2,}[-/]?\d[\w/-]*|\d[\d,.:/-]*\d|\d")
_PARTS = re.compile(r"[-/:.]")
_NAME = re.compile(r"(?<![.!?:>\n|*\"“(-])(?<!^)(?<=\s)[A-Z][A-Za-z]*[A-Za-z0-9]{2,}")
_DENIED = re.compile(
    r"\b(?:is|are|it['’]s|that['’]s|'s)\s+(?:wrong|false|incorrect|untrue|not true|a lie)\b|\b(?:galat|jhooth|jhoot)\s+hai\b|(?:गलत|ग़लत|झूठ)\s+है",
    re.IGNORECASE,
)  # said of a statement; "entered wrongly" is one itself
_DIGITS = {0x0966 + digit: str(digit) for digit in range(10)}


def missing(claim: str, cited: Sequence[Chunk], known: str, *, same_script: bool, alike: Likeness | None = None) -> str:
    """What of a sentence isn't shown, in a few words; "" when all is. `known` needs no page: the tenant's own name."""
    shown = "\n".join(chunk.passage for chunk in cited)
    figures = _figures(shown)
    for figure in _FIGURE.findall(claim.translate(_DIGITS)):
        if _plain(figure) not in figures and not _composed(_plain(figure), figures):
            return f"{figure} does not stand in what it cites"
    there = set(tokens(f"{shown} {known}"))
    for name in _NAME.findall(claim):
        if not is_stop_word(name.lower()) and not (set(tokens(name)) <= there or set(terms(name)) <= set(terms(shown))):
            return f"{name} does not stand in what it cites"
    words = set(terms(claim))
    if alike is not None and alike.score < alike.enough:
        return "is not what the passage it cites says"
    if alike is None and words and same_script and len(words & set(terms(shown))) / len(words) < LEAST_SUPPORT:
        return "too few of its words stand in what it cites"
    return "says the opposite of what it cites" if _contradicts(claim, words, cited, alike) else ""


def _contradicts(claim: str, words: set[str], cited: Sequence[Chunk], alike: Likeness | None) -> bool:
    """Whether a sentence shown that is near to the claim says so with the other sign; far ones say nothing of it."""
    said = [one for chunk in cited for one in said_by(chunk)]
    nearest: Sequence[str] = alike.nearest if alike else ()
    if alike is None and words:
        rated = [(len(words & set(terms(sentence))) / len(words), sentence) for sentence in said]
        best = max((share for share, _ in rated), default=0.0)
        nearest = [sentence for share, sentence in rated if share == best >= _SAME_STATEMENT]
    if nearest and _DENIED.search(claim) and not any(_DENIED.search(sentence) for sentence in nearest):
        return True
    titles = [" ".join((chunk.title, *chunk.headings)) for chunk in cited]
    return any(opposite(claim, sentence, [*said, *titles]) for sentence in nearest)


def _composed(figure: str, figures: set[str]) -> bool:
    """A date or a range of which every part is shown; a time or a version is one thing."""
    parts = [part.lstrip("0") or "0" for part in re.split(r"[-/]", figure)]
    return len(parts) > 1 and set(parts) <= figures


def _figures(shown: str) -> set[str]:
    """Whole figures and codes, and their parts: the year of a date, the number of an invoice."""
    found = {_plain(figure) for figure in _FIGURE.findall(shown.translate(_DIGITS))}
    parts = {part for figure in found for part in _PARTS.split(figure) if part}
    return found | parts | {part.lstrip("0") for part in parts} | set(tokens(shown))


def _plain(text: str) -> str:
    """Figures alike however they are written: 1,23,456 and 123456, Devanagari digits and ours."""
    return text.translate(_DIGITS).replace(",", "").casefold()
