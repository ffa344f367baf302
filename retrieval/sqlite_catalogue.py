"""What memory holds of a tenant's chunks: their numbers, ids, documents and lengths, so that candidates needn't be looked up one by one."""

# ruff: noqa: S608  (tables are named by numbers of our own; what comes from outside is always a parameter)

import sqlite3
import threading
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.index import Filters
from retrieval.recent import Recent
from retrieval.sqlite_rows import filter_sql

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
_FILTERS = 16  # that are remembered: customers of one language on one day ask with the same


@dataclass
class Catalogue:
    """Place i is the chunk `numbers[i]`, of id `ids[i]`, in document `documents[i]`; numbers ascend. Of one generation, never changed."""

    tenant: int = 0
    generation: int = -1
    numbers: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    documents: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    ids: NDArray[Any] = field(default_factory=lambda: np.empty(0, object))
    lengths: Numbers = field(default_factory=lambda: np.empty(0, np.int64))  # in terms and codes
    _allowed: Recent[Hashable, Mask] = field(default_factory=lambda: Recent(_FILTERS))

    @cached_property
    def average(self) -> float:
        """Length of a chunk."""
        return float(self.lengths.mean()) if len(self.lengths) else 1.0

    def allowed(self, connection: sqlite3.Connection, filters: Filters | None) -> Mask | None:
        """For each place whether its document satisfies the filters; None when all do."""
        condition, values = filter_sql(filters)
        if not condition:
            return None
        key = (condition, tuple(values))
        mask = self._allowed.found([key]).get(key)
        if mask is None:
            query = f"SELECT d.n FROM documents d WHERE d.tenant = ? AND {condition}"
            documents = [number for (number,) in connection.execute(query, [self.tenant, *values])]
            mask = np.isin(self.documents, documents)
            self._allowed.keep({key: mask})
        return mask


class Catalogues:
    """One for each tenant, read when it is first asked for and then kept in step with the file."""

    def __init__(self) -> None:
        self._catalogues: dict[int, Catalogue] = {}
        self._lock = threading.Lock()

    def of(self, connection: sqlite3.Connection, tenant: int, generation: int) -> Catalogue:
        """The tenant's as the connection's transaction sees the file."""
        with self._lock:
            catalogue = self._catalogues.get(tenant, Catalogue())
            if catalogue.generation != generation:
                catalogue = _refreshed(connection, tenant, generation, catalogue)
                self._catalogues[tenant] = catalogue
            return catalogue


def _refreshed(connection: sqlite3.Connection, tenant: int, generation: int, old: Catalogue) -> Catalogue:
    """As the file has it now; of chunks that were there before nothing is read again."""
    alive = np.array(
        connection.execute("SELECT n, document FROM chunks WHERE tenant = ? ORDER BY n", [tenant]).fetchall(), np.int64
    ).reshape(-1, 2)
    numbers = alive[:, 0].copy()
    ids, lengths = np.empty(len(numbers), object), np.zeros(len(numbers), np.int64)
    known = np.isin(numbers, old.numbers, assume_unique=True)
    places = np.searchsorted(old.numbers, numbers[known])
    ids[known], lengths[known] = old.ids[places], old.lengths[places]
    missing = numbers[~known]
    if len(missing):
        # All of them are in the index on ids, which is a fraction of the table; for a few the table is asked.
        several = f" AND n >= {missing[0]}" if known.any() else ""
        _fill(ids, numbers, connection.execute(f"SELECT n, id FROM chunks WHERE tenant = ?{several}", [tenant]))
        query = f"SELECT id, sz FROM terms_{tenant}_docsize WHERE id >= ?"
        sizes = connection.execute(query, [int(missing[0])]).fetchall()
        _fill(lengths, numbers, zip([n for n, _ in sizes], _sums([blob for _, blob in sizes]), strict=True))
    return Catalogue(tenant, generation, numbers, alive[:, 1].copy(), ids, lengths)


def _fill(values: NDArray[Any], numbers: Numbers, rows: Iterable[tuple[int, Any]]) -> None:
    """Set the value of each numbered chunk."""
    found = list(rows)
    values[np.searchsorted(numbers, [number for number, _ in found])] = [value for _, value in found]


def _sums(blobs: Sequence[bytes]) -> Numbers:
    """The sum of the numbers in each blob, as FTS5 writes them (https://www.sqlite.org/fts5.html#varint_format).

    Seven bits a byte, the highest first; the last byte of a number is below 128. Those of nine bytes, for more words than there are, aren't read.
    """
    written = np.frombuffer(b"".join(blobs), np.uint8).astype(np.int64)
    last = np.flatnonzero(written < 128)
    each = np.arange(len(written))
    shift = 7 * (last[np.searchsorted(last, each)] - each)
    starts = np.cumsum([0, *map(len, blobs)][:-1])
    sums: Numbers = np.add.reduceat((written & 127) << shift, starts)
    return sums
