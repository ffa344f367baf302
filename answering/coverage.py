"""How much of a question stands in a passage: by terms, by words written together (einvoice, e-invoice), and by words mistyped."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from retrieval.analysis import terms, tokens
from retrieval.documents import Chunk
from retrieval.hits import Evidence, Hit
from retrieval.query import AskedWord

_MISTYPED = 0.9  # what a word counts for that stands there in another spelling
_LONG_ENOUGH = 5  # letters; shorter words have too many neighbours one letter away


@dataclass(frozen=True)
class Coverage:
    """The question's words against some passages: `held[i][j]` is 0 to 1, how surely passage i holds word j."""

    words: tuple[AskedWord, ...]
    rarity: tuple[float, ...]
    held: tuple[tuple[float, ...], ...]
    titled: tuple[tuple[float, ...], ...]  # the same for the title and headings alone
    known: tuple[bool, ...]  # whether any of the tenant's passages holds the word

    def share(self, held: Sequence[float]) -> float:
        """Of the question's weight, rare words counting more; 0 when it has no words that count."""
        total = sum(self.rarity)
        return sum(weight * there for weight, there in zip(self.rarity, held, strict=True)) / total if total else 0.0


def coverage(seen: Evidence, hits: Sequence[Hit]) -> Coverage:
    """The question against its hits."""
    held = tuple(tuple(_holds(hit, word) for word in seen.words) for hit in hits)
    titled = tuple(tuple(float(not _titles(hit.chunk).isdisjoint(word.terms)) for word in seen.words) for hit in hits)
    known = tuple(
        any(seen.holding.get(term) for term in word.terms) or any(row[j] for row in held)
        for j, word in enumerate(seen.words)
    )
    return Coverage(seen.words, tuple(rarity(word, seen) for word in seen.words), held, titled, known)


def rarity(word: AskedWord, seen: Evidence) -> float:
    """Lucene's inverse document frequency, which stays above 0 when few documents all hold the word."""
    holding = max((seen.holding.get(term, 0) for term in word.terms), default=0)
    return math.log1p((max(seen.chunks - holding, 0) + 0.5) / (holding + 0.5))


def _holds(hit: Hit, word: AskedWord) -> float:
    if not set(hit.matched_terms).isdisjoint(word.terms):
        return 1.0
    single, pairs = _spelt(hit.chunk)
    if word.typed in pairs:
        return 1.0
    return _MISTYPED if _alike(word.typed, single) else 0.0


def _alike(word: str, others: frozenset[str]) -> bool:
    """Whether one letter more, less or other makes one of the others; the first letter is rarely mistyped."""
    if len(word) < _LONG_ENOUGH or not word.isascii() or word.isdigit():
        return False
    near = [other for other in others if other[0] == word[0] and abs(len(other) - len(word)) <= 1 and len(other) >= 4]
    ours = _without_a_letter(word)
    return any(not other.isdigit() and not ours.isdisjoint(_without_a_letter(other)) for other in near)


@lru_cache(maxsize=16384)
def _without_a_letter(word: str) -> frozenset[str]:
    return frozenset((word, *(word[:i] + word[i + 1 :] for i in range(len(word)))))


@lru_cache(maxsize=2048)
def _spelt(chunk: Chunk) -> tuple[frozenset[str], frozenset[str]]:
    """A passage's words, and its neighbouring words written together."""
    words = tokens(chunk.passage)
    return frozenset(words), frozenset(first + second for first, second in pairwise(words))


@lru_cache(maxsize=2048)
def _titles(chunk: Chunk) -> frozenset[str]:
    return frozenset(terms(" ".join((chunk.title, *chunk.headings, *chunk.aliases))))
