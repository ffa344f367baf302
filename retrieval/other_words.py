"""What the words of an English question may be called in the documents: customers ask for a maximum where a page gives a quota."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from retrieval.analysis import stems, terms

# Of a typed word's, so that a page that says the very word goes before one that says it otherwise.
WEIGHT = 0.8
_LIST = Path(__file__).with_name("synonyms.txt")
_JOINED = re.compile(r"[A-Za-z]+[a-z][A-Z][A-Za-z]+")
_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_SHORTEST = 3  # letters of a part: the DB of MariaDB stands everywhere


def other_words(text: str, typed: Iterable[str]) -> dict[str, str]:
    """Other terms for a normalised text and its terms, each with the one it stands for: synonyms, and parts of joined words ("GroundTruth")."""
    terms_typed = tuple(typed)
    synonyms = ((other, term) for term in terms_typed for other in _synonyms().get(term, ()))
    found: dict[str, str] = {}
    for other, term in (*synonyms, *_parts(text)):
        if other not in terms_typed:
            found.setdefault(other, term)
    return found


def _parts(text: str) -> Iterator[tuple[str, str]]:
    for word in _JOINED.findall(text):
        parts = _PARTS.findall(word)
        if all(len(part) >= _SHORTEST for part in parts):
            (joined,) = stems([word.lower()])
            yield from ((part, joined) for part in stems(part.lower() for part in parts))


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, tuple[str, ...]]:
    """The others of its groups, by each term."""
    groups = [terms(line) for line in _LIST.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {
        term: tuple(other for group in groups if term in group for other in group if other != term)
        for term in {term for group in groups for term in group}
    }
