"""The port behind which passages are kept and found; `sqlite.py` is the embedded adapter.

Every method takes the tenant first and can see nothing of another one. Every method raises IndexUnavailable when the store doesn't
answer, is damaged or full; the message says what to do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.documents import Chunk, Document, Status

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Filters:
    """What a hit must satisfy; an empty tuple asks nothing. A document for product or audience "all" fits every one."""

    languages: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    documents: tuple[str, ...] = ()
    on: str = ""  # ISO date: only what is valid on that day


@dataclass(frozen=True)
class KeywordQuery:
    """A query, analysed (`analysis.py`): an adapter matches `terms` against chunks analysed the same way."""

    text: str  # normalised, for an adapter that analyses for itself
    terms: Mapping[str, float]  # analysed term -> weight: 1.0 for what was typed, less for what expansion added
    codes: tuple[str, ...] = ()  # canonical; matched whole, against `Chunk.codes`
    instead_of: Mapping[str, str] = field(default_factory=dict)  # an added term -> the term that it is another word for

    @property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """The terms by what they say: of those that say the same, a chunk gets the score of the one that brings most."""
        words: dict[str, list[str]] = {}
        for term in sorted(self.terms, key=lambda term: term in self.instead_of):
            words.setdefault(self.instead_of.get(term, term), []).append(term)
        return tuple(map(tuple, words.values()))

    @property
    def full(self) -> tuple[str, ...]:
        """The terms of full weight; the others say the same in other words."""
        return tuple(term for term, weight in self.terms.items() if weight == 1.0)


@dataclass(frozen=True)
class KeywordHit:
    """A chunk that holds at least one term or code of the query."""

    chunk_id: str
    score: float  # BM25, 0 and up
    terms: tuple[str, ...]  # of the query, that it holds
    codes: tuple[str, ...] = ()
    by_row: bool = (
        False  # the score is that of one row of a table, which says more than the chunk as a whole (`table_rows.py`)
    )


@dataclass(frozen=True)
class KeywordHits:
    """Best first. `attainable` is the score of an imaginary chunk in which every term of full weight is frequent, on the same scale.

    It counts terms that no chunk holds (with the inverse document frequency of a term in none), so score / attainable says
    how much of the query was found and not just how rare the found part is. Source: BM25's limit for high term frequency,
    idf * (k1 + 1), summed over the terms of the query. `holding` says in how many of the tenant's `chunks` each term stands.
    """

    hits: tuple[KeywordHit, ...] = ()
    attainable: float = 0.0
    chunks: int = 0
    holding: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DenseHit:
    """A chunk near the query's vector; `score` is the cosine, -1 to 1."""

    chunk_id: str
    score: float


@dataclass(frozen=True)
class DocumentRecord:
    """A document as the index knows it, without its text."""

    id: str
    title: str
    language: str
    product: str
    audience: str
    version: str
    status: str
    superseded_by: str
    updated: str
    url: str
    source: str
    collection: str
    content_hash: str
    prepared_by: str  # chunker and embedders that made its chunks: other ones mean that it is prepared again
    chunks: int


@dataclass(frozen=True)
class IndexStats:
    documents: int
    chunks: int
    vectors: Mapping[str, int] = field(default_factory=dict)  # by embedding version
    bytes: int = 0  # on disk, of the whole index


class KnowledgeIndex(Protocol):
    """Where chunks live."""

    async def put(
        self, document: Document, chunks: Sequence[Chunk], vectors: Mapping[str, Vectors], *, prepared_by: str = ""
    ) -> None:
        """Replace the document by these chunks, as a whole or not at all; `vectors` has one row per chunk, by embedding version."""
        ...

    async def delete(self, tenant: str, document_ids: Sequence[str]) -> int:
        """Forget documents with their chunks; says how many there were."""
        ...

    async def documents(self, tenant: str) -> tuple[DocumentRecord, ...]:
        """All documents, by id."""
        ...

    async def keyword(self, tenant: str, query: KeywordQuery, k: int, filters: Filters | None = None) -> KeywordHits:
        """The k best chunks by BM25; only chunks that hold a term or a code of the query."""
        ...

    async def dense(
        self, tenant: str, vector: Vectors, k: int, filters: Filters | None = None, *, version: str
    ) -> tuple[DenseHit, ...]:
        """The k nearest chunks by cosine; `vector` (d,) is normalised and of embedding `version`. A version nobody put finds nothing."""
        ...

    async def chunks(self, tenant: str, ids: Sequence[str]) -> tuple[Chunk, ...]:
        """Chunks in the order of `ids`; ids that aren't there are left out."""
        ...

    async def neighbours(self, tenant: str, chunk_id: str, *, before: int = 1, after: int = 1) -> tuple[Chunk, ...]:
        """The chunk and those around it in its document, in reading order; empty when it isn't there."""
        ...

    async def without_vectors(self, tenant: str, version: str, limit: int) -> tuple[Chunk, ...]:
        """Chunks that have no vector of this embedding version yet: what a backfill has still to do."""
        ...

    async def add_vectors(self, tenant: str, version: str, chunks: Sequence[Chunk], vectors: Vectors) -> int:
        """Give chunks their vectors of one more version; chunks of a revision that is gone are passed over. Says how many were kept."""
        ...

    async def drop_vectors(self, tenant: str, version: str) -> None:
        """Forget one embedding version."""
        ...

    async def stats(self, tenant: str) -> IndexStats:
        """How much there is."""
        ...

    async def knowledge_version(self, tenant: str) -> int:
        """A number that grows with every change of the tenant's documents, seen by all processes: caches key on it."""
        ...

    async def close(self) -> None:
        """Let go of files and connections; a second call does nothing."""
        ...
