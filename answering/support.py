"""Whether what is shown really says what a sentence claims: its figures and codes, its names, its "not", and most of its words.

Words can only be compared within one script; figures, codes and names are the same in every one of them.
"""

import re

from retrieval.analysis import is_stop_word, terms, tokens

LEAST_SUPPORT = 0.3  # of a sentence's words, in the passages it cites, when both are in one script
_SAME_STATEMENT = 0.6  # of a sentence's words, in one sentence shown: it says the same, or the opposite
_FIGURE = re.compile(r"[A-Z]{2,}[-/]?\d[\w/-]*|\d[\d,.:/-]*\d|\d")
_PARTS = re.compile(r"[-/:.]")
_NAME = re.compile(r"(?<![.!?:>\n|*\"“(-])(?<!^)(?<=\s)[A-Z][A-Za-z]*[A-Za-z0-9]{2,}")
_SENTENCE = re.compile(r"(?<=[.!?।])\s+|\n+|\s\|\s")
_NOT = re.compile(
    r"\b(?:not|no|never|without|cannot|nothing|none|\w+n['’]t|nahi|nahin|nhi|bina|mat)\b|नहीं|बिना|(?<!\w)मत(?!\w)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:wrong|false|incorrect|untrue|a lie|galat|jhooth|jhoot)\b|गलत|ग़लत|झूठ", re.IGNORECASE
)  # said of a statement
_DIGITS = {0x0966 + digit: str(digit) for digit in range(10)}


def missing(claim: str, shown: str, known: str, *, same_script: bool) -> str:
    """What of a sentence isn't shown, in a few words; "" when all is. `known` needs no page: the tenant's own name."""
    figures = _figures(shown)
    for figure in _FIGURE.findall(claim.translate(_DIGITS)):
        if _plain(figure) not in figures and not _composed(_plain(figure), figures):
            return f"{figure} does not stand in what it cites"
    there = set(tokens(f"{shown} {known}"))
    for name in _NAME.findall(claim):
        if not is_stop_word(name.lower()) and not (set(tokens(name)) <= there or set(terms(name)) <= set(terms(shown))):
            return f"{name} does not stand in what it cites"
    words = set(terms(claim))
    if words and same_script and len(words & set(terms(shown))) / len(words) < LEAST_SUPPORT:
        return "too few of its words stand in what it cites"
    return "says the opposite of what it cites" if _contradicts(claim, words, shown) else ""


def _contradicts(claim: str, words: set[str], shown: str) -> bool:
    """Whether the sentence shown that is nearest to the claim says so with the other sign; far ones say nothing of it."""
    rated = [(len(words & set(terms(sentence))), sentence) for sentence in _SENTENCE.split(shown)]
    overlap, nearest = max(rated, key=lambda pair: pair[0], default=(0, ""))
    if not words or overlap / len(words) < _SAME_STATEMENT:
        return False
    if _DENIED.search(claim) and not _DENIED.search(nearest):
        return True
    best = [sentence for held, sentence in rated if held == overlap]
    return all(bool(_NOT.search(claim)) != bool(_NOT.search(sentence)) for sentence in best)


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
