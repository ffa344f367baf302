"""The nearest of many vectors without multiplying all of each: leading dimensions say which few are compared in full.

Vectors are turned so that the first dimensions hold most of what tells them apart (their principal axes). The nearest by half of them are
compared in full, sixty times as many as are wanted. What that leaves out, measured on real passages: docs/decisions/why-leading-dimensions.md.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.index import Vectors

FEWEST = 32768  # vectors; with fewer, comparing all takes as long
_TIMES = 60
_LEAST = 100  # wanted: for fewer, as many are compared as for these
_SAMPLE = 8192
_EVERY = 8  # the value that so many reach is read off every eighth of them: exact enough, and a fraction of the time
_AT_ONCE = 1024  # vectors, so that what is gathered stays in the processor's cache
_MANY = 4  # of so many rows one: from there on picking them out takes longer than multiplying all


@dataclass(frozen=True)
class Axes:
    """A rotation to the principal axes, as far as it is used."""

    rotation: Vectors  # (d, d // 2), a column for each axis
    of: int  # vectors, when it was found


@dataclass(frozen=True)
class Leading:
    """The leading half of the dimensions of vectors, (d // 2, n): in this order one is multiplied after the other at the speed of memory."""

    axes: Axes
    block: Vectors

    def nearest(self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Rows among which the k nearest of the allowed ones are looked for; ascending."""
        known = (query @ self.axes.rotation) @ self.block
        rows = None if allowed is None else np.flatnonzero(allowed)
        if rows is not None:
            known = known[rows]
        compared = _TIMES * max(k, _LEAST)
        if len(known) <= compared:
            return np.arange(len(known)) if rows is None else rows
        some = known[::_EVERY]
        nth = min(-(-compared // _EVERY), len(some))
        kept = np.flatnonzero(known >= np.partition(some, -nth)[-nth])
        return kept if rows is None else rows[kept]


def leading(vectors: Vectors, before: Leading | None, kept: NDArray[np.bool_]) -> Leading | None:
    """Of these vectors, or None when they are few; `kept` says which ones of `before` are the first of these, in the same order."""
    if len(vectors) < FEWEST:
        return None
    if before is None or len(vectors) > 2 * before.axes.of:
        axes, there = _axes(vectors), np.empty((vectors.shape[1] // 2, 0), np.float32)
    else:
        axes, there = before.axes, before.block[:, kept]
    block = np.empty((len(there), len(vectors)), np.float32)
    block[:, : there.shape[1]] = there
    np.matmul(axes.rotation.T, vectors[there.shape[1] :].T, out=block[:, there.shape[1] :])
    return Leading(axes, block)


def products(vectors: Vectors, query: Vectors, rows: NDArray[np.int64]) -> Vectors:
    """Of the query with each of these rows."""
    if len(rows) > len(vectors) // _MANY:
        every: Vectors = vectors @ query
        return every[rows]
    found = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), _AT_ONCE):
        found[start : start + _AT_ONCE] = vectors[rows[start : start + _AT_ONCE]] @ query
    return found


def _axes(vectors: Vectors) -> Axes:
    sample = vectors[:: -(-len(vectors) // _SAMPLE)].astype(np.float64)
    _, axes = np.linalg.eigh(sample.T @ sample)  # the weakest axis first
    half = vectors.shape[1] // 2
    return Axes(np.ascontiguousarray(axes[:, : -half - 1 : -1], np.float32), len(vectors))
