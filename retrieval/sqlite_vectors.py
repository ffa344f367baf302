"""Exact vector search in memory: one matrix per tenant and embedding version, read once and then kept in step with the file."""

# ruff: noqa: S608  (tables are named by numbers of our own; what comes from outside is always a parameter)

import sqlite3
import threading
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrieval.index import Filters, Vectors
from retrieval.recent import Recent
from retrieval.sqlite_rows import filter_sql

_Numbers = NDArray[np.int64]
_FILTERS = 16  # that are remembered: customers of one language on one day ask with the same


def add(connection: sqlite3.Connection, tenant: int, embedding: int, numbers: Sequence[int], vectors: Vectors) -> None:
    """Keep one vector per chunk, in half precision: cosines change by less than .001, the file halves."""
    rows = zip(numbers, np.asarray(vectors, np.float16), strict=True)
    connection.executemany(
        "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)",
        [(tenant, embedding, number, row.tobytes()) for number, row in rows],
    )


@dataclass
class _Matrix:
    """Row i is the vector of chunk `numbers[i]`, which belongs to document `documents[i]`; numbers ascend."""

    generation: int = -1
    numbers: _Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    documents: _Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    vectors: Vectors = field(default_factory=lambda: np.empty((0, 0), np.float32))
    allowed: Recent[Hashable, _Numbers] = field(default_factory=lambda: Recent(_FILTERS))  # rows that satisfy filters

    def rows(self, connection: sqlite3.Connection, tenant: int, condition: str, values: Sequence[str]) -> _Numbers:
        """Rows of chunks whose documents satisfy the condition."""
        key = (condition, tuple(values))
        rows = self.allowed.found([key]).get(key)
        if rows is None:
            query = f"SELECT d.n FROM documents d WHERE d.tenant = ? AND {condition}"
            numbers = [number for (number,) in connection.execute(query, [tenant, *values])]
            rows = np.flatnonzero(np.isin(self.documents, numbers))
            self.allowed.keep({key: rows})
        return rows


class Matrices:
    """The matrices in memory."""

    def __init__(self) -> None:
        self._matrices: dict[tuple[int, int], _Matrix] = {}
        self._lock = threading.Lock()

    def nearest(
        self,
        connection: sqlite3.Connection,
        tenant: int,
        embedding: int,
        generation: int,
        vector: Vectors,
        k: int,
        filters: Filters | None,
    ) -> list[tuple[int, float]]:
        """Numbers and cosines of the k nearest chunks, best first."""
        matrix = self._current(connection, tenant, embedding, generation)
        if not len(matrix.numbers):
            return []
        scores = matrix.vectors @ vector
        rows = np.arange(len(scores))
        condition, values = filter_sql(filters)
        if condition:
            rows = matrix.rows(connection, tenant, condition, values)
            scores = scores[rows]
        if len(scores) > k:
            kept = np.argpartition(scores, -k)[-k:]
            rows, scores = rows[kept], scores[kept]
        order = np.lexsort((rows, -scores))
        return [(int(matrix.numbers[rows[i]]), float(scores[i])) for i in order]

    def forget(self, tenant: int, embedding: int) -> None:
        """Let go of a matrix whose vectors are dropped."""
        with self._lock:
            self._matrices.pop((tenant, embedding), None)

    def _current(self, connection: sqlite3.Connection, tenant: int, embedding: int, generation: int) -> _Matrix:
        with self._lock:
            matrix = self._matrices.get((tenant, embedding), _Matrix())
            if matrix.generation != generation:
                matrix = _refreshed(connection, tenant, embedding, generation, matrix)
                self._matrices[tenant, embedding] = matrix
            return matrix


def _refreshed(connection: sqlite3.Connection, tenant: int, embedding: int, generation: int, old: _Matrix) -> _Matrix:
    """The matrix as the file has it now; only vectors that weren't there before are read."""
    alive = np.array(
        connection.execute("SELECT n, document FROM chunks WHERE tenant = ? ORDER BY n", [tenant]).fetchall(), np.int64
    ).reshape(-1, 2)
    new = np.setdiff1d(alive[:, 0], old.numbers, assume_unique=True)
    read = _read(connection, tenant, embedding, int(new[0])) if len(new) else []
    known = set(old.numbers.tolist())
    fresh = [(number, blob) for number, blob in read if number not in known]
    kept = np.isin(old.numbers, alive[:, 0], assume_unique=True)
    numbers = np.concatenate((old.numbers[kept], np.array([number for number, _ in fresh], np.int64)))
    vectors = old.vectors[kept]
    if fresh:
        added = np.frombuffer(b"".join(blob for _, blob in fresh), np.float16).reshape(len(fresh), -1)
        vectors = added.astype(np.float32) if not len(vectors) else np.concatenate((vectors, added), dtype=np.float32)
    order = np.argsort(numbers)
    if not np.array_equal(order, np.arange(len(order))):
        numbers, vectors = numbers[order], vectors[order]
    documents = alive[np.searchsorted(alive[:, 0], numbers), 1]
    return _Matrix(generation, numbers, documents, vectors)


def _read(connection: sqlite3.Connection, tenant: int, embedding: int, first: int) -> list[tuple[int, bytes]]:
    return connection.execute(
        "SELECT chunk, vector FROM vectors WHERE tenant = ? AND embedding = ? AND chunk >= ?",
        [tenant, embedding, first],
    ).fetchall()
