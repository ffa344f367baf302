"""The port behind which text becomes vectors, and the cache that keeps repeated questions cheap."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

import numpy as np

from retrieval.index import Vectors
from retrieval.recent import Recent


class Embedder(Protocol):
    """A model of sentences. Both methods return float32 arrays (n, dimensions) with rows of length 1, and may be called from threads.

    Both raise EmbedderUnavailable when the model can't be loaded or fails.
    """

    @property
    def name(self) -> str:
        """The model, as settings name it."""
        ...

    @property
    def version(self) -> str:
        """Names these exact vectors: another weight file or another prefix is another version."""
        ...

    @property
    def dimensions(self) -> int: ...

    def embed_queries(self, queries: Sequence[str]) -> Vectors:
        """Vectors of questions."""
        ...

    def embed_passages(self, passages: Sequence[str]) -> Vectors:
        """Vectors of passages, cut where the model's window ends."""
        ...

    def count_tokens(self, text: str) -> int:
        """How long the model finds a text; the chunker's ruler."""
        ...


def embed_readings(embedder: Embedder, readings: Sequence[str]) -> Vectors:
    """One vector (d,) of length 1 between the readings of a question; its only reading's own when there is one."""
    total = embedder.embed_queries(readings).sum(axis=0)
    return np.asarray(total / np.linalg.norm(total), np.float32)


_embedded: ContextVar[list[int] | None] = ContextVar("embedded", default=None)


@contextmanager
def counting_calls() -> Iterator[list[int]]:
    """The list gets an entry for each call of an embedding model in here, and in threads and tasks begun from here: how many texts it took."""
    calls: list[int] = []
    before = _embedded.set(calls)
    try:
        yield calls
    finally:
        _embedded.reset(before)


class CachedEmbedder:
    """An embedder that remembers the last queries: customers ask the same things."""

    def __init__(self, embedder: Embedder, size: int = 4096) -> None:
        self._embedder = embedder
        self._kept: Recent[str, Vectors] = Recent(size)

    @property
    def model(self) -> Embedder:
        """The embedder itself, for whoever needs a memory of their own before it."""
        return self._embedder

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def version(self) -> str:
        return self._embedder.version

    @property
    def dimensions(self) -> int:
        return self._embedder.dimensions

    def embed_queries(self, queries: Sequence[str]) -> Vectors:
        if not queries:
            return self._embedder.embed_queries(queries)
        found = self._kept.found(queries)
        missing = [query for query in dict.fromkeys(queries) if query not in found]
        if missing:
            if (calls := _embedded.get()) is not None:
                calls.append(len(missing))
            made = dict(zip(missing, self._embedder.embed_queries(missing), strict=True))
            self._kept.keep(made)
            found |= made
        return np.stack([found[query] for query in queries])

    def embed_passages(self, passages: Sequence[str]) -> Vectors:
        return self._embedder.embed_passages(passages)

    def count_tokens(self, text: str) -> int:
        return self._embedder.count_tokens(text)

    def remember(self, query: str, vector: Vectors, *, version: str) -> None:
        """Take a query's vector that the same model made elsewhere; another model's is left."""
        if version == self.version and vector.shape == (self.dimensions,):
            self._kept.keep({query: vector})
