"""Measure which questions may go to the small model: `python -m bench.routing` writes bench/routing.md.

A question is simple when its first passage holds the answer: then there is nothing to choose and nothing to put together, which is
what small models are bad at. What is known before a model is asked is the search's confidence; the table says how often a question with
at least so much of it is simple.
"""

import asyncio
from pathlib import Path

from tqdm import tqdm

from answering.answerer import PASSAGES, READABLE
from answering.confidence import answerable, confidence
from answering.routing import SIMPLE
from bench.questions_file import read_questions
from retrieval.index import Filters
from runtime import settings
from runtime.wiring import open_knowledge

REPORT = Path(__file__).with_suffix(".md")
THRESHOLDS = (0.0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98)
WANTED = 0.94  # of the questions that go to the small model: simple


async def measure() -> list[tuple[float, bool, bool]]:
    """Confidence; whether the first passage is of a right document; whether one of those that a model is shown is."""
    knowledge = open_knowledge(settings.read())
    rows = []
    for asked in tqdm([one for one in read_questions() if one.answerable], desc="searching", unit="question"):
        filters = Filters(languages=READABLE[asked.language])
        found = await knowledge.search.search("demo", asked.text, k=PASSAGES, language=asked.language, filters=filters)
        if answerable(found):
            right = [asked.is_gold(hit.chunk.document) for hit in found.hits]
            rows.append((confidence(found), right[0], any(right)))
    await knowledge.close()
    return rows


def main() -> None:
    rows = asyncio.run(measure())
    lines = [
        "# Which questions go to the small model",
        "",
        f"`python -m bench.routing`: the {len(rows)} answerable questions of the project's set that are answered. Small from a confidence of:",
        "",
        "| confidence at least | share of questions | first passage right | of the others: first passage right | of the others: a shown one is |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for threshold in THRESHOLDS:
        small = [row for row in rows if row[0] >= threshold]
        large = [row for row in rows if row[0] < threshold]
        name = f"{threshold:.2f}{' (ours)' if threshold == SIMPLE else ''}"
        lines.append(
            f"| {name} | {len(small) / len(rows):.0%} | {_share(small, 1)} | {_share(large, 1)} | {_share(large, 2)} |"
        )
    lines += [
        "",
        f"The rule: small from the lowest confidence at which {WANTED:.0%} of the questions are simple. Without a real model, it is the",
        "search that is measured here, not what two models make of it; `make eval` with a real chain tells that.",
        "",
    ]
    print("\n".join(lines))
    REPORT.write_text("\n".join(lines), "utf-8")


def _share(rows: list[tuple[float, bool, bool]], of: int) -> str:
    return f"{sum(bool(row[of]) for row in rows) / len(rows):.3f}" if rows else "-"


if __name__ == "__main__":
    main()
