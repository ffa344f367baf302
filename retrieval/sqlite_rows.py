"""Documents and chunks to rows of the index file and back."""

# ruff: noqa: S608  (tables are named by numbers of our own; what comes from outside is always a parameter)

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from retrieval.documents import Chunk, Document
from retrieval.index import DocumentRecord, Filters

_COLUMNS = (
    "id", "title", "language", "product", "audience", "version", "status", "superseded_by", "updated", "url", "source",
    "collection", "content_hash",
)  # fmt: skip
_KEPT = (*_COLUMNS, "valid_from", "valid_until")
_CHUNK = (
    "c.id, d.id, d.title, c.headings, c.text, d.language, d.content_hash, d.version, d.status, d.source, c.page, d.url, c.codes, c.aliases, "
    "c.number"
)
_AT_ONCE = 500  # parameters of one statement; old builds of SQLite take 999

RECORDS = (
    f"SELECT {', '.join('d.' + column for column in _COLUMNS)}, d.prepared_by, "
    "(SELECT count(*) FROM chunks c WHERE c.document = d.n) FROM documents d WHERE d.tenant = ? ORDER BY d.id"
)


def insert_document(connection: sqlite3.Connection, tenant: int, document: Document, prepared_by: str) -> int:
    """Write a document; gives its number."""
    values = [getattr(document, column) for column in _KEPT]
    cursor = connection.execute(
        f"INSERT INTO documents (tenant, prepared_by, {', '.join(_KEPT)}) VALUES (?, ?{', ?' * len(_KEPT)})",
        [tenant, prepared_by, *values],
    )
    return int(cursor.lastrowid or 0)


def insert_chunks(
    connection: sqlite3.Connection, tenant: int, document: int, chunks: Sequence[Chunk]
) -> list[tuple[int, Chunk]]:
    """Write the chunks of a document; gives their numbers."""
    rows = []
    for number, chunk in enumerate(chunks):
        headings, codes, aliases = map(_json, (chunk.headings, chunk.codes, chunk.aliases))
        cursor = connection.execute(
            "INSERT INTO chunks (tenant, document, number, id, headings, text, page, codes, aliases) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [tenant, document, number, chunk.id, headings, chunk.text, chunk.page, codes, aliases],
        )
        rows.append((int(cursor.lastrowid or 0), chunk))
    return rows


def chunks_where(
    connection: sqlite3.Connection,
    column: str,
    values: Sequence[Any],
    *,
    first: Sequence[Any] = (),
    columns: str = _CHUNK,
) -> list[Any]:
    """Rows of chunks (c) and their documents (d) whose `column` is one of `values`; `first` fills placeholders before it."""
    rows: list[Any] = []
    for start in range(0, len(values), _AT_ONCE):
        some = values[start : start + _AT_ONCE]
        rows += connection.execute(
            f"SELECT {columns} FROM chunks c JOIN documents d ON d.n = c.document WHERE {column} IN ({', '.join('?' * len(some))})",
            [*first, *some],
        ).fetchall()
    return rows


def numbers_of(connection: sqlite3.Connection, tenant: int, ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Number and revision of each chunk that is there."""
    rows = chunks_where(connection, "c.tenant = ? AND c.id", ids, first=[tenant], columns="c.id, c.n, d.content_hash")
    return {chunk_id: (number, revision) for chunk_id, number, revision in rows}


def chunk_of(row: Sequence[Any], tenant: str) -> Chunk:
    """A row of `chunks_where` as a chunk."""
    return Chunk(
        id=row[0],
        document=row[1],
        tenant=tenant,
        title=row[2],
        headings=tuple(json.loads(row[3])),
        text=row[4],
        language=row[5],
        revision=row[6],
        version=row[7],
        status=row[8],
        source=row[9],
        page=row[10],
        url=row[11],
        codes=tuple(json.loads(row[12])),
        aliases=tuple(json.loads(row[13])),
    )


def record_of(row: Sequence[Any]) -> DocumentRecord:
    """A row of RECORDS as a record."""
    return DocumentRecord(*row)


def filter_sql(filters: Filters | None) -> tuple[str, list[str]]:
    """A condition on `documents` (as d) and its parameters; empty when nothing is asked."""
    conditions: list[str] = []
    values: list[str] = []
    if filters is None:
        return "", values
    for column, wanted in (
        ("language", filters.languages),
        ("product", (*filters.products, "all") if filters.products else ()),
        ("audience", (*filters.audiences, "all") if filters.audiences else ()),
        ("status", filters.statuses),
        ("id", filters.documents),
    ):
        if wanted:
            conditions.append(f"d.{column} IN ({', '.join('?' * len(wanted))})")
            values += wanted
    if filters.on:
        conditions.append("d.valid_from <= ? AND (d.valid_until = '' OR d.valid_until >= ?)")
        values += [filters.on, filters.on]
    return " AND ".join(conditions), values


def _json(values: Sequence[str]) -> str:
    return json.dumps(values, ensure_ascii=False)
