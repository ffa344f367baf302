"""The embedded index: one SQLite file with FTS5 for BM25 and vectors searched exactly, for some hundred thousand passages per tenant."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from protocol.errors import IndexUnavailable
from retrieval import sqlite_terms as terms
from retrieval import sqlite_vectors
from retrieval.documents import Chunk, Document
from retrieval.index import DenseHit, DocumentRecord, Filters, IndexStats, KeywordHits, KeywordQuery, Vectors
from retrieval.recent import Recent
from retrieval.sqlite_catalogue import Catalogues
from retrieval.sqlite_rows import RECORDS, chunk_of, chunks_where, insert_chunks, insert_document, numbers_of, record_of
from retrieval.sqlite_schema import IndexFile

_REMEMBERED = 4096  # chunks, some 2 kB each
Result = TypeVar("Result")
_Work = Callable[[sqlite3.Connection], Result]


class SqliteIndex:
    """KnowledgeIndex in one file. Several processes may hold it open; each sees the others' changes at its next call."""

    def __init__(self, path: Path) -> None:
        self._file = IndexFile(path)
        self._catalogues = Catalogues()
        self._matrices = sqlite_vectors.Matrices()
        self._terms = terms.Terms()
        self._chunks: Recent[tuple[int, int, str], Chunk] = Recent(_REMEMBERED)  # by tenant, generation, id
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="index")

    async def put(
        self, document: Document, chunks: Sequence[Chunk], vectors: Mapping[str, Vectors], *, prepared_by: str = ""
    ) -> None:
        def work(connection: sqlite3.Connection) -> None:
            tenant = _made_tenant(connection, document.tenant)
            _forget(connection, tenant, [document.id])
            number = insert_document(connection, tenant, document, prepared_by)
            rows = insert_chunks(connection, tenant, number, chunks)
            terms.add(connection, tenant, rows)
            for version, array in vectors.items():
                sqlite_vectors.add(
                    connection, tenant, _made_embedding(connection, version), [n for n, _ in rows], array
                )
            _changed(connection, tenant)

        await self._write(work)

    async def delete(self, tenant: str, document_ids: Sequence[str]) -> int:
        def work(connection: sqlite3.Connection) -> int:
            number = _tenant(connection, tenant)
            gone = _forget(connection, number, document_ids) if number else 0
            if gone:
                _changed(connection, number)
            return gone

        return await self._write(work)

    async def documents(self, tenant: str) -> tuple[DocumentRecord, ...]:
        return await self._read(
            lambda connection: tuple(map(record_of, connection.execute(RECORDS, [_tenant(connection, tenant)])))
        )

    async def keyword(self, tenant: str, query: KeywordQuery, k: int, filters: Filters | None = None) -> KeywordHits:
        def work(connection: sqlite3.Connection) -> KeywordHits:
            number = _tenant(connection, tenant)
            if not number:
                return KeywordHits()
            catalogue = self._catalogues.of(connection, number, _generation(connection, number))
            return self._terms.find(connection, catalogue, query, k, filters)

        return await self._read(work)

    async def dense(
        self, tenant: str, vector: Vectors, k: int, filters: Filters | None = None, *, version: str
    ) -> tuple[DenseHit, ...]:
        def work(connection: sqlite3.Connection) -> tuple[DenseHit, ...]:
            number, embedding = _tenant(connection, tenant), _embedding(connection, version)
            if not (number and embedding):
                return ()
            catalogue = self._catalogues.of(connection, number, _generation(connection, number))
            near = self._matrices.nearest(connection, catalogue, embedding, vector, k, filters)
            return tuple(DenseHit(catalogue.ids[place], score) for place, score in near)

        return await self._read(work)

    async def chunks(self, tenant: str, ids: Sequence[str]) -> tuple[Chunk, ...]:
        def work(connection: sqlite3.Connection) -> tuple[Chunk, ...]:
            number = _tenant(connection, tenant)
            generation = _generation(connection, number)
            keys = [(number, generation, chunk_id) for chunk_id in ids]
            found = self._chunks.found(keys)
            missing = [key[2] for key in keys if key not in found]
            rows = chunks_where(connection, "c.tenant = ? AND c.id", missing, first=[number])
            read = {(number, generation, row[0]): chunk_of(row, tenant) for row in rows}
            self._chunks.keep(read)
            found |= read
            return tuple(found[key] for key in keys if key in found)

        return await self._read(work)

    async def neighbours(self, tenant: str, chunk_id: str, *, before: int = 1, after: int = 1) -> tuple[Chunk, ...]:
        def work(connection: sqlite3.Connection) -> tuple[Chunk, ...]:
            place = connection.execute(
                "SELECT document, number FROM chunks WHERE tenant = ? AND id = ?",
                [_tenant(connection, tenant), chunk_id],
            ).fetchone()
            if place is None:
                return ()
            span = range(max(0, place[1] - before), place[1] + after + 1)
            rows = chunks_where(connection, "c.document = ? AND c.number", list(span), first=[place[0]])
            return tuple(chunk_of(row, tenant) for row in sorted(rows, key=lambda row: row[-1]))

        return await self._read(work)

    async def without_vectors(self, tenant: str, version: str, limit: int) -> tuple[Chunk, ...]:
        def work(connection: sqlite3.Connection) -> tuple[Chunk, ...]:
            number = _tenant(connection, tenant)
            missing = connection.execute(
                "SELECT n FROM chunks c WHERE tenant = ? AND NOT EXISTS "
                "(SELECT 1 FROM vectors v WHERE v.tenant = c.tenant AND v.embedding = ? AND v.chunk = c.n) ORDER BY n LIMIT ?",
                [number, _embedding(connection, version), limit],
            ).fetchall()
            return tuple(chunk_of(row, tenant) for row in chunks_where(connection, "c.n", [n for (n,) in missing]))

        return await self._read(work)

    async def add_vectors(self, tenant: str, version: str, chunks: Sequence[Chunk], vectors: Vectors) -> int:
        def work(connection: sqlite3.Connection) -> int:
            number = _tenant(connection, tenant)
            present = numbers_of(connection, number, [chunk.id for chunk in chunks])
            kept = [i for i, chunk in enumerate(chunks) if present.get(chunk.id, (0, ""))[1] == chunk.revision]
            embedding = _made_embedding(connection, version)
            sqlite_vectors.add(connection, number, embedding, [present[chunks[i].id][0] for i in kept], vectors[kept])
            if kept:
                _changed(connection, number)
            return len(kept)

        return await self._write(work)

    async def drop_vectors(self, tenant: str, version: str) -> None:
        def work(connection: sqlite3.Connection) -> None:
            number = _tenant(connection, tenant)
            parameters = [number, _embedding(connection, version)]
            connection.execute("DELETE FROM vectors WHERE tenant = ? AND embedding = ?", parameters)
            self._matrices.forget(number, parameters[1])

        await self._write(work)

    async def stats(self, tenant: str) -> IndexStats:
        def work(connection: sqlite3.Connection) -> IndexStats:
            number = _tenant(connection, tenant)
            documents, chunks = connection.execute(
                "SELECT (SELECT count(*) FROM documents WHERE tenant = ?), (SELECT count(*) FROM chunks WHERE tenant = ?)",
                [number, number],
            ).fetchone()
            vectors = connection.execute(
                "SELECT e.version, count(*) FROM vectors v JOIN embeddings e ON e.n = v.embedding WHERE v.tenant = ? GROUP BY 1",
                [number],
            ).fetchall()
            return IndexStats(documents, chunks, dict(vectors), self._file.size())

        return await self._read(work)

    async def knowledge_version(self, tenant: str) -> int:
        return await self._read(lambda connection: _generation(connection, _tenant(connection, tenant)))

    async def close(self) -> None:
        self._file.close()
        self._threads.shutdown(wait=False)

    async def _read(self, work: _Work[Result]) -> Result:
        def inside() -> Result:
            with self._file.reading() as connection:
                return work(connection)

        return await self._in_thread(inside)

    async def _write(self, work: _Work[Result]) -> Result:
        def inside() -> Result:
            with self._file.writing() as connection:
                return work(connection)

        return await self._in_thread(inside)

    async def _in_thread(self, inside: Callable[[], Result]) -> Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, inside)
        except RuntimeError as error:  # the pool takes no work after close()
            raise IndexUnavailable("The knowledge index is closed.") from error


def _tenant(connection: sqlite3.Connection, tenant: str) -> int:
    """The tenant's number; 0, which no row carries, when nothing was ever put for it."""
    row = connection.execute("SELECT n FROM tenants WHERE id = ?", [tenant]).fetchone()
    return int(row[0]) if row else 0


def _made_tenant(connection: sqlite3.Connection, tenant: str) -> int:
    connection.execute("INSERT OR IGNORE INTO tenants (id) VALUES (?)", [tenant])
    number = _tenant(connection, tenant)
    terms.create(connection, number)
    return number


def _embedding(connection: sqlite3.Connection, version: str) -> int:
    row = connection.execute("SELECT n FROM embeddings WHERE version = ?", [version]).fetchone()
    return int(row[0]) if row else 0


def _made_embedding(connection: sqlite3.Connection, version: str) -> int:
    connection.execute("INSERT OR IGNORE INTO embeddings (version) VALUES (?)", [version])
    return _embedding(connection, version)


def _generation(connection: sqlite3.Connection, tenant: int) -> int:
    row = connection.execute("SELECT generation FROM tenants WHERE n = ?", [tenant]).fetchone()
    return int(row[0]) if row else 0


def _changed(connection: sqlite3.Connection, tenant: int) -> None:
    connection.execute("UPDATE tenants SET generation = generation + 1 WHERE n = ?", [tenant])


def _forget(connection: sqlite3.Connection, tenant: int, document_ids: Sequence[str]) -> int:
    gone = 0
    for document_id in document_ids:
        row = connection.execute(
            "SELECT n FROM documents WHERE tenant = ? AND id = ?", [tenant, document_id]
        ).fetchone()
        if row is None:
            continue
        numbers = [n for (n,) in connection.execute("SELECT n FROM chunks WHERE document = ?", row)]
        terms.remove(connection, tenant, numbers)
        embeddings = connection.execute("SELECT n FROM embeddings").fetchall()
        keys = [(tenant, embedding, n) for (embedding,) in embeddings for n in numbers]
        connection.executemany("DELETE FROM vectors WHERE tenant = ? AND embedding = ? AND chunk = ?", keys)
        connection.execute("DELETE FROM chunks WHERE document = ?", row)
        connection.execute("DELETE FROM documents WHERE n = ?", row)
        gone += 1
    return gone
