"""The search itself: keyword and dense side by side, fused, current documents first, and each hit able to say why it is there."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from protocol.errors import EmbedderUnavailable
from protocol.languages import Language
from retrieval.documents import Chunk
from retrieval.embed import Embedder, embed_readings
from retrieval.fusion import Candidate, fuse
from retrieval.index import DenseHit, Filters, KeywordHits, KnowledgeIndex, Vectors
from retrieval.preference import prefer
from retrieval.query import AskedQuery, AskedWord, asked_query
from retrieval.versions import EmbeddingVersions

Mode = Literal["hybrid", "keyword", "dense"]
_CANDIDATES = 100  # of each half, so that most passages that count are known to both
_READ = 60  # of the fused: enough that preferences and diversity have something to choose from


@dataclass(frozen=True)
class Hit:
    """A passage and why it was found. Ranks count from 1; None means that half of the search didn't find it."""

    chunk: Chunk
    score: float  # 0 to 1, fused; comparable within one query, not between queries
    keyword_rank: int | None = None
    dense_rank: int | None = None
    keyword_score: float = 0.0  # 0 to 1: how much of the query's weight stands in the passage, all terms counted
    dense_score: float = 0.0  # cosine
    matched_terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What a search saw besides its hits: it tells whether they answer the question or are only the nearest there is."""

    words: tuple[AskedWord, ...] = ()
    codes: tuple[str, ...] = ()
    chunks: int = 0  # of the tenant
    holding: Mapping[str, int] = field(default_factory=dict)  # how many of them hold each term
    cosines: tuple[float, ...] = ()  # of all candidates, best first
    vector: Vectors | None = field(default=None, compare=False)  # of the question, (d,); None when nothing was embedded
    embedding: str = ""  # the version it is of


@dataclass(frozen=True)
class SearchResult:
    """Hits, best first; `degraded` says in one line what was missing, None when nothing was."""

    hits: tuple[Hit, ...]
    mode: Mode
    degraded: str | None = None
    stages_ms: Mapping[str, float] = field(default_factory=dict)
    evidence: Evidence = Evidence()


class Search:
    """Finds passages in one tenant's knowledge."""

    def __init__(
        self,
        index: KnowledgeIndex,
        embedder: Embedder,
        *,
        per_document: int = 2,
        versions: EmbeddingVersions | None = None,
    ) -> None:
        """With `versions`, the tenant's plan says which embedding answers which conversation; without, it is `embedder`."""
        self._versions = versions
        self._index = index
        self._embedder = embedder
        self._per_document = per_document

    @property
    def embedder(self) -> Embedder:
        """The one that serves where no plan says otherwise."""
        return self._embedder

    async def search(
        self,
        tenant: str,
        query: str,
        *,
        mode: Mode = "hybrid",
        k: int = 8,
        language: Language | None = None,
        filters: Filters | None = None,
        conversation: str = "",
    ) -> SearchResult:
        """The k best passages for a question; `language` prefers passages in it, `filters` demand; `conversation` says whose it is.

        Raises IndexUnavailable when the index doesn't answer; a failing embedder only degrades the search to keywords.
        """
        asked = asked_query(query)
        stages: dict[str, float] = {}
        degraded = None
        if not asked.text:
            return SearchResult((), mode, None, stages)
        wanted = max(_CANDIDATES, 3 * k)
        near = _Near()
        keyword = KeywordHits()
        keywords = (
            asyncio.create_task(self._keyword(tenant, asked, wanted, filters, stages)) if mode != "dense" else None
        )
        try:
            if mode != "keyword":
                near = await self._dense(tenant, conversation, asked, wanted, filters, stages)
        except EmbedderUnavailable as error:
            degraded = str(error)
            keywords = keywords or asyncio.create_task(self._keyword(tenant, asked, wanted, filters, stages))
        finally:
            if keywords:
                keyword = await keywords
        with _timed(stages, "fusion"):
            candidates = fuse(keyword, near.hits)
        with _timed(stages, "passages"):
            candidates = candidates[: max(_READ, 3 * k)]
            chunks = await self._index.chunks(tenant, [candidate.chunk_id for candidate in candidates])
            by_id = {chunk.id: chunk for chunk in chunks}
            # A document replaced between the two steps takes its old chunks with it.
            hits = [_hit(by_id[found.chunk_id], found) for found in candidates if found.chunk_id in by_id]
        hits = prefer(hits, query=asked.keyword, language=language, per_document=self._per_document)
        cosines = tuple(hit.score for hit in near.hits)
        evidence = Evidence(
            asked.words, asked.keyword.codes, keyword.chunks, keyword.holding, cosines, near.vector, near.embedding
        )
        return SearchResult(tuple(hits[:k]), mode, degraded, stages, evidence)

    async def _keyword(
        self, tenant: str, asked: AskedQuery, k: int, filters: Filters | None, stages: dict[str, float]
    ) -> KeywordHits:
        if not (asked.keyword.terms or asked.keyword.codes):
            return KeywordHits()
        with _timed(stages, "keyword"):
            found = await self._index.keyword(tenant, asked.keyword, k, filters)
        # What was added to the query takes nothing from the share of a passage that holds what was typed.
        return replace(found, attainable=found.attainable * asked.typed_share)

    async def _dense(
        self,
        tenant: str,
        conversation: str,
        asked: AskedQuery,
        k: int,
        filters: Filters | None,
        stages: dict[str, float],
    ) -> "_Near":
        """By the embedding that the conversation gets; by the next one when that fails or has just been removed."""
        serving = await self._versions.serving(tenant, conversation) if self._versions else (self._embedder,)
        for embedder in serving:
            last = embedder is serving[-1]
            started = time.perf_counter()
            try:
                with _timed(stages, "embed"):
                    vector = await asyncio.to_thread(embed_readings, embedder, asked.readings)
                with _timed(stages, "dense"):
                    hits = await self._index.dense(tenant, vector, k, filters, version=embedder.version)
            except EmbedderUnavailable:
                if last:
                    raise
                continue
            if hits or last:
                if self._versions:
                    spent = (time.perf_counter() - started) * 1000
                    self._versions.searched(tenant, asked.readings, filters, embedder, hits, spent)
                return _Near(hits, vector, embedder.version)
        return _Near()


@dataclass(frozen=True)
class _Near:
    """What the dense half found, and the vector by which it did."""

    hits: tuple[DenseHit, ...] = ()
    vector: Vectors | None = None
    embedding: str = ""


def _hit(chunk: Chunk, found: Candidate) -> Hit:
    return Hit(
        chunk=chunk,
        score=found.score,
        keyword_rank=found.keyword_rank,
        dense_rank=found.dense_rank,
        keyword_score=found.keyword_score,
        dense_score=found.dense_score,
        matched_terms=(*found.codes, *found.terms),
    )


@contextmanager
def _timed(stages: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        stages[stage] = round((time.perf_counter() - started) * 1000, 2)
