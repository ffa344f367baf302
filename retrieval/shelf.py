"""Puts documents into the index: cut, embedded, kept as a version; and takes them out again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from protocol.errors import BadRequest, EmbedderUnavailable
from retrieval.chunk import CHUNKER, cut
from retrieval.documents import Chunk, Document
from retrieval.embed import Embedder
from retrieval.history import DocumentHistory
from retrieval.index import DocumentRecord, KnowledgeIndex, Vectors

Outcome = Literal["added", "updated", "unchanged", "refused", "removed"]


@dataclass(frozen=True)
class FileReport:
    """What became of one file."""

    source: str  # its path within its knowledge folder
    outcome: Outcome
    reason: str = ""  # why it was refused, or what the operator should know
    documents: int = 0
    chunks: int = 0


@dataclass(frozen=True)
class Prepared:
    """One file's documents, cut and ready to be embedded."""

    source: str
    collection: str
    outcome: Outcome
    documents: tuple[tuple[Document, list[Chunk]], ...]
    stale: tuple[str, ...]  # ids of documents that the file no longer has
    notes: tuple[str, ...] = ()
    is_version: bool = True  # as it stands in the file now; not when an older version is searched again

    @property
    def chunks(self) -> int:
        return sum(len(some) for _, some in self.documents)


class Shelf:
    """The index and the history, kept in step: a version is noted before it can be found, so a crash between the two is mended by the next ingest."""

    def __init__(self, index: KnowledgeIndex, embedder: Embedder, history: DocumentHistory | None) -> None:
        self._index = index
        self._embedder = embedder
        self._history = history

    def prepared(
        self,
        source: str,
        collection: str,
        documents: Sequence[Document],
        records: Sequence[DocumentRecord],
        notes: tuple[str, ...] = (),
        *,
        is_version: bool = True,
    ) -> Prepared:
        """Cut; `records` are the file's documents in the index."""
        ids = {document.id for document in documents}
        return Prepared(
            source,
            collection,
            outcome="updated" if records else "added",
            documents=tuple((document, cut(document, self._count)) for document in documents),
            stale=tuple(record.id for record in records if record.id not in ids),
            notes=notes,
            is_version=is_version,
        )

    async def chosen(
        self,
        tenant: str,
        collection: str,
        source: str,
        number: int,
        records: Sequence[DocumentRecord],
        notes: tuple[str, ...],
    ) -> Prepared:
        """A kept version, cut again; raises BadRequest when it isn't kept."""
        documents = (
            await asyncio.to_thread(self._history.documents, tenant, collection, source, number)
            if self._history
            else ()
        )
        if not documents:
            raise BadRequest(f"Version {number} of {source} is not kept.")
        return await asyncio.to_thread(self.prepared, source, collection, documents, records, notes, is_version=False)

    async def keep(self, ready: Sequence[Prepared], tenant: str) -> AsyncIterator[FileReport]:
        """Embed all of them together, then keep each."""
        chunks = [chunk for file in ready for _, some in file.documents for chunk in some]
        vectors, prepared_by, problem = await asyncio.to_thread(self._embedded, chunks)
        start = 0
        for file in ready:
            notes = [*file.notes, problem, *await asyncio.to_thread(self._noted, file, tenant)]
            for document, some in file.documents:
                rows = (
                    {} if vectors is None else {self._embedder.version: np.asarray(vectors[start : start + len(some)])}
                )
                start += len(some)
                await self._index.put(document, some, rows, prepared_by=prepared_by)
            if file.stale:
                await self._index.delete(tenant, file.stale)
            said = "; ".join(filter(None, notes))
            yield FileReport(file.source, file.outcome, said, len(file.documents), file.chunks)

    async def forgotten(self, tenant: str, collection: str, source: str, ids: Sequence[str], reason: str) -> FileReport:
        """Take a vanished file's documents out of the index; its versions are kept."""
        if self._history:
            await asyncio.to_thread(self._history.vanished, tenant, collection, source)
        await self._index.delete(tenant, ids)
        return FileReport(source, "removed", reason, documents=len(ids))

    def _noted(self, file: Prepared, tenant: str) -> list[str]:
        """Keep a version of the file; says which others have the same text."""
        if self._history is None or not file.is_version:
            return []
        documents = [document for document, _ in file.documents]
        self._history.serve(tenant, file.collection, file.source, documents)
        same = self._history.same_text(tenant, file.collection, file.source, documents)
        return [f"the same text as {', '.join(same)}"] if same else []

    def _count(self, text: str) -> int:
        try:
            return self._embedder.count_tokens(text)
        except EmbedderUnavailable:
            return len(text) // 3  # between English (4 to 5 characters a token) and Hindi (3)

    def _embedded(self, chunks: Sequence[Chunk]) -> tuple[Vectors | None, str, str]:
        """Vectors, what made them, and what is wrong when there are none."""
        try:
            prepared_by = f"{CHUNKER} {self._embedder.version}"
            passages = [chunk.passage for chunk in chunks]
            return self._embedder.embed_passages(passages) if passages else None, prepared_by, ""
        except EmbedderUnavailable as error:
            return None, CHUNKER, str(error)
