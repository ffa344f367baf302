"""Gives every chunk of a tenant its vector of one more embedding version. What is done lies in the index: a killed backfill goes on there."""

import asyncio
import time
from collections.abc import AsyncIterator

from protocol.errors import IndexUnavailable
from retrieval.embed import Embedder
from retrieval.index import KnowledgeIndex

_AT_ONCE = 64  # chunks: few enough that a kill loses seconds of work
_FRUITLESS = (
    20  # batches in which every chunk was changed meanwhile; documents don't change that fast, so something is wrong
)


async def backfill(
    index: KnowledgeIndex, embedder: Embedder, tenant: str, *, rate: float = 0.0, batch: int = _AT_ONCE
) -> AsyncIterator[int]:
    """Chunks done, after each batch; at most `rate` a second when it is above 0.

    Documents that change meanwhile are embedded for both versions by the ingest; a chunk of an older revision is passed over. Raises
    EmbedderUnavailable and IndexUnavailable; what was done is kept.
    """
    fruitless = 0
    while chunks := await index.without_vectors(tenant, embedder.version, batch):
        started = time.monotonic()
        vectors = await asyncio.to_thread(embedder.embed_passages, [chunk.passage for chunk in chunks])
        kept = await index.add_vectors(tenant, embedder.version, chunks, vectors)
        fruitless = 0 if kept else fruitless + 1
        if fruitless == _FRUITLESS:
            raise IndexUnavailable(f"None of the vectors of {embedder.version} is kept.", hint="Is an ingest at work?")
        yield kept
        if rate:
            await asyncio.sleep(max(0.0, kept / rate - (time.monotonic() - started)))


async def remaining(index: KnowledgeIndex, tenant: str, version: str) -> int:
    """How many chunks still lack a vector of this version."""
    stats = await index.stats(tenant)
    return max(0, stats.chunks - stats.vectors.get(version, 0))
