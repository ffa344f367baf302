"""A search repeated with another embedding, to know what would change before anything does."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from protocol.errors import KnowledgeError
from retrieval.embed import Embedder, embed_readings
from retrieval.index import DenseHit, Filters, KnowledgeIndex

DEPTH = 10
_PERSISTENCE = 0.9  # how far down a reader looks: the first ten places carry most of the weight


@dataclass(frozen=True)
class Comparison:
    """Overlap and agreement, 0 to 1, of two rankings to this depth."""

    depth: int
    overlap: float
    agreement: float
    milliseconds: float
    failed: bool = False


async def compare(
    index: KnowledgeIndex,
    embedder: Embedder,
    tenant: str,
    readings: Sequence[str],
    filters: Filters | None,
    hits: Sequence[DenseHit],
) -> Comparison:
    """How this embedder's nearest passages compare with `hits`; a failure is a finding too, and raises nothing."""
    started = time.perf_counter()
    try:
        vector = await asyncio.to_thread(embed_readings, embedder, readings)
        found = await index.dense(tenant, vector, DEPTH, filters, version=embedder.version)
    except KnowledgeError:
        return Comparison(DEPTH, 0.0, 0.0, _since(started), failed=True)
    ours, theirs = [hit.chunk_id for hit in found], [hit.chunk_id for hit in hits[:DEPTH]]
    return Comparison(DEPTH, overlap(ours, theirs), agreement(ours, theirs), _since(started))


def overlap(first: Sequence[str], second: Sequence[str]) -> float:
    """The part of the longer ranking that is in the other one."""
    longest = max(len(first), len(second))
    return len(set(first) & set(second)) / longest if longest else 1.0


def agreement(first: Sequence[str], second: Sequence[str]) -> float:
    """Rank-biased overlap, cut at the longer ranking's end and scaled to reach 1 (Webber, Moffat and Zobel, 2010)."""
    depths = range(1, max(len(first), len(second)) + 1)
    weights = [_PERSISTENCE ** (depth - 1) for depth in depths]
    shared = [overlap(first[:depth], second[:depth]) for depth in depths]
    total = sum(weights)
    return sum(weight * part for weight, part in zip(weights, shared, strict=True)) / total if total else 1.0


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
