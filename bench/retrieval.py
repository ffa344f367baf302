"""Retrieval quality, by the search that customers get: public sets when their folder is named, and the project's own questions always.

python -m bench.retrieval [DATA] [--folder var/bench]

DATA holds xquad-en-hi (BEIR files) and aws-docs-qa (docs.jsonl.gz, questions.jsonl). Indexes are kept in the folder: embedding the 2,809
pages of aws-docs-qa takes half an hour on two cores, once.
"""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any, get_args

from bench.search_sets import own_figures, own_search, public_sets
from retrieval.e5 import E5Embedder
from retrieval.embed import CachedEmbedder, Embedder
from retrieval.evaluate import evaluate
from retrieval.hits import Mode

PROJECT = Path(__file__).parent.parent
OWN = ("recall@1", "recall@5", "recall@10", "mrr@10")
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
    for one in public_sets(data, folder):
        figures = {
            mode: await evaluate(one.corpus, one.queries, one.qrels, folder=folder, embedder=embedder, mode=mode)
            for mode in MODES
        }
        cells = [" / ".join(FLOORS.get(one.name, ("-",)))]
        cells += [_cell(figures[mode]) for mode in ("keyword", "dense", "hybrid")]
        latency = figures["hybrid"]["latency_ms"]
        lines.append(f"| {one.name} | {' | '.join(cells)} | {latency['p50']:.0f} / {latency['p95']:.0f} |")
        print(lines[-1], file=sys.stderr)
    return lines


def _cell(figures: dict[str, Any]) -> str:
    return " / ".join(f"{figures[key]:.3f}".lstrip("0") for key in ("ndcg@10", "recall@1", "recall@10"))


async def _own(folder: Path, embedder: Embedder) -> list[str]:
    lines = [
        "",
        "## The project's own questions",
        "",
        "`bench/questions/` on `knowledge/`, one passage per document: the share of questions with a gold document among the first 1, 5, 10; MRR@10.",
        "",
        "| language | questions | keyword | dense | hybrid |",
        "| --- | --- | --- | --- | --- |",
    ]
    async with own_search(folder, embedder) as search:
        figures = {mode: await own_figures(search, mode) for mode in MODES}
    for language, of in figures["hybrid"].items():
        runs = [figures[mode][language] for mode in ("keyword", "dense", "hybrid")]
        cells = [" / ".join(f"{run[key]:.3f}".lstrip("0") for key in OWN) for run in runs]
        lines.append(f"| {language} | {of['queries']} | {' | '.join(cells)} |")
    return lines


DECISIONS = (Path(__file__).with_name("retrieval-decisions.md")).read_text("utf-8").splitlines()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--folder", type=Path, default=PROJECT / "var" / "bench")
    options = parser.parse_args()
    asyncio.run(main(options.data, options.folder))
