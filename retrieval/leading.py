"""The nearest of many vectors without multiplying all of each: leading dimensions say which few are compared in full.

Vectors are turned so that the first dimensions hold most of what tells them apart (their principal axes). The product of the rest is unknown,
but its spread is: along such axes the mean square of a sum is the sum of the mean squares. Whatever may yet reach the k best within
`_SPREADS` times that is compared in full. What this leaves out, measured on real passages, is in docs/decisions/why-leading-dimensions.md.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.index import Vectors

FEWEST = 8192  # vectors; with fewer, comparing all takes about a millisecond
_DIMENSIONS = 160
_SPREADS = 4.0
_SAMPLE = 8192
_AT_ONCE = 1024  # vectors, so that what is gathered stays in the processor's cache
_LEAST = 100  # nearest that are told apart this way: the very nearest few stand out by what is left out, too
_MANY = 4  # of so many rows one: from there on picking them out takes longer than multiplying all
_GROUPS = 4  # for each of the k wanted


@dataclass(frozen=True)
class Axes:
    """A rotation, principal axes first, and the mean square of what it was found in along each."""

    rotation: Vectors  # (d, d), a column for each axis
    squares: NDArray[np.float64]  # (d,)
    of: int  # vectors, when it was found


@dataclass(frozen=True)
class Leading:
    """The leading dimensions of vectors, (_DIMENSIONS, n): in this order one is multiplied after the other at the speed of memory."""

    axes: Axes
    block: Vectors

    def nearest(self, vectors: Vectors, query: Vectors, k: int, allowed: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Rows of `vectors`, all that may be among the k nearest of the allowed ones; not in order."""
        turned = query @ self.axes.rotation
        known = np.asarray(turned[:_DIMENSIONS] @ self.block, np.float32)
        rows = None if allowed is None else np.flatnonzero(allowed)
        if rows is not None:
            known = known[rows]
        if len(known) > max(k, _LEAST):
            spread = float(np.sqrt(self.axes.squares[_DIMENSIONS:] @ np.square(turned[_DIMENSIONS:], dtype=np.float64)))
            some = _high(known, max(k, _LEAST))
            reached = products(vectors, query, some if rows is None else rows[some]).min()
            kept = np.flatnonzero(known >= reached - _SPREADS * spread)
            return kept if rows is None else rows[kept]
        return np.arange(len(known)) if rows is None else rows


def leading(vectors: Vectors, before: Leading | None, kept: NDArray[np.bool_]) -> Leading | None:
    """Of these vectors, or None when they are few; `kept` says which ones of `before` are the first of these, in the same order."""
    if len(vectors) < FEWEST:
        return None
    if before is None or len(vectors) > 2 * before.axes.of:
        axes, there = _axes(vectors), np.empty((_DIMENSIONS, 0), np.float32)
    else:
        axes, there = before.axes, before.block[:, kept]
    block = np.empty((_DIMENSIONS, len(vectors)), np.float32)
    block[:, : there.shape[1]] = there
    np.matmul(axes.rotation[:, :_DIMENSIONS].T, vectors[there.shape[1] :].T, out=block[:, there.shape[1] :])
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
    sample = vectors[:: -(-len(vectors) // _SAMPLE)]
    squares, axes = np.linalg.eigh(sample.T.astype(np.float64) @ sample / len(sample))
    return Axes(np.ascontiguousarray(axes[:, ::-1], np.float32), np.maximum(squares[::-1], 0), len(vectors))


def _high(known: Vectors, k: int) -> NDArray[np.int64]:
    """k different places with high values: the highest of groups, which are found in a fraction of the time that the k highest take.

    Neighbours, which are passages of one document and alike, fall into different groups.
    """
    groups = _GROUPS * k
    size = len(known) // groups
    if size < 2:
        return np.argpartition(known, -k)[-k:]
    rows = known[: size * groups].reshape(size, groups)
    best = np.argpartition(rows.max(axis=0), -k)[-k:]
    places: NDArray[np.int64] = rows[:, best].argmax(axis=0) * groups + best
    return places
