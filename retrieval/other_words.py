"""What the words of an English question may be called in the documents: customers ask for a maximum where a page gives a quota."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from retrieval.analysis import stems, terms

# Of a typed word's weight; higher ones let passages win that say other things (bench/retrieval-decisions.md).
_SYNONYM = 0.5
_PART = 0.3
_LIST = Path(__file__).with_name("synonyms.txt")
_JOINED = re.compile(r"[A-Za-z]+[a-z][A-Z][A-Za-z]+")
_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_SHORTEST = 3  # letters of a part: the DB of MariaDB stands everywhere


def other_words(text: str, typed: Iterable[str]) -> dict[str, float]:
    """Terms with their weights for a normalised text and its terms: synonyms, and the parts of joined words ("GroundTruth")."""
    known = set(typed)
    found = dict.fromkeys(_parts(text), _PART)
    found |= {other: _SYNONYM for term in known for other in _synonyms().get(term, ())}
    return {term: weight for term, weight in sorted(found.items()) if term not in known}


def _parts(text: str) -> Iterator[str]:
    for word in _JOINED.findall(text):
        parts = _PARTS.findall(word)
        if all(len(part) >= _SHORTEST for part in parts):
            yield from stems(part.lower() for part in parts)


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, tuple[str, ...]]:
    """The others of its groups, by each term."""
    groups = [terms(line) for line in _LIST.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {
        term: tuple(other for group in groups if term in group for other in group if other != term)
        for term in {term for group in groups for term in group}
    }
