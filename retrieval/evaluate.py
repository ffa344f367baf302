"""Retrieval quality on a corpus in BEIR's format, by the same chunking, index and search that customers get."""

import csv
import gzip
import hashlib
import json
import math
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from tqdm import tqdm

from protocol.errors import BadRequest, IndexUnavailable
from retrieval.chunk import CHUNKER, cut
from retrieval.documents import Chunk, Document
from retrieval.embed import Embedder
from retrieval.hits import Mode
from retrieval.loaders.sections import sections_of
from retrieval.loaders.source import language_of
from retrieval.search import Patience, Search
from retrieval.sqlite import SqliteIndex

_TENANT = "evaluation"
_DEPTH = 10
_AT_ONCE = 256  # chunks

Qrels = Mapping[str, Mapping[str, int]]  # query -> document -> grade above 0


async def evaluate(
    corpus: Path,
    queries: Path,
    qrels: Path,
    *,
    folder: Path,
    embedder: Embedder,
    mode: Mode = "hybrid",
    progress: bool = True,
) -> dict[str, Any]:
    """Recall, MRR and nDCG (linear gains, as trec_eval has them) at a depth of 10, over the queries that have relevant documents.

    `corpus` (`_id`, `title`, `text`) and `queries` (`_id`, `text`) are JSON lines, gzipped or not; `qrels` is TSV with a header: query,
    document, grade. The index stands in `folder` and is kept: a corpus is embedded once, and goes on where it was interrupted. Raises
    BadRequest that names file and line of what can't be read.
    """
    relevant = read_qrels(qrels)
    asked = {row["_id"]: row["text"] for row in _rows(queries, ("_id", "text")) if relevant.get(row["_id"])}
    if not asked:
        raise BadRequest(f"No query of {queries} has a relevant document in {qrels}.")
    index = SqliteIndex(folder / _name(corpus, mode))
    try:
        await _index_corpus(index, corpus, embedder, mode != "keyword", progress)
        search = Search(index, embedder, per_document=1, patience=Patience(60, 60, 60))
        rankings: dict[str, list[str]] = {}
        times: list[float] = []
        await search.search(_TENANT, next(iter(asked.values())), mode=mode)  # loads the model and the vectors
        for query, text in tqdm(asked.items(), desc=f"queries ({mode})", unit="q", disable=not progress):
            started = time.perf_counter()
            result = await search.search(_TENANT, text, mode=mode, k=_DEPTH)
            times.append((time.perf_counter() - started) * 1000)
            if result.degraded:  # figures of half a search would be taken for those of the whole
                raise IndexUnavailable(f"The search for {query} lacked a half: {result.degraded}")
            rankings[query] = [hit.chunk.document for hit in result.hits]
        return measures(rankings, relevant, times)
    finally:
        await index.close()


def measures(rankings: Mapping[str, list[str]], relevant: Qrels, times: list[float]) -> dict[str, Any]:
    """The figures of an evaluation, averaged over its queries."""

    def mean(values: Iterable[float]) -> float:
        return round(statistics.fmean(values), 4)

    def found(query: str, depth: int) -> float:
        return len(set(rankings[query][:depth]) & set(relevant[query])) / len(relevant[query])

    ordered = sorted(times)
    return {
        "queries": len(rankings),
        **{f"recall@{depth}": mean(found(query, depth) for query in rankings) for depth in (1, 5, 10)},
        "mrr@10": mean(_reciprocal_rank(ranking, relevant[query]) for query, ranking in rankings.items()),
        "ndcg@10": mean(_ndcg(ranking, relevant[query]) for query, ranking in rankings.items()),
        "latency_ms": {
            "p50": round(statistics.median(ordered), 2),
            "p95": round(ordered[min(len(ordered) - 1, math.ceil(0.95 * len(ordered)) - 1)], 2),
        },
    }


def read_qrels(path: Path) -> Qrels:
    """Grades above 0 by query and document."""
    grades: dict[str, dict[str, int]] = {}
    with _opened(path) as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
            if number == 1 or not row:
                continue
            try:
                query, document, grade = row[0], row[-2], int(row[-1])
            except (IndexError, ValueError) as error:
                raise BadRequest(
                    f"{path}, line {number}: wanted query, document and a whole number, by tabs."
                ) from error
            if grade > 0:
                grades.setdefault(query, {})[document] = grade
    return grades


async def _index_corpus(
    index: SqliteIndex, corpus: Path, embedder: Embedder, with_vectors: bool, progress: bool
) -> None:
    prepared_by = f"{CHUNKER} {embedder.version}" if with_vectors else CHUNKER
    known = {record.id: (record.content_hash, record.prepared_by) for record in await index.documents(_TENANT)}
    present: set[str] = set()
    waiting: list[tuple[Document, list[Chunk]]] = []

    async def keep() -> None:
        passages = [chunk.passage for _, chunks in waiting for chunk in chunks]
        vectors = embedder.embed_passages(passages) if with_vectors else None
        start = 0
        for document, chunks in waiting:
            rows = {} if vectors is None else {embedder.version: vectors[start : start + len(chunks)]}
            start += len(chunks)
            await index.put(document, chunks, rows, prepared_by=prepared_by)
        waiting.clear()

    rows = list(_rows(corpus, ("_id", "text")))
    for row in tqdm(rows, desc=f"indexing {corpus.name}", unit="doc", disable=not progress):
        document = _document(row)
        present.add(document.id)
        if known.get(document.id) == (document.content_hash, prepared_by):
            continue
        waiting.append((document, cut(document, embedder.count_tokens)))
        if sum(len(chunks) for _, chunks in waiting) >= _AT_ONCE:
            await keep()
    if waiting:
        await keep()
    await index.delete(_TENANT, [document for document in known if document not in present])


def _document(row: Mapping[str, Any]) -> Document:
    title, sections = sections_of(row["text"])
    digest = hashlib.sha256(json.dumps([row.get("title"), row["text"]]).encode()).hexdigest()
    return Document(
        id=row["_id"],
        tenant=_TENANT,
        title=str(row.get("title") or title).replace("_", " "),
        language=language_of(row["text"]),
        sections=sections,
        content_hash=digest,
    )


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    with _opened(path) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise BadRequest(f"{path}, line {number}: not JSON ({error}).") from error
            wrong = [key for key in needed if not isinstance(row, dict) or not isinstance(row.get(key), str)]
            if wrong:
                raise BadRequest(f"{path}, line {number}: {wrong[0]!r} must be there, as a string.")
            yield row


def _opened(path: Path) -> TextIO:
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == b"\x1f\x8b"
        return gzip.open(path, "rt", encoding="utf-8") if zipped else path.open(encoding="utf-8")
    except OSError as error:
        raise BadRequest(f"{path} can't be read: {error.strerror}.") from error


def _name(corpus: Path, mode: Mode) -> str:
    """One file per corpus; keyword search needs no vectors, so it has one of its own and is ready at once."""
    place = hashlib.sha256(str(corpus.resolve()).encode()).hexdigest()[:8]
    return f"{corpus.name.split('.')[0]}-{place}{'-keyword' if mode == 'keyword' else ''}.sqlite"


def _reciprocal_rank(ranking: list[str], relevant: Mapping[str, int]) -> float:
    return next((1 / rank for rank, document in enumerate(ranking[:_DEPTH], start=1) if document in relevant), 0.0)


def _ndcg(ranking: list[str], relevant: Mapping[str, int]) -> float:
    gained = sum(
        relevant.get(document, 0) / math.log2(rank + 1) for rank, document in enumerate(ranking[:_DEPTH], start=1)
    )
    best = sorted(relevant.values(), reverse=True)[:_DEPTH]
    return gained / sum(grade / math.log2(rank + 1) for rank, grade in enumerate(best, start=1))
