"""The sets that search is measured on: public ones where their folder is, and the project's own questions on `knowledge/`."""

import gzip
import json
import math
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.aws_docs import convert
from bench.questions_file import XQUAD_HINGLISH, Asked, read_questions
from protocol.languages import LANGUAGES
from retrieval.embed import Embedder
from retrieval.hits import Mode
from retrieval.ingest import Ingest
from retrieval.search import Patience, Search
from retrieval.sqlite import SqliteIndex
from runtime.settings import PROJECT

PATIENT = Patience(600, 600, 600)  # a slow machine may not make a search worse, only slower


@dataclass(frozen=True)
class PublicSet:
    """Files in BEIR's format."""

    name: str
    corpus: Path
    queries: Path
    qrels: Path


def public_sets(data: Path, folder: Path) -> Iterator[PublicSet]:
    """Those of `data` that are there; what has to be written for them is written to `folder`."""
    xquad = data / "xquad-en-hi"
    if xquad.is_dir():
        english, qrels = xquad / "corpus.en.jsonl.gz", xquad / "qrels.tsv"
        for asked, found in (("en", "en"), ("hi", "hi"), ("en", "hi"), ("hi", "en")):
            queries, corpus = xquad / f"queries.{asked}.jsonl.gz", xquad / f"corpus.{found}.jsonl.gz"
            yield PublicSet(f"xquad {asked}->{found}", corpus, queries, qrels)
        yield PublicSet("200 of xquad in Hinglish->en", english, XQUAD_HINGLISH, qrels)
        yield PublicSet("the same 200 en->en", english, _same_in_english(xquad, folder), qrels)
    if (data / "aws-docs-qa").is_dir():
        converted = folder / "aws"
        convert(data / "aws-docs-qa", converted)
        yield PublicSet(
            "aws-docs-qa", converted / "corpus.jsonl.gz", converted / "queries.jsonl", converted / "qrels.tsv"
        )


@asynccontextmanager
async def own_search(folder: Path, embedder: Embedder) -> Any:
    """A search over `knowledge/`, one passage per document; the index is kept in `folder`."""
    index = SqliteIndex(folder / "knowledge.sqlite")
    search = Search(index, embedder, per_document=1, patience=PATIENT)
    try:
        async for _ in Ingest(index, embedder, roots=[PROJECT / "knowledge"]).ingest([PROJECT / "knowledge"], "demo"):
            pass
        yield search
    finally:
        await search.close()
        await index.close()


async def own_figures(search: Search, mode: Mode) -> dict[str, dict[str, Any]]:
    """By language. A question's first gold document counts: several may answer it, and one is enough."""
    await search.search("demo", "warm up", mode=mode)
    return {language: await _figures(search, _answerable(language), mode) for language in LANGUAGES}


def _answerable(language: str) -> list[Asked]:
    return [asked for asked in read_questions() if asked.language == language and asked.answerable]


async def _figures(search: Search, questions: Sequence[Asked], mode: Mode) -> dict[str, Any]:
    ranks, times = [], []
    for asked in questions:
        began = time.perf_counter()
        result = await search.search("demo", asked.text, mode=mode, k=10, language=asked.language)
        times.append((time.perf_counter() - began) * 1000)
        golds = (rank for rank, hit in enumerate(result.hits, 1) if asked.is_gold(hit.chunk.document))
        ranks.append(next(golds, math.inf))
    times.sort()
    return {
        "queries": len(questions),
        **{f"recall@{depth}": round(statistics.fmean(rank <= depth for rank in ranks), 4) for depth in (1, 5, 10)},
        "mrr@10": round(statistics.fmean(1 / rank for rank in ranks), 4),
        "ndcg@10": round(statistics.fmean(1 / math.log2(rank + 1) for rank in ranks), 4),
        "latency_ms": {"p50": round(statistics.median(times), 2), "p95": round(times[int(len(times) * 0.95)], 2)},
    }


def _same_in_english(xquad: Path, folder: Path) -> Path:
    """The English questions that were rewritten in Hinglish."""
    ids = {json.loads(line)["_id"] for line in XQUAD_HINGLISH.read_text("utf-8").splitlines()}
    written = folder / "xquad-same.jsonl"
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.open(xquad / "queries.en.jsonl.gz", "rt", encoding="utf-8") as file:
        written.write_text("".join(line for line in file if json.loads(line)["_id"] in ids), "utf-8")
    return written
