"""The index as the ingest sees it: what is put gets vectors of every live embedding version, so that a migration never misses a change."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from protocol.errors import EmbedderUnavailable
from retrieval.documents import Chunk, Document
from retrieval.index import (
    DenseHit,
    DocumentRecord,
    Filters,
    IndexStats,
    KeywordHits,
    KeywordQuery,
    KnowledgeIndex,
    Vectors,
)
from retrieval.versions import EmbeddingVersions

logger = logging.getLogger(__name__)


class LiveIndex:
    """KnowledgeIndex before another one; only `put` and `documents` differ."""

    def __init__(self, index: KnowledgeIndex, versions: EmbeddingVersions) -> None:
        self._index = index
        self._versions = versions

    async def put(
        self, document: Document, chunks: Sequence[Chunk], vectors: Mapping[str, Vectors], *, prepared_by: str = ""
    ) -> None:
        rows = dict(vectors)
        passages = [chunk.passage for chunk in chunks]
        for version, embedder in await self._versions.live(document.tenant) if vectors and passages else ():
            if version and version not in rows:
                try:
                    rows[version] = await asyncio.to_thread(embedder.embed_passages, passages)
                except EmbedderUnavailable as error:
                    logger.warning("%s has no vectors of %s; run the backfill again: %s", document.id, version, error)
        await self._index.put(document, chunks, rows, prepared_by=prepared_by)

    async def documents(self, tenant: str) -> tuple[DocumentRecord, ...]:
        """All documents; those that an earlier version prepared count as prepared by the active one, whose vectors a backfill gave them."""
        known = await self._versions.known(tenant)
        records = await self._index.documents(tenant)
        if not known:
            return records
        active, _ = (await self._versions.live(tenant))[0]
        return tuple(_as_of(record, known, active) for record in records)

    async def delete(self, tenant: str, document_ids: Sequence[str]) -> int:
        return await self._index.delete(tenant, document_ids)

    async def keyword(self, tenant: str, query: KeywordQuery, k: int, filters: Filters | None = None) -> KeywordHits:
        return await self._index.keyword(tenant, query, k, filters)

    async def dense(
        self, tenant: str, vector: Vectors, k: int, filters: Filters | None = None, *, version: str
    ) -> tuple[DenseHit, ...]:
        return await self._index.dense(tenant, vector, k, filters, version=version)

    async def chunks(self, tenant: str, ids: Sequence[str]) -> tuple[Chunk, ...]:
        return await self._index.chunks(tenant, ids)

    async def neighbours(self, tenant: str, chunk_id: str, *, before: int = 1, after: int = 1) -> tuple[Chunk, ...]:
        return await self._index.neighbours(tenant, chunk_id, before=before, after=after)

    async def without_vectors(self, tenant: str, version: str, limit: int) -> tuple[Chunk, ...]:
        return await self._index.without_vectors(tenant, version, limit)

    async def add_vectors(self, tenant: str, version: str, chunks: Sequence[Chunk], vectors: Vectors) -> int:
        return await self._index.add_vectors(tenant, version, chunks, vectors)

    async def drop_vectors(self, tenant: str, version: str) -> None:
        await self._index.drop_vectors(tenant, version)

    async def stats(self, tenant: str) -> IndexStats:
        return await self._index.stats(tenant)

    async def knowledge_version(self, tenant: str) -> int:
        return await self._index.knowledge_version(tenant)

    async def close(self) -> None:
        await self._index.close()


def _as_of(record: DocumentRecord, known: frozenset[str], active: str) -> DocumentRecord:
    chunker, _, version = record.prepared_by.partition(" ")
    return replace(record, prepared_by=f"{chunker} {active}") if version in known else record
