"""Measure answers on the project's question set, as customers get them without a language model.

python -m bench.answers [--check]

--check exits with 1 when a figure is more than .01 below the committed ones (bench/answers.json).
"""

import argparse
import asyncio
import json
import re
import statistics
import sys
from pathlib import Path

from tqdm import tqdm

from answering.answerer import Answerer
from answering.question import Answer, Question
from bench.questions_file import Asked, read_questions
from commands.output import chosen_tenant
from protocol.languages import LANGUAGES, identify
from runtime import settings
from runtime.wiring import model_chain, open_knowledge

HERE = Path(__file__).parent
TOLERANCE = 0.01
FIGURES = ("answered", "refused", "right document", "passage quoted", "language")


async def measure() -> dict[str, dict[str, float]]:
    """Figures by language, and over all."""
    chosen = settings.read()
    tenant = chosen_tenant(chosen, None)
    knowledge = open_knowledge(chosen)
    answerer = Answerer(knowledge.search, knowledge.index, model_chain(chosen), records=None)
    outcomes = []
    for asked in tqdm(read_questions(), desc="asking", unit="question"):
        question = Question(tenant=tenant, text=asked.text, language=asked.language)
        outcomes.append((asked, await answerer.answer(question), identify(asked.text, tenant.language)))
    await answerer.close()
    await knowledge.close()
    rows = {language: [row for row in outcomes if row[0].language == language] for language in LANGUAGES}
    return {name: figures(of) for name, of in {**rows, "all": outcomes}.items()}


def figures(outcomes: list[tuple[Asked, Answer, str]]) -> dict[str, float]:
    """answered/refused: of the answerable/unanswerable questions; the rest: of the answered answerable ones."""
    answerable = [row for row in outcomes if row[0].answerable]
    answered = [row for row in answerable if not row[1].refused]
    unanswerable = [row for row in outcomes if not row[0].answerable]
    times = sorted(sum(ms for stage, ms in answer.stages_ms.items() if "_" not in stage) for _, answer, _ in outcomes)
    return {
        "questions": len(outcomes),
        "answered": len(answered) / len(answerable),
        "refused": sum(answer.refused for _, answer, _ in unanswerable) / len(unanswerable),
        "right document": sum(_is_right(asked, answer) for asked, answer, _ in answered) / len(answered),
        "passage quoted": sum(_holds(answer.text, asked.passage) for asked, answer, _ in answered) / len(answered),
        "language": sum(identified == asked.language for asked, _, identified in outcomes) / len(outcomes),
        "ms p50": statistics.median(times),
        "ms p95": times[int(len(times) * 0.95)],
    }


def _is_right(asked: Asked, answer: Answer) -> bool:
    return any(asked.is_gold(source.id.rsplit(":", 1)[0]) for source in answer.sources)


def _holds(answer: str, passage: str) -> bool:
    """The figures and most words of the gold phrase stand in the answer; its own language may differ from the gold's."""
    words = re.findall(r"[\w\u0900-\u097f]+", passage.lower())
    said = set(re.findall(r"[\w\u0900-\u097f]+", answer.lower()))
    return bool(words) and sum(word in said for word in words) / len(words) >= 0.7


def table(measured: dict[str, dict[str, float]]) -> str:
    """The table of bench/answers.md."""
    columns = "questions, answerable: answered, unanswerable: refused, right document, gold phrase quoted, language identified"
    head = "| | " + f"{columns}, p50 ms, p95 ms".replace(", ", " | ") + " |"
    lines = [head, "| --- " * 9 + "|"]
    for name, of in measured.items():
        shares = " | ".join(f"{of[figure]:.3f}" for figure in FIGURES)
        lines.append(f"| {name} | {of['questions']:.0f} | {shares} | {of['ms p50']:.0f} | {of['ms p95']:.0f} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    measured = asyncio.run(measure())
    print(table(measured))
    committed = HERE / "answers.json"
    if not check:
        committed.write_text(
            json.dumps({figure: round(measured["all"][figure], 4) for figure in FIGURES}, indent=2) + "\n"
        )
        page = "# Answers\n\nWithout a language model, on the project's own questions (`bench/questions/`): `python -m bench.answers`.\n\n"
        (HERE / "answers.md").write_text(f"{page}{table(measured)}\n", "utf-8")
        return 0
    worse = [
        f"{figure} fell from {before:.3f} to {measured['all'][figure]:.3f}"
        for figure, before in json.loads(committed.read_text()).items()
        if measured["all"][figure] < before - TOLERANCE
    ]
    print("\n".join(worse) or "No figure fell.", file=sys.stderr)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
