"""Measure search on a corpus in BEIR's format."""

import argparse
from pathlib import Path

from commands.output import print_json
from protocol.errors import BadRequest
from retrieval.evaluate import evaluate
from runtime.settings import Settings
from runtime.wiring import embedding_model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("corpus", type=Path, metavar="CORPUS", help=".jsonl or .jsonl.gz with _id, title, text")
    parser.add_argument("queries", type=Path, metavar="QUERIES", help=".jsonl or .jsonl.gz with _id, text")
    parser.add_argument("qrels", type=Path, metavar="QRELS", help="TSV with a header: query, document, grade")
    parser.add_argument("--mode", choices=("hybrid", "keyword", "dense"), default="hybrid")


async def run(arguments: argparse.Namespace, settings: Settings) -> int:
    for path in (arguments.corpus, arguments.queries, arguments.qrels):
        if not path.is_file():
            raise BadRequest(f"{path} is no file.")
    figures = await evaluate(
        arguments.corpus,
        arguments.queries,
        arguments.qrels,
        folder=settings.var_folder / "evaluation",
        embedder=embedding_model(settings),
        mode=arguments.mode,
    )
    if arguments.json:
        print_json(figures)
        return 0
    for name in ("queries", "recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10"):
        print(f"{name:10} {figures[name]}")
    print("latency    p50 {p50} ms, p95 {p95} ms".format(**figures["latency_ms"]))
    return 0
