"""What everything but the model costs: `python -m bench.overhead` writes bench/overhead.md.

The product's own processes with the demo company's documents; the model is a scripted server in this process, so that one clock
tells when a piece left the model and when it reached the customer's socket.
"""

import argparse
import asyncio
import json
import os
import random
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.faults import ask
from bench.questions_file import read_questions
from runtime import settings
from tests.fakes.openai_server import OpenAIServer
from tests.live.with_models import assistant_with_models

REPORT = Path(__file__).with_suffix(".md")
LIMIT_TURN, LIMIT_PIECE = 100, 50  # ms, p95 and each
BETWEEN = 0.01  # seconds between two pieces of the model
WARM_UP = 10
STAGES = ("cache", "search", "check", "search_embed", "search_keyword", "search_dense", "search_passages")


def cites_the_first_document(request: dict[str, Any]) -> str:
    """A true answer to anything: the first document's opening sentences, each with its citation."""
    document = re.search(
        r'<document number="1"[^>]*>\n(.*?)\n</document>', request["messages"][1]["content"], re.DOTALL
    )
    assert document
    plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", document[1])
    plain = re.sub(r"[*_`#|]|^\s*(?:[-+]|\d+[.)])\s", "", plain, flags=re.MULTILINE)
    lines = [one.strip(" .!?।:") for one in re.split(r"(?<=[.!?।])\s+|\n", plain) if len(one.split()) > 3]
    return " ".join(f"{line} [1]." for line in (lines or [plain])[:3])


async def measure(
    url: str, llm: OpenAIServer, questions: Sequence[str]
) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds: of each turn without its model, and from the model to the socket of each first word and first sentence."""
    turns: list[float] = []
    words: list[float] = []
    pieces: list[float] = []
    for number, text in enumerate(questions):
        began: list[float] = []

        def write(request: dict[str, Any], began: list[float] = began) -> str:
            began.append(time.perf_counter())
            return cites_the_first_document(request)

        model = llm.model("first", write=write, between=BETWEEN)
        seen = await ask(url, text, f"o{number}")
        if number < WARM_UP or len(began) != 1:
            continue  # no model was asked: the documents don't tell
        turns.append((seen.seconds - (model.sent_at[-1] + BETWEEN - began[0])) * 1000)
        written = ["".join(model.sent[: place + 1]) for place in range(len(model.sent))]
        # a word is over with the blank behind it
        word = next((place for place, text in enumerate(written) if re.search(r"\S\s", text)), None)
        if seen.first_word is not None and word is not None:
            words.append((seen.asked_at + seen.first_word - model.sent_at[word]) * 1000)
        second = re.search(r"\[1\]\.\s+\S", "".join(model.sent))
        if seen.first_piece is not None and second and seen.pieces:
            # The first piece on the screen may be later than the first sentence, when a check took that out.
            whole = next(place for place, text in enumerate(written) if len(text) >= second.end())
            if seen.pieces[0].strip() == "".join(model.sent)[: second.end() - 2].strip():
                pieces.append((seen.asked_at + seen.first_piece - model.sent_at[whole]) * 1000)
    return turns, words, pieces


def stages(database: Path) -> dict[str, tuple[float, float]]:
    """Median and p95 in milliseconds, of the records of answers that a model wrote."""
    with sqlite3.connect(database) as connection:
        rows = [json.loads(row) for [row] in connection.execute("SELECT stages_ms FROM answers WHERE model = 'first'")]
    times = {stage: [row[stage] for row in rows if stage in row] for stage in STAGES}
    return {stage: (statistics.median(of), p95(of)) for stage, of in times.items() if len(of) > 1}


def p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=150)
    options = parser.parse_args()
    texts = [asked.text for asked in read_questions() if asked.answerable]
    random.Random(0).shuffle(texts)
    llm = OpenAIServer()
    knowledge = settings.read().var_folder / "knowledge.db"
    models = [{"name": "first", "patience": 10}]
    with tempfile.TemporaryDirectory() as folder:
        with assistant_with_models(Path(folder), llm, models, knowledge=knowledge) as url:
            turns, words, pieces = asyncio.run(measure(url, llm, texts[: options.questions + WARM_UP]))
        by_stage = stages(Path(folder) / "var" / "app.db")
    llm.close()
    lines = [
        "# What everything but the model costs",
        "",
        f"`python -m bench.overhead`: {len(turns)} questions of the project's set, each asked once over the widget's socket,",
        f"on {os.cpu_count()} cores, with the scripted model and the customer on the same machine (load {os.getloadavg()[0]:.1f}, so other work",
        "may have been measured as well). A turn is the time from the message to the final answer, less the time in which the",
        "model wrote; a word or sentence, from the moment its last character left the model to the customer's socket.",
        "",
        "| | median | p95 | slowest | limit |",
        "| --- | ---: | ---: | ---: | ---: |",
        f"| a turn without its model | {_row(turns)} | p95 {LIMIT_TURN} ms |",
        f"| the first word, from the model to the socket ({len(words)}) | {_row(words)} | {LIMIT_PIECE} ms |",
        f"| the first sentence, from the model to the socket, checks included ({len(pieces)}) | {_row(pieces)} | {LIMIT_PIECE} ms |",
        "",
        "Of the turn, in the action server:",
        "",
        "| stage | median | p95 |",
        "| --- | ---: | ---: |",
        *(f"| {stage} | {median:.1f} ms | {late:.1f} ms |" for stage, (median, late) in by_stage.items()),
        "",
    ]
    print("\n".join(lines))
    REPORT.write_text("\n".join(lines), "utf-8")


def _row(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.0f} ms | {p95(times):.0f} ms | {max(times):.0f} ms"


if __name__ == "__main__":
    main()
