"""How near a sentence is to what it cites: by the embedding model, and by words that say the same in any script.

Limits and weights were chosen on the first half of bench/claims.jsonl, for one embedding model; with another one nothing is judged here
(bench/citations.md has the figures, and those of the signals that were left out).
"""

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from protocol.errors import EmbedderUnavailable
from protocol.languages import Language
from retrieval.breaker import Breaker
from retrieval.documents import Chunk
from retrieval.e5 import NAME
from retrieval.embed import CachedEmbedder, Embedder
from retrieval.index import Vectors
from retrieval.senses import all_senses, senses_of

EMBEDDING = NAME  # whose cosines the limits are of: they lie in a narrow band, another one for each model
WORDS = 0.07  # what the share of a sentence's words that are shown adds to its cosine
ENOUGH = 0.925  # of both together, when sentence and passage are in one language
ENOUGH_ACROSS = 0.9  # when they aren't: vectors of two languages are never so near
SHORT = 5  # words that carry meaning: with so few of them, a sentence leans on the one before it
SHORTER = 0.02  # less is enough then
CLOSE = 0.02  # of the cosine: sentences this near to the nearest one are looked at beside it
LOOKED_AT = 3
SAME_WORDS = 0.8  # of a sentence's words in one sentence shown: then vectors say nothing more (no lie of the first half is lost by it)
FEW = 3  # words; with fewer, that happens by chance
AHEAD = 1  # passages read while a model is thinking: the one that is mostly cited; reading more of them costs all others time
SECONDS = 0.5  # that a sentence waits for the model; then it is checked without
KEPT = 8192  # sentences whose vectors are remembered, 1.5 kB each
_FIRST_SECONDS = 2.0
_MARKS = re.compile(r"[*_`]")
_WRAPPED = re.compile(r"\n(?!\s*(?:[-+>|#]|\d+[.)]|\n))[ \t]*")  # a line that goes on
_SENTENCE = re.compile(r"(?<=[.!?।])\s+|\n+")
_LEAD = re.compile(r"^\s*(?:(?:[-+>]|\d+[.)]|\[ \])\s+)*")
_CLAUSE = re.compile(r"\s*(?:[,;:।]|\b(?:and|or|but|if|aur|ya)\b|(?<!\S)(?:और|या)(?!\S))\s+")
_RULE = re.compile(r"[\s|:-]*")


@dataclass(frozen=True)
class Likeness:
    """A sentence beside what it cites."""

    score: float  # the largest cosine, and WORDS times the share of its words that are shown
    enough: float  # the score from which on it is the same thing
    nearest: tuple[str, ...]  # the sentences shown that are nearest to it, the nearest first


class Similarity:
    """Compares sentences by one embedding model, and remembers the vectors of passages' sentences."""

    def __init__(self, embedder: Embedder, *, seconds: float = SECONDS) -> None:
        """`seconds` that a comparison may take; a model that fails or hangs is left alone for a while (`retrieval/breaker.py`)."""
        self._applies = embedder.name == EMBEDDING
        # a memory of its own, or sentences would push customers' questions out of theirs
        self._embedder = CachedEmbedder(embedder.model if isinstance(embedder, CachedEmbedder) else embedder, KEPT)
        self._breaker = Breaker(
            "The embedding model of the citation check",
            EmbedderUnavailable,
            seconds=seconds,
            first_seconds=max(seconds, _FIRST_SECONDS),
        )
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="check")

    async def prepare(self, passages: Sequence[Chunk]) -> None:
        """Read the best passages ahead, while a model is still thinking; stops quietly when the embedding model fails."""
        with suppress(EmbedderUnavailable):
            for chunk in passages[:AHEAD] if self._applies else ():
                await self._embedded(said_by(chunk))

    async def likeness(
        self, claims: Sequence[tuple[str, Sequence[Chunk]]], language: Language
    ) -> list[Likeness] | None:
        """Each sentence beside the passages it cites, all in one call of the model; None when it isn't there, or not the one measured.

        `language` is that of the sentences.
        """
        shown = [tuple(one for chunk in cited for one in said_by(chunk)) for _, cited in claims]
        if not self._applies or not all(shown):
            return None
        try:
            found = await self._compared(claims, shown, language)
            # What a long sentence says in passing is less like the whole of it: its parts are looked at where that could change the verdict.
            unlike = [place for place, one in enumerate(found) if one.score < one.enough]
            parts = [[*found[place].nearest, *_clauses(found[place].nearest)] for place in unlike]
            closer = await self._compared([claims[place] for place in unlike], parts, language) if unlike else []
        except EmbedderUnavailable:
            return None
        for place, one in zip(unlike, closer, strict=True):
            found[place] = replace(found[place], score=max(found[place].score, one.score))
        return found

    async def _compared(
        self, claims: Sequence[tuple[str, Sequence[Chunk]]], shown: Sequence[Sequence[str]], language: Language
    ) -> list[Likeness]:
        texts = list(dict.fromkeys([text for text, _ in claims] + [one for said in shown for one in said]))
        vectors = dict(zip(texts, await self._embedded(texts), strict=True))
        found = []
        for (text, cited), said in zip(claims, shown, strict=True):
            cosines = [float(vectors[one] @ vectors[text]) for one in said]
            order = sorted(range(len(said)), key=lambda place: -cosines[place])
            held, words = words_shown(text, cited)
            enough = ENOUGH if any(chunk.language == language for chunk in cited) else ENOUGH_ACROSS
            found.append(
                Likeness(
                    score=cosines[order[0]] + (WORDS * held / words if words else 0.0),
                    enough=enough - SHORTER if words <= SHORT else enough,
                    nearest=tuple(
                        said[place] for place in order[:LOOKED_AT] if cosines[place] >= cosines[order[0]] - CLOSE
                    ),
                )
            )
        return found

    async def _embedded(self, texts: Sequence[str]) -> Vectors:
        loop = asyncio.get_running_loop()
        embed = partial(copy_context().run, self._embedder.embed_queries, texts)  # calls count for this answer
        return await self._breaker.call(lambda: loop.run_in_executor(self._threads, embed))

    def close(self) -> None:
        """Let go of threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def in_its_words(claim: str, cited: Sequence[Chunk]) -> Likeness | None:
    """A sentence beside sentences shown that hold nearly all of its words, in whatever script; None when none does."""
    words = senses_of(claim)
    if len(words) < FEW:
        return None
    rated = [(_held(words, all_senses(one)) / len(words), one) for chunk in cited for one in said_by(chunk)]
    best = max((share for share, _ in rated), default=0.0)
    nearest = tuple(one for share, one in rated if share == best)
    return Likeness(best, SAME_WORDS, nearest) if best >= SAME_WORDS else None


def words_shown(claim: str, cited: Sequence[Chunk]) -> tuple[int, int]:
    """How many of a sentence's words stand in the passages in any script or language, and how many it has."""
    words = senses_of(claim)
    there = frozenset().union(*(all_senses(chunk.passage) for chunk in cited))
    return _held(words, there), len(words)


def _held(words: Sequence[frozenset[str]], there: frozenset[str]) -> int:
    return sum(not word.isdisjoint(there) for word in words)


@lru_cache(maxsize=2048)
def said_by(chunk: Chunk) -> tuple[str, ...]:
    """The sentences of a passage, list items and rows of tables, without their Markdown."""
    lines = _SENTENCE.split(_WRAPPED.sub(" ", _MARKS.sub("", chunk.text)))
    plain = (_LEAD.sub("", line).strip().strip("|").strip().replace(" | ", " : ") for line in lines)
    return tuple(dict.fromkeys(line for line in plain if len(line) > 2 and not _RULE.fullmatch(line)))


def _clauses(sentences: Sequence[str]) -> list[str]:
    parts = [_CLAUSE.split(sentence) for sentence in sentences]
    return [part for of in parts if len(of) > 1 for part in of if " " in part.strip()]
