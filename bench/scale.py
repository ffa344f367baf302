"""How the two indexes bear many passages: time of a search, room on disk, start. Writes bench/scale.md.

python -m bench.scale DATA [--chunks 100000] [--elasticsearch URL --elasticsearch-chunks 200000]

The passages are those of aws-docs-qa, which `python -m bench.retrieval DATA` has embedded into var/bench before; the rest is made of
them (`bench/scale_corpus.py`). Figures of a side that isn't run again are those of its last run (bench/scale.json).
"""

import argparse
import asyncio
import gzip
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bench.aws_docs import convert
from bench.scale_corpus import corpus, real
from retrieval.e5 import E5Embedder
from retrieval.elasticsearch import ElasticsearchIndex
from retrieval.evaluate import _name
from retrieval.hits import Mode
from retrieval.index import Filters, KnowledgeIndex
from retrieval.search import Patience, Search
from retrieval.sqlite import SqliteIndex
from runtime.settings import PROJECT

TENANT = "scale"
FIGURES = Path(__file__).with_suffix(".json")
PAGE = Path(__file__).with_suffix(".md")
WARM_UP = 50
ASKED = 300
RUNS: dict[str, tuple[Mode, Filters | None]] = {
    "hybrid": ("hybrid", None),
    "hybrid, filtered": ("hybrid", Filters(languages=("en",), on="2026-01-01")),
    "keyword": ("keyword", None),
    "dense": ("dense", None),
}


def questions(data: Path) -> list[str]:
    """Customers' questions on the passages, and others that only share words with them; no two alike."""
    aws = [json.loads(line)["question"] for line in (data / "aws-docs-qa" / "questions.jsonl").read_text().splitlines()]
    with gzip.open(data / "xquad-en-hi" / "queries.en.jsonl.gz", "rt", encoding="utf-8") as file:
        others = [json.loads(line)["text"] for line in file]
    mixed = [text for pair in zip(aws, others[::5], strict=False) for text in pair]
    return list(dict.fromkeys([*mixed, *others[1::5]]))[: WARM_UP + ASKED]


async def asked(index: KnowledgeIndex, texts: Sequence[str]) -> dict[str, Any]:
    """Milliseconds by the clock and of processor time, after a warm-up."""
    found: dict[str, Any] = {}
    for name, (mode, filters) in RUNS.items():
        search = Search(index, E5Embedder(PROJECT / "var/models/e5-small", threads=1), patience=Patience(600, 600, 600))
        clock, cpu = [], []
        for number, text in enumerate(texts):
            began, spent = time.perf_counter(), time.process_time()
            result = await search.search(TENANT, text, mode=mode, filters=filters)
            if number >= WARM_UP:
                clock.append((time.perf_counter() - began) * 1000)
                cpu.append((time.process_time() - spent) * 1000)
            if result.degraded or (mode != "keyword" and not result.hits):
                raise SystemExit(f"{text}: {len(result.hits)} hits, {result.degraded}")
        await search.close()
        found[name] = {
            "p50": _at(clock, 0.5),
            "p95": _at(clock, 0.95),
            "cpu p50": _at(cpu, 0.5),
            "cpu p95": _at(cpu, 0.95),
        }
    return found


def embedded(source: Path, data: Path, folder: Path, count: int) -> dict[str, Any]:
    """The SQLite file: built, weighed, opened cold in a process of its own, then asked on one core."""
    path = folder / f"scale-{count}.sqlite"
    figures = _built_file(source, path, count)
    run = [sys.executable, "-m", "bench.scale", str(data), "--on", str(path)]
    cold, began_with = [], _spent_by_children()
    for _ in range(3):
        _out_of_cache(path)
        began = time.perf_counter()
        with subprocess.Popen([*run, "--first"], stdout=subprocess.PIPE, text=True, preexec_fn=_on_one_core) as process:
            assert process.stdout is not None
            process.stdout.readline()
            cold.append(time.perf_counter() - began)
    cold_cpu = (_spent_by_children() - began_with) / len(cold)
    printed = subprocess.run(run, check=True, capture_output=True, text=True, preexec_fn=_on_one_core).stdout
    return {
        **figures,
        "cold start": round(statistics.median(cold), 2),
        "cold start cpu": round(cold_cpu, 2),
        "load": os.getloadavg()[0],
        **json.loads(printed),
    }


async def elastic(url: str, source: Path, data: Path, count: int, seconds: int | None) -> dict[str, Any]:
    """Elasticsearch: built as an ingest does it, a document at a time, then asked; `seconds` is how long that took when it is there already."""
    index = ElasticsearchIndex(url, prefix="bench")
    chunks, vectors = await real(source, _version())
    began, text_bytes = time.monotonic(), 0
    there = (await index.stats(TENANT)).chunks
    for document, some, rows in tqdm(corpus(chunks, vectors, TENANT, count), desc="Elasticsearch", total=count // 40):
        text_bytes += sum(len(chunk.passage.encode()) for chunk in some)
        if there < count:
            await index.put(document, some, {_version(): rows})
    built = time.monotonic() - began
    stats = await index.stats(TENANT)
    figures: dict[str, Any] = {"chunks": stats.chunks, "seconds to build": round(built) if there < count else seconds}
    figures |= {"text": text_bytes, "disk": stats.bytes, "load": os.getloadavg()[0]}
    latencies = await asked(index, questions(data))
    await index.close()
    return {**figures, "searches": latencies}


def _built_file(source: Path, path: Path, count: int) -> dict[str, Any]:
    known = path.with_suffix(".json")
    if known.exists():
        figures: dict[str, Any] = json.loads(known.read_text())
        return figures

    async def build() -> dict[str, Any]:
        chunks, vectors = await real(source, _version())
        index = SqliteIndex(path)
        began, text_bytes = time.monotonic(), 0
        for document, some, rows in tqdm(corpus(chunks, vectors, TENANT, count), desc="SQLite", total=count // 40):
            text_bytes += sum(len(chunk.passage.encode()) for chunk in some)
            await index.put(document, some, {_version(): rows})
        built = time.monotonic() - began
        found = (await index.stats(TENANT)).chunks
        await index.close()
        return {"chunks": found, "seconds to build": round(built), "text": text_bytes}

    figures = {**asyncio.run(build()), "disk": path.stat().st_size}
    known.write_text(json.dumps(figures))
    return figures


async def _on(path: Path, data: Path, first: bool) -> None:
    """In a process of its own, on one core: the first search only, or all of them."""
    index = SqliteIndex(path)
    if first:
        search = Search(index, E5Embedder(PROJECT / "var/models/e5-small", threads=1))
        result = await search.search(TENANT, "How do I rotate the credentials of a database instance?")
        print(result.hits[0].chunk.id if result.degraded is None else result.degraded, flush=True)
        await search.close()
    else:
        print(json.dumps({"searches": await asked(index, questions(data))}))
    await index.close()


def _on_one_core() -> None:
    """Before the process begins: a thread that numpy starts keeps the cores that it found."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _spent_by_children() -> float:
    """Seconds of processor time of the processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _out_of_cache(path: Path) -> None:
    """The file is read from disk again."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _version() -> str:
    return E5Embedder(PROJECT / "var/models/e5-small").version


def _at(times: list[float], share: float) -> float:
    return round(sorted(times)[min(len(times) - 1, int(share * len(times)))], 1)


def page(figures: dict[str, Any]) -> str:
    lines = [HEAD]
    for side, of in figures.items():
        single, half = of["chunks"] * 384 * 4, of["chunks"] * 384 * 2
        lines += [
            f"## {side}: {of['chunks']:,} passages",
            "",
            f"- on disk {of['disk'] / 1e6:,.0f} MB; text {of['text'] / 1e6:,.0f} MB, vectors {single / 1e6:,.0f} MB in single precision and "
            f"{half / 1e6:,.0f} MB in half: {of['disk'] / (of['text'] + single):.2f} times text and vectors in single precision, "
            f"{of['disk'] / (of['text'] + half):.2f} times in half",
        ]
        if of.get("cold start"):
            lines.append(
                f"- cold start {of['cold start']:.1f} s: a new process, the file not in the page cache, to the first answer "
                f"({of.get('cold start cpu', 0):.1f} s of processor time until it has ended)"
            )
        if of.get("seconds to build"):
            lines.append(f"- put in within {of['seconds to build']:,} s, a document at a time, embedding not counted")
        lines += [
            f"- load average of the machine's two cores {of['load']:.1f}",
            "",
            "| search | p50 ms | p95 ms | processor p50 ms | processor p95 ms |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]
        for name, run in of["searches"].items():
            lines.append(f"| {name} | {run['p50']} | {run['p95']} | {run['cpu p50']} | {run['cpu p95']} |")
        lines.append("")
    return "\n".join(lines)


HEAD = """# Many passages

`python -m bench.scale DATA --elasticsearch URL`. Passages of aws-docs-qa (real text, real vectors); beyond these, halves of two passages put
together, with the mean of both vectors and some noise; documents of 40 passages. 300 different questions after 50 to warm up, one after the other;
no result and no question's vector is remembered. Milliseconds of a whole search, the model's part included. "Processor" is this process's own
time: what other programs on the machine take doesn't show in it, nor what Elasticsearch does. The embedded index is asked on one core.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--chunks", type=int, default=100_000, help="in the embedded index; 0 leaves it out")
    parser.add_argument("--elasticsearch", help="its URL")
    parser.add_argument("--elasticsearch-chunks", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, default=PROJECT / "var" / "bench")
    parser.add_argument("--on", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--first", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.on:
        asyncio.run(_on(options.on, options.data, options.first))
        return
    convert(options.data / "aws-docs-qa", options.folder / "aws")
    source = options.folder / _name(options.folder / "aws" / "corpus.jsonl.gz", "hybrid")
    if not source.exists():
        raise SystemExit("Run `python -m bench.retrieval DATA` first: it embeds the passages.")
    figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    if options.chunks:
        figures["The embedded index"] = embedded(source, options.data, options.folder, options.chunks)
    if options.elasticsearch:
        before = figures.get("Elasticsearch", {}).get("seconds to build")
        run = elastic(options.elasticsearch, source, options.data, options.elasticsearch_chunks, before)
        figures["Elasticsearch"] = asyncio.run(run)
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n")
    PAGE.write_text(page(figures), "utf-8")
    print(page(figures))


if __name__ == "__main__":
    main()
