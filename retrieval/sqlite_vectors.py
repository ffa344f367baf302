"""Vector search in memory: one matrix per tenant and embedding version, read once and then kept in step with the file."""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from retrieval.index import Filters, Vectors
from retrieval.leading import Leading, leading, products
from retrieval.sqlite_catalogue import Catalogue, Numbers


def add(connection: sqlite3.Connection, tenant: int, embedding: int, numbers: Sequence[int], vectors: Vectors) -> None:
    """Keep one vector per chunk, in half precision: cosines change by less than .001, the file halves."""
    rows = zip(numbers, np.asarray(vectors, np.float16), strict=True)
    connection.executemany(
        "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)",
        [(tenant, embedding, number, row.tobytes()) for number, row in rows],
    )


@dataclass
class _Matrix:
    """Row i is the vector of chunk `numbers[i]`, which is at `places[i]` of the catalogue; numbers ascend."""

    generation: int = -1
    numbers: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    places: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    vectors: Vectors = field(default_factory=lambda: np.empty((0, 0), np.float32))
    leading: Leading | None = None  # where there are many


class Matrices:
    """The matrices in memory."""

    def __init__(self) -> None:
        self._matrices: dict[tuple[int, int], _Matrix] = {}
        self._lock = threading.Lock()

    def nearest(
        self,
        connection: sqlite3.Connection,
        catalogue: Catalogue,
        embedding: int,
        vector: Vectors,
        k: int,
        filters: Filters | None,
    ) -> list[tuple[int, float]]:
        """Places and cosines of the k nearest chunks, best first."""
        matrix = self._current(connection, catalogue, embedding)
        if not len(matrix.numbers):
            return []
        mask = catalogue.allowed(connection, filters)
        allowed = None if mask is None else mask[matrix.places]
        if matrix.leading is not None:
            rows = matrix.leading.nearest(vector, k, allowed)
        else:
            rows = np.arange(len(matrix.vectors)) if allowed is None else np.flatnonzero(allowed)
        scores = products(matrix.vectors, vector, rows)
        if len(scores) > k:
            kept = np.argpartition(scores, -k)[-k:]
            rows, scores = rows[kept], scores[kept]
        order = np.lexsort((rows, -scores))
        return list(zip(matrix.places[rows[order]].tolist(), scores[order].tolist(), strict=True))

    def forget(self, tenant: int, embedding: int) -> None:
        """Let go of a matrix whose vectors are dropped."""
        with self._lock:
            self._matrices.pop((tenant, embedding), None)

    def _current(self, connection: sqlite3.Connection, catalogue: Catalogue, embedding: int) -> _Matrix:
        with self._lock:
            matrix = self._matrices.get((catalogue.tenant, embedding), _Matrix())
            if matrix.generation != catalogue.generation:
                matrix = _refreshed(connection, catalogue, embedding, matrix)
                self._matrices[catalogue.tenant, embedding] = matrix
            return matrix


def _refreshed(connection: sqlite3.Connection, catalogue: Catalogue, embedding: int, old: _Matrix) -> _Matrix:
    """The matrix as the file has it now; only vectors that weren't there before are read."""
    new = np.setdiff1d(catalogue.numbers, old.numbers, assume_unique=True)
    read = _read(connection, catalogue.tenant, embedding, int(new[0])) if len(new) else []
    known = set(old.numbers.tolist())
    fresh = [(number, blob) for number, blob in read if number not in known]
    kept = np.isin(old.numbers, catalogue.numbers, assume_unique=True)
    numbers = np.concatenate((old.numbers[kept], np.array([number for number, _ in fresh], np.int64)))
    vectors = old.vectors[kept]
    if fresh:
        added = np.frombuffer(b"".join(blob for _, blob in fresh), np.float16).reshape(len(fresh), -1)
        vectors = added.astype(np.float32) if not len(vectors) else np.concatenate((vectors, added), dtype=np.float32)
    order = np.argsort(numbers)
    if np.array_equal(order, np.arange(len(order))):
        ahead = leading(vectors, old.leading, kept)
    else:  # a backfill that reached old chunks after new ones
        numbers, vectors = numbers[order], vectors[order]
        ahead = leading(vectors, None, kept)
    return _Matrix(catalogue.generation, numbers, np.searchsorted(catalogue.numbers, numbers), vectors, ahead)


def _read(connection: sqlite3.Connection, tenant: int, embedding: int, first: int) -> list[tuple[int, bytes]]:
    return connection.execute(
        "SELECT chunk, vector FROM vectors WHERE tenant = ? AND embedding = ? AND chunk >= ?",
        [tenant, embedding, first],
    ).fetchall()
