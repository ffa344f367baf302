"""Retrieval quality, by the search that customers get: public sets when their folder is named, and the project's own questions always.

python -m bench.retrieval [DATA] [--folder var/bench]

DATA holds xquad-en-hi (BEIR files) and aws-docs-qa (docs.jsonl.gz, questions.jsonl). Indexes are kept in the folder: embedding the 2,809
pages of aws-docs-qa takes half an hour on two cores, once.
"""

import argparse
import asyncio
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from tqdm import tqdm

from bench.aws_docs import convert
from bench.questions_file import read_questions
from protocol.languages import LANGUAGES
from retrieval.e5 import E5Embedder
from retrieval.embed import CachedEmbedder, Embedder
from retrieval.evaluate import evaluate
from retrieval.ingest import Ingest
from retrieval.search import Mode, Search
from retrieval.sqlite import SqliteIndex

PROJECT = Path(__file__).parent.parent
MODES: tuple[Mode, ...] = get_args(Mode)
# Plain BM25 over whole documents, as the READMEs of the sets give it: the floor. nDCG@10, recall@1, recall@10.
FLOORS = {
    "xquad en->en": (".964", ".929", "-"),
    "xquad hi->hi": (".943", ".897", "-"),
    "xquad en->hi": (".130", "-", "-"),
    "xquad hi->en": (".121", "-", "-"),
    "aws-docs-qa": (".803", ".67", ".93"),
}


async def main(data: Path | None, folder: Path) -> None:
    embedder = CachedEmbedder(E5Embedder(PROJECT / "var" / "models" / "e5-small"))
    lines = [
        "# Retrieval",
        "",
        f"Embedding model {embedder.version}; made by `python -m bench.retrieval{' DATA' if data else ''}` (DATA: a folder with the sets).",
    ]
    if data:
        lines += await _public(data, folder, embedder)
    lines += await _own(folder, embedder)
    Path(__file__).with_suffix(".md").write_text("\n".join([*lines, *DECISIONS]) + "\n", "utf-8")


async def _public(data: Path, folder: Path, embedder: Embedder) -> list[str]:
    lines = [
        "",
        "## Public sets",
        "",
        "nDCG@10, recall@1 and recall@10 of each half of the search alone and of both; `BM25` is plain BM25 over whole documents, the floor.",
        "",
        "| set | BM25 | keyword | dense | hybrid | hybrid p50 / p95 ms |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, corpus, queries, qrels in _sets(data, folder):
        figures = {
            mode: await evaluate(corpus, queries, qrels, folder=folder, embedder=embedder, mode=mode) for mode in MODES
        }
        cells = [" / ".join(FLOORS[name])]
        cells += [_cell(figures[mode]) for mode in ("keyword", "dense", "hybrid")]
        latency = figures["hybrid"]["latency_ms"]
        lines.append(f"| {name} | {' | '.join(cells)} | {latency['p50']:.0f} / {latency['p95']:.0f} |")
        print(lines[-1], file=sys.stderr)
    return lines


def _sets(data: Path, folder: Path) -> Iterator[tuple[str, Path, Path, Path]]:
    xquad = data / "xquad-en-hi"
    if xquad.is_dir():
        for asked, found in (("en", "en"), ("hi", "hi"), ("en", "hi"), ("hi", "en")):
            queries, corpus = xquad / f"queries.{asked}.jsonl.gz", xquad / f"corpus.{found}.jsonl.gz"
            yield f"xquad {asked}->{found}", corpus, queries, xquad / "qrels.tsv"
    if (data / "aws-docs-qa").is_dir():
        converted = folder / "aws"
        convert(data / "aws-docs-qa", converted)
        yield "aws-docs-qa", converted / "corpus.jsonl.gz", converted / "queries.jsonl", converted / "qrels.tsv"


def _cell(figures: dict[str, Any]) -> str:
    return " / ".join(f"{figures[key]:.3f}".lstrip("0") for key in ("ndcg@10", "recall@1", "recall@10"))


async def _own(folder: Path, embedder: Embedder) -> list[str]:
    """Questions on `knowledge/`: a search is right at k when one of its best k documents is a gold one."""
    index = SqliteIndex(folder / "knowledge.sqlite")
    lines = [
        "",
        "## The project's own questions",
        "",
        "`bench/questions/` on `knowledge/`, one passage per document: the share of questions with a gold document among the first 1, 5, 10; MRR@10.",
        "",
        "| language | questions | keyword | dense | hybrid |",
        "| --- | --- | --- | --- | --- |",
    ]
    try:
        ingest = Ingest(index, embedder, roots=[PROJECT / "knowledge"])
        files = tqdm(total=ingest.files([PROJECT / "knowledge"]), desc="ingesting", unit="file")
        async for _ in ingest.ingest([PROJECT / "knowledge"], "demo"):
            files.update()
        files.close()
        search = Search(index, embedder, per_document=1)
        for language in LANGUAGES:
            questions = [asked for asked in read_questions() if asked.language == language and asked.answerable]
            cells = []
            for mode in ("keyword", "dense", "hybrid"):
                ranks = []
                for asked in questions:
                    result = await search.search("demo", asked.text, mode=mode, k=10, language=language)
                    golds = (rank for rank, hit in enumerate(result.hits, 1) if asked.is_gold(hit.chunk.document))
                    ranks.append(next(golds, 99))
                shares = [statistics.fmean(rank <= depth for rank in ranks) for depth in (1, 5, 10)]
                shares.append(statistics.fmean(1 / rank if rank <= 10 else 0.0 for rank in ranks))
                cells.append(" / ".join(f"{share:.3f}".lstrip("0") for share in shares))
            lines.append(f"| {language} | {len(questions)} | {' | '.join(cells)} |")
    finally:
        await index.close()
    return lines


DECISIONS = (Path(__file__).with_name("retrieval-decisions.md")).read_text("utf-8").splitlines()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--folder", type=Path, default=PROJECT / "var" / "bench")
    options = parser.parse_args()
    asyncio.run(main(options.data, options.folder))
