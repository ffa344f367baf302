"""What a search gives: passages, why they were found, and what else it saw."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from retrieval.documents import Chunk
from retrieval.index import Vectors
from retrieval.query import AskedWord

Mode = Literal["hybrid", "keyword", "dense"]


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
    rerank_score: float | None = None  # of the cross-encoder, on its own scale; None when none read the passage


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
