"""Measure search on the project's questions and, where they are, on public sets; the search part of `make eval`.

python -m bench.search_quality [DATA] [--check]

DATA is the folder of the public sets (xquad-en-hi, aws-docs-qa). --check exits with 1 when a figure is more than .01 below the
committed ones (bench/search_quality.json); without it, these are written anew. The indexes are kept in var/bench: embedding
aws-docs-qa takes a quarter of an hour on two cores, once.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.search_sets import own_figures, own_search, public_sets
from retrieval.e5 import E5Embedder
from retrieval.embed import CachedEmbedder
from retrieval.evaluate import evaluate
from runtime.settings import PROJECT

TOLERANCE = 0.01
QUALITY = ("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10")
COMMITTED = Path(__file__).with_suffix(".json")
Figures = Mapping[str, Mapping[str, Any]]  # by set


async def measure(data: Path | None, folder: Path) -> Figures:
    """The default search, hybrid, on every set that is there."""
    embedder = CachedEmbedder(E5Embedder(PROJECT / "var" / "models" / "e5-small"))
    async with own_search(folder, embedder) as search:
        measured = {f"own {language}": of for language, of in (await own_figures(search, "hybrid")).items()}
    for public in public_sets(data, folder) if data else ():
        measured[public.name] = await evaluate(
            public.corpus, public.queries, public.qrels, folder=folder, embedder=embedder
        )
    return measured


def fallen(measured: Figures, committed: Figures) -> list[str]:
    """What is worse than committed, in words; a set that isn't there now is nothing to complain about."""
    return [
        f"{name}: {figure} fell from {before[figure]:.3f} to {measured[name][figure]:.3f}"
        for name, before in committed.items()
        for figure in QUALITY
        if name in measured and measured[name][figure] < before[figure] - TOLERANCE
    ]


def table(measured: Figures) -> str:
    lines = [f"| search | questions | {' | '.join(QUALITY)} | p50 ms | p95 ms |", "| --- " * 9 + "|"]
    for name, of in measured.items():
        latency = of["latency_ms"]
        quality = " | ".join(f"{of[figure]:.3f}" for figure in QUALITY)
        lines.append(f"| {name} | {of['queries']} | {quality} | {latency['p50']:.0f} | {latency['p95']:.0f} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--folder", type=Path, default=PROJECT / "var" / "bench")
    options = parser.parse_args()
    if options.data and not options.data.is_dir():
        parser.error(f"{options.data} is no folder")
    measured = asyncio.run(measure(options.data, options.folder))
    print(table(measured))
    committed: Figures = json.loads(COMMITTED.read_text()) if COMMITTED.exists() else {}
    if not options.check:
        kept = {name: {figure: of[figure] for figure in QUALITY} for name, of in measured.items()}
        COMMITTED.write_text(json.dumps({**committed, **kept}, indent=2) + "\n")
        return 0
    worse = fallen(measured, committed)
    skipped = [name for name in committed if name not in measured]
    if skipped:
        print(f"SKIPPED, for their folder wasn't named: {', '.join(skipped)}.", file=sys.stderr)
    print("\n".join(worse) or "No figure of the search fell.", file=sys.stderr)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
