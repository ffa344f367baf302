"""Measure answers on the project's question set: quoted, written by a scripted model, and by a real one when one is configured.

python -m bench.answers [--check]

--check exits with 1 when a figure is more than .01 worse than the committed one (bench/answers.json); without it, the pages
are written anew. The real model's figures are printed and never compared: they differ from run to run.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path

from tqdm import tqdm

from answering.answerer import Answerer
from answering.chain import Link, ModelChain
from answering.openai_compatible import ModelEntry, OpenAICompatibleModel
from answering.question import Question
from answering.similarity import Similarity
from bench.answer_figures import Outcome, figures
from bench.questions_file import read_questions
from bench.scripted_model import NAME, ScriptedModel
from commands.output import chosen_tenant
from protocol.languages import LANGUAGES, identify
from protocol.tenants import Tenant
from runtime import settings
from runtime.wiring import Knowledge, model_chain, open_knowledge

HERE = Path(__file__).parent
TOLERANCE = 0.01
COLUMNS = (
    "questions", "answered", "refused", "citation precision", "citation recall", "wrong citations", "token F1", "gold phrase",
    "language", "hallucinated", "usd per 1000", "ms p50", "ms p95",
)  # fmt: skip
LESS_IS_BETTER = ("wrong citations", "hallucinated")
COMPARED = (*COLUMNS[1:9], "hallucinated")
Measured = dict[str, dict[str, float]]  # by language and over all


async def measure() -> dict[str, Measured]:
    """Figures by mode."""
    chosen = settings.read()
    tenant = chosen_tenant(chosen, None)
    knowledge = open_knowledge(chosen)
    if not (await knowledge.index.stats(tenant.id)).documents:
        raise SystemExit(f"There are no documents of {tenant.id}: run `bin/sahayak ingest knowledge`.")
    scripted = ScriptedModel()
    entry = ModelEntry(
        name=NAME, base_url=scripted.server.base_url, model=NAME, price_in=0.15, price_out=0.60, timeout=20.0
    )
    chains: dict[str, ModelChain | None] = {
        "extractive": None,
        "scripted model": ModelChain([Link(OpenAICompatibleModel(entry))]),
        "configured model": model_chain(chosen),
    }

    def lie(question: str) -> str:
        return scripted.written[question].lie if question in scripted.written else ""

    measured = {}
    for mode, chain in chains.items():
        if chain is not None or mode == "extractive":
            scripted.written.clear()
            measured[mode] = await _measure(knowledge, tenant, chain, lie, mode)
    scripted.close()
    await knowledge.close()
    return measured


async def _measure(
    knowledge: Knowledge, tenant: Tenant, chain: ModelChain | None, lie: Callable[[str], str], mode: str
) -> Measured:
    patient = Similarity(knowledge.embedder, seconds=10)  # or a busy machine would be measured
    answerer = Answerer(knowledge.search, knowledge.index, chain, records=None, similarity=patient)
    outcomes = []
    for asked in tqdm(read_questions(), desc=mode, unit="question"):
        answer = await answerer.answer(Question(tenant=tenant, text=asked.text, language=asked.language))
        lines = answer.text.split("\n\n")
        frame = "" if answer.draft.model != "extractive" or answer.refused else lines[0]
        outcomes.append(Outcome(asked, answer, identify(asked.text, tenant.language), frame, lie(asked.text)))
    await answerer.close()
    rows: dict[str, list[Outcome]] = {
        language: [row for row in outcomes if row.asked.language == language] for language in LANGUAGES
    }
    return {name: figures(of) for name, of in {**rows, "all": outcomes}.items()}


def table(measured: Measured) -> str:
    """One mode's table of bench/answers.md."""
    lines = [f"| | {' | '.join(COLUMNS)} |", "| --- " * (len(COLUMNS) + 1) + "|"]
    for name, of in measured.items():
        lines.append(f"| {name} | {' | '.join(_cell(column, of[column]) for column in COLUMNS)} |")
    return "\n".join(lines)


def _cell(column: str, value: float) -> str:
    return f"{value:.0f}" if column == "questions" or column.startswith("ms") else f"{value:.3f}"


def fallen(measured: dict[str, Measured], committed: dict[str, dict[str, float]]) -> list[str]:
    """What is worse than it was, one line each."""
    worse = []
    for mode, before in committed.items():
        for figure, value in before.items():
            now = measured[mode]["all"][figure]
            loss = now - value if figure in LESS_IS_BETTER else value - now
            if loss > TOLERANCE:
                worse.append(f"{mode}: {figure} went from {value:.3f} to {now:.3f}")
    return worse


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    measured = asyncio.run(measure())
    page = "\n\n".join(f"## {mode.capitalize()}\n\n{table(of)}" for mode, of in measured.items())
    print(page)
    committed = HERE / "answers.json"
    if not check:
        measured.pop("configured model", None)
        kept = {mode: {name: round(of["all"][name], 4) for name in COMPARED} for mode, of in measured.items()}
        committed.write_text(json.dumps(kept, indent=2) + "\n")
        (HERE / "answers.md").write_text(f"{INTRODUCTION}\n{page}\n", "utf-8")
        return 0
    worse = fallen(measured, json.loads(committed.read_text()))
    print("\n".join(worse) or "No figure fell.", file=sys.stderr)
    return 1 if worse else 0


INTRODUCTION = """# Answers

On the project's own questions (`bench/questions/`): `python -m bench.answers`; `make eval` fails when a figure is more than .01 worse.

- *answered*, *refused*: of the answerable and of the unanswerable questions.
- *citation precision*: of the pages cited, those that answer the question by the set; *citation recall*: of the answers, those that
  cite one. *wrong citations*: of the citations in the texts, those whose page doesn't say it: a figure or most words are missing there.
- *token F1*: SQuAD's, against a gold answer of one sentence (a quoted passage is longer); *gold phrase*: of the answers, those that hold
  the phrase that tells.
- *language*: the question's language is recognised, and what the assistant says in its own words is in it.
- *hallucinated*: the scripted model (bench/scripted_model.py) lies in every third answer, in nine ways; of its lies, those that a
  customer got to read.
- *usd per 1000*: by the scripted model's price; *ms*: all but the model's own time is part of it.
"""


if __name__ == "__main__":
    sys.exit(main())
