"""Where each term stands, as FTS5 has it written down, in arrays: those of the terms that are asked for most stay in memory."""

# ruff: noqa: S608  (tables are named by numbers of our own; what comes from outside is always a parameter)

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.sqlite_catalogue import Catalogue

_REMEMBERED = 4_000_000  # chunks in all lists together, at 8 bytes each
_K1, _B = 1.2, 0.75  # FTS5's own
MOST = _K1 + 1  # that a term weighs in a chunk
_TITLE, _CODE = 2.0, 4.0  # what a term counts there; in the text it counts 1
_SPLITS = str.maketrans("", "", "\u0970")  # the one sign within our terms that FTS5's tokenizer takes for punctuation


@dataclass(frozen=True)
class Postings:
    """The chunks that hold one term, by their places in the catalogue, ascending, and how much it says of each.

    That is BM25 but for the inverse document frequency: count * (k1 + 1) / (count + k1 * (1 - b + b * length / average length)).
    """

    words: NDArray[np.int32]  # chunks with the term in title or text
    word_weights: NDArray[np.float32]
    codes: NDArray[np.int32]  # chunks with it among their codes
    code_weights: NDArray[np.float32]
    holding: int  # chunks, wherever it stands

    @property
    def size(self) -> int:
        return len(self.words) + len(self.codes) + 1


class PostingLists:
    """The postings of the tenants of one index file; remembered until the tenant's documents change."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, int, str], Postings] = OrderedDict()  # by tenant, generation, term
        self._size = 0
        self._lock = threading.Lock()

    def of(self, connection: sqlite3.Connection, catalogue: Catalogue, terms: Iterable[str]) -> dict[str, Postings]:
        """Those of each term."""
        found = {}
        for term in terms:
            key = (catalogue.tenant, catalogue.generation, term)
            with self._lock:
                postings = self._kept.get(key)
                if postings is not None:
                    self._kept.move_to_end(key)
            if postings is None:
                postings = _read(connection, catalogue, term)
                self._keep(key, postings)
            found[term] = postings
        return found

    def _keep(self, key: tuple[int, int, str], postings: Postings) -> None:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = postings
                self._size += postings.size
            while self._size > _REMEMBERED:
                self._size -= self._kept.popitem(last=False)[1].size


def _read(connection: sqlite3.Connection, catalogue: Catalogue, term: str) -> Postings:
    """A number for each time that the term stands somewhere says chunk and column; one text of them is read faster than rows."""
    table = f"standing_{catalogue.tenant}"
    connection.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{table} USING fts5vocab(main, terms_{catalogue.tenant}, instance)"
    )
    text = connection.execute(
        f"SELECT group_concat(doc * 3 + CASE col WHEN 'body' THEN 0 WHEN 'title' THEN 1 ELSE 2 END) FROM temp.{table} WHERE term = ?",
        [term.translate(_SPLITS)],
    ).fetchone()[0]
    numbers, columns = np.divmod(np.fromstring(text, np.int64, sep=",") if text else np.empty(0, np.int64), 3)
    places = np.searchsorted(catalogue.numbers, numbers)
    counted = np.array([1.0, _TITLE, _CODE])[columns]
    parts = [_weighed(catalogue, places[part], counted[part]) for part in (columns < 2, columns == 2)]
    return Postings(*parts[0], *parts[1], len(np.unique(places)))


def _weighed(
    catalogue: Catalogue, places: NDArray[np.int64], counted: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    chunks, which = np.unique(places, return_inverse=True)
    counts = np.bincount(which, counted, len(chunks))
    norms = _K1 * (1 - _B + _B * catalogue.lengths[chunks] / catalogue.average)
    return chunks.astype(np.int32), (counts * MOST / (counts + norms)).astype(np.float32)
