"""The search itself: keyword and dense side by side, fused, current documents first, and each hit able to say why it is there."""

import asyncio
import time
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial

from protocol.errors import EmbedderUnavailable, IndexUnavailable, KnowledgeError, RerankerUnavailable
from protocol.languages import Language
from retrieval.breaker import Breaker
from retrieval.documents import Chunk
from retrieval.embed import Embedder, embed_readings
from retrieval.fusion import Candidate, fuse
from retrieval.hits import Evidence, Hit, Mode, SearchResult
from retrieval.index import DenseHit, Filters, KeywordHits, KnowledgeIndex, Vectors
from retrieval.preference import prefer, reranked
from retrieval.query import AskedQuery, asked_query
from retrieval.rerank import DEPTH, Reranker
from retrieval.result_cache import ResultCache
from retrieval.versions import EmbeddingVersions

_CANDIDATES = 100  # of each half, so that most passages that count are known to both
_READ = 60  # of the fused: enough that preferences and diversity have something to choose from


@dataclass(frozen=True)
class _Near:
    """What the dense half found, and the vector by which it did."""

    hits: tuple[DenseHit, ...] = ()
    vector: Vectors | None = None
    embedding: str = ""


@dataclass(frozen=True)
class Patience:
    """Seconds that a search waits for each thing it stands on; what is slower counts as failed (`breaker.py`)."""

    embedder: float = 2.0
    nearest: float = 3.0
    index: float = 5.0


class Search:
    """Finds passages in one tenant's knowledge."""

    def __init__(
        self,
        index: KnowledgeIndex,
        embedder: Embedder,
        *,
        per_document: int = 2,
        versions: EmbeddingVersions | None = None,
        cache: ResultCache[SearchResult] | None = None,
        reranker: Reranker | None = None,
        patience: Patience | None = None,
    ) -> None:
        """With `versions`, the tenant's plan says which embedding answers which conversation; without, it is `embedder`."""
        self._versions = versions
        self._index = index
        self._embedder = embedder
        self._per_document = per_document
        self._cache = cache
        self._reranker = reranker
        self._patience = patience or Patience()
        self._answering = Breaker("The knowledge index", IndexUnavailable, seconds=self._patience.index)
        self._breakers: dict[tuple[str, str], Breaker] = {}
        # of its own: a model that hangs holds these threads and no others
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="embed")

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

        Raises IndexUnavailable when the index doesn't answer; a failing embedder, vector search or reranker only degrades the search.
        """
        asked = asked_query(query)
        if not asked.text:
            return SearchResult((), mode)
        serving = await self._serving(tenant, conversation) if mode != "keyword" else ()
        if self._cache is None:
            return await self._find(tenant, asked, serving, mode, k, language, filters)
        stages: dict[str, float] = {}
        with _timed(stages, "cache"):
            # before anything is searched: a change from here on makes what is kept void
            known = await self._answering.call(lambda: self._index.knowledge_version(tenant))
            key: Hashable = (asked.text, mode, k, language, filters, _version(serving))
            kept = self._cache.get(tenant, key, known)
        if kept is not None:
            return replace(kept, stages_ms=stages)
        found = await self._find(tenant, asked, serving, mode, k, language, filters)
        if found.degraded is None:
            self._cache.keep(tenant, key, known, found)
        return replace(found, stages_ms={**stages, **found.stages_ms})

    async def close(self) -> None:
        """Let go of threads and connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._reranker is not None:
            await self._reranker.close()

    async def _find(
        self,
        tenant: str,
        asked: AskedQuery,
        serving: Sequence[Embedder],
        mode: Mode,
        k: int,
        language: Language | None,
        filters: Filters | None,
    ) -> SearchResult:
        stages: dict[str, float] = {}
        degraded = None
        wanted = max(_CANDIDATES, 3 * k)
        near = _Near()
        keyword = KeywordHits()
        keywords = (
            asyncio.create_task(self._keyword(tenant, asked, wanted, filters, stages)) if mode != "dense" else None
        )
        try:
            if mode != "keyword":
                near = await self._dense(tenant, serving, asked, wanted, filters, stages)
        except (
            KnowledgeError
        ) as error:  # the embedder's or the vector search's; an index that is down fails the keywords, too
            degraded = str(error)
            keywords = keywords or asyncio.create_task(self._keyword(tenant, asked, wanted, filters, stages))
        finally:
            if keywords:
                keyword = await keywords
        with _timed(stages, "fusion"):
            candidates = _spread(fuse(keyword, near.hits), 2 * self._per_document)[: max(_READ, 3 * k)]
        with _timed(stages, "passages"):
            ids = [candidate.chunk_id for candidate in candidates]
            chunks = await self._answering.call(lambda: self._index.chunks(tenant, ids))
            by_id = {chunk.id: chunk for chunk in chunks}
            # A document replaced between the two steps takes its old chunks with it.
            hits = [_hit(by_id[found.chunk_id], found) for found in candidates if found.chunk_id in by_id]
        hits = prefer(hits, query=asked.keyword, language=language, per_document=self._per_document)
        if self._reranker is not None and len(hits) > 1:
            hits, unread = await self._read_again(self._reranker, asked, hits[: max(DEPTH, k)], stages)
            degraded = degraded or unread
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
            found = await self._answering.call(lambda: self._index.keyword(tenant, asked.keyword, k, filters))
        # What was added to the query takes nothing from the share of a passage that holds what was typed.
        return replace(found, attainable=found.attainable * asked.typed_share)

    async def _dense(
        self,
        tenant: str,
        serving: Sequence[Embedder],
        asked: AskedQuery,
        k: int,
        filters: Filters | None,
        stages: dict[str, float],
    ) -> "_Near":
        """By the embedding that the conversation gets; by the next one when that fails or has just been removed."""
        for embedder in serving:
            last = embedder is serving[-1]
            started = time.perf_counter()
            try:
                with _timed(stages, "embed"):
                    vector = await self._embedded(embedder, asked.readings)
                with _timed(stages, "dense"):
                    hits = await self._nearest(tenant, vector, k, filters, embedder.version)
            except KnowledgeError:
                if last:
                    raise
                continue
            if hits or last:
                if self._versions:
                    spent = (time.perf_counter() - started) * 1000
                    self._versions.searched(tenant, asked.readings, filters, embedder, hits, spent)
                return _Near(hits, vector, embedder.version)
        return _Near()

    async def _embedded(self, embedder: Embedder, readings: Sequence[str]) -> Vectors:
        breaker = self._breaker("embed", embedder.version, EmbedderUnavailable, self._patience.embedder)
        loop = asyncio.get_running_loop()
        embed = partial(
            copy_context().run, embed_readings, embedder, readings
        )  # calls are counted by whoever began this
        return await breaker.call(lambda: loop.run_in_executor(self._threads, embed))

    async def _nearest(
        self, tenant: str, vector: Vectors, k: int, filters: Filters | None, version: str
    ) -> tuple[DenseHit, ...]:
        breaker = self._breaker("nearest", version, IndexUnavailable, self._patience.nearest)
        return await breaker.call(lambda: self._index.dense(tenant, vector, k, filters, version=version))

    async def _read_again(
        self, reranker: Reranker, asked: AskedQuery, hits: Sequence[Hit], stages: dict[str, float]
    ) -> tuple[list[Hit], str | None]:
        """Hits in the cross-encoder's order; in their own, and why, when it doesn't answer."""
        breaker = self._breaker("rerank", "", RerankerUnavailable, self._patience.nearest)
        try:
            with _timed(stages, "rerank"):
                passages = [hit.chunk.passage for hit in hits]
                scores = await breaker.call(lambda: reranker.scores(asked.text, passages))
        except RerankerUnavailable as error:
            return list(hits), str(error)
        judged = [replace(hit, rerank_score=score) for hit, score in zip(hits, scores, strict=True)]
        return reranked(judged, query=asked.keyword), None

    def _breaker(self, doing: str, version: str, unavailable: type[KnowledgeError], seconds: float) -> Breaker:
        if (doing, version) not in self._breakers:
            name = {"embed": "The embedding model", "nearest": "The vector search", "rerank": "The reranker"}[doing]
            made = Breaker(f"{name} {version}".strip(), unavailable, seconds=seconds)
            self._breakers[doing, version] = made
        return self._breakers[doing, version]

    async def _serving(self, tenant: str, conversation: str) -> Sequence[Embedder]:
        return await self._versions.serving(tenant, conversation) if self._versions else (self._embedder,)


def _version(serving: Sequence[Embedder]) -> str:
    """Of the embedding that goes first; none when it can't say, and then nothing is kept."""
    with suppress(EmbedderUnavailable):
        return serving[0].version if serving else ""
    return ""


def _spread(candidates: Sequence[Candidate], per_document: int) -> list[Candidate]:
    """Without the many further passages of a long document, which would take the places of others; those with a code stay."""
    taken: Counter[str] = Counter()
    kept = []
    for candidate in candidates:
        document = candidate.chunk_id.rpartition(":")[0]
        taken[document] += 1
        if taken[document] <= per_document or candidate.codes:
            kept.append(candidate)
    return kept


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
