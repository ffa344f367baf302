"""Documents and chunks to entries of Elasticsearch and back."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from retrieval.analysis import terms
from retrieval.codes import codes_in
from retrieval.documents import Chunk, Document
from retrieval.elasticsearch_mapping import vector_field
from retrieval.index import DocumentRecord, Filters, Vectors
from retrieval.table_rows import terms_by_row

TENANT = "tenant"  # the one entry that counts changes
_RECORD = (
    "id", "title", "language", "product", "audience", "version", "status", "superseded_by", "updated", "url", "source",
    "collection", "content_hash",
)  # fmt: skip
_CHUNK = (
    "id", "document", "title", "headings", "text", "language", "revision", "version", "status", "source", "page", "url", "codes", "aliases",
)  # fmt: skip
RECORD_FIELDS = [*_RECORD, "prepared_by", "chunks"]
CHUNK_FIELDS = [*_CHUNK, "number"]


def chunk_key(chunk_id: str) -> str:
    """The entry's `_id`; hashed, as Elasticsearch takes 512 bytes and a path in Devanagari may be longer."""
    return "c" + hashlib.sha256(chunk_id.encode()).hexdigest()[:40]


def document_key(document_id: str) -> str:
    return "d" + hashlib.sha256(document_id.encode()).hexdigest()[:40]


def chunk_entry(document: Document, number: int, chunk: Chunk, vectors: Mapping[str, Vectors]) -> dict[str, Any]:
    """A chunk with its vectors, and with what filters ask of its document."""
    return {
        "kind": "chunk",
        **{name: _plain(getattr(chunk, name)) for name in _CHUNK},
        "number": number,
        "product": document.product,
        "audience": document.audience,
        **{day: value for day in ("valid_from", "valid_until") if (value := getattr(document, day))},
        **searched(chunk),
        **{vector_field(version): rounded(rows[number]) for version, rows in vectors.items()},
    }


def searched(chunk: Chunk) -> dict[str, Any]:
    """What keyword search compares. Title, headings and aliases stand twice: a word there counts as two, as it does in SQLite."""
    title = " ".join(terms(" ".join((chunk.title, *chunk.headings, *chunk.aliases))))
    codes = dict.fromkeys((*chunk.codes, *codes_in(chunk.text)))
    return {
        "terms": "\n".join((title, title, terms_by_row(chunk.text))),
        "exact": [code_term(code) for code in codes],
    }


def document_entry(document: Document, chunks: Sequence[Chunk], prepared_by: str) -> dict[str, Any]:
    """A document without its text, and the ids of its chunks, by which the next put or delete finds them."""
    return {
        "kind": "document",
        **{name: getattr(document, name) for name in _RECORD},
        "prepared_by": prepared_by,
        "chunks": len(chunks),
        "chunk_ids": [chunk.id for chunk in chunks],
    }


def chunk_of(entry: Mapping[str, Any], tenant: str) -> Chunk:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value := entry[name], list) else value for name in _CHUNK
    }
    return Chunk(tenant=tenant, **values)


def record_of(entry: Mapping[str, Any]) -> DocumentRecord:
    return DocumentRecord(**{name: entry[name] for name in RECORD_FIELDS})


def filter_clauses(filters: Filters | None) -> list[dict[str, Any]]:
    """Conditions on chunks, the kind of entry included."""
    clauses: list[dict[str, Any]] = [{"term": {"kind": "chunk"}}]
    if filters is None:
        return clauses
    for field, wanted in (
        ("language", filters.languages),
        ("product", (*filters.products, "all") if filters.products else ()),
        ("audience", (*filters.audiences, "all") if filters.audiences else ()),
        ("status", filters.statuses),
        ("document", filters.documents),
    ):
        if wanted:
            clauses.append({"terms": {field: list(wanted)}})
    if filters.on:
        over = {"range": {"valid_until": {"lt": filters.on}}}
        early = {"range": {"valid_from": {"gt": filters.on}}}
        clauses.append({"bool": {"must_not": [over, early]}})
    return clauses


def code_term(code: str) -> str:
    """A code without what people leave out or put in."""
    return "".join(character for character in code.lower() if character.isalnum())


def rounded(vector: Vectors) -> list[float]:
    """A vector as JSON: five digits are finer than half precision, and a third of the bytes."""
    found: list[float] = np.round(np.asarray(vector, np.float64), 5).tolist()
    return found


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
