"""Chooses the NLU pipeline: `python -m bench.nlu DATA` in the Rasa half writes bench/nlu.md. DATA holds banking77 and hinglish-top.

Five-fold cross-validation on `data/nlu`, stratified by intent and language. Pipelines that train slowly are measured on the first
fold only, and say so.
"""

import argparse
import csv
import gzip
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rasa.shared.importers.utils import training_data_from_paths
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_yaml_file
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from bench.nlu_pipelines import Step, remember_vectors, train

REPORT = Path(__file__).with_suffix(".md")
LANGUAGES = ("en", "hi", "hinglish")
TOKENS = {"name": "WhitespaceTokenizer"}
VECTORS = {"name": "bot.sentences.SentenceVectors"}
WORDS = {"name": "CountVectorsFeaturizer", "token_pattern": r"(?u)\S+"}
CHARACTERS = {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}
LINEAR = "bot.intents.LinearIntents"
# name -> components up to the intent, whether all folds are run
PIPELINES: dict[str, tuple[list[Step], bool]] = {
    "chosen: words, characters, one spelling, e5": ([TOKENS, VECTORS, {"name": LINEAR}], True),
    "chosen without e5": ([TOKENS, {"name": LINEAR}], True),
    "chosen without one spelling": ([TOKENS, VECTORS, {"name": LINEAR, "one_spelling": False}], True),
    "chosen with C 5": ([TOKENS, VECTORS, {"name": LINEAR, "C": 5.0}], True),
    "chosen with characters 2-6": ([TOKENS, VECTORS, {"name": LINEAR, "characters": [2, 6]}], True),
    "Rasa: words, characters, LogisticRegressionClassifier": (
        [TOKENS, WORDS, CHARACTERS, {"name": "LogisticRegressionClassifier"}], False),
    "Rasa: words, characters, DIET (30 epochs, no entities)": (
        [TOKENS, WORDS, CHARACTERS, {"name": "DIETClassifier", "epochs": 30, "entity_recognition": False,
                                     "random_seed": 1, "constrain_similarities": True}], False),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--nlu", default="data/nlu")
    parser.add_argument("--only", default="", help="the pipelines whose name contains this")
    parser.add_argument("--errors", type=Path, help="write what the chosen pipeline gets wrong to this file")
    options = parser.parse_args()
    remember_vectors()
    data = training_data_from_paths([str(path) for path in sorted(Path(options.nlu).glob("*.yml"))], "en")
    pipelines = {name: value for name, value in PIPELINES.items() if options.only in name}
    lines = _own(data, pipelines, options.errors)
    lines += _public(options.data, pipelines)
    lines += _entities(data)
    if not options.only:
        REPORT.write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))


def _own(data: TrainingData, pipelines: dict[str, tuple[list[Step], bool]], errors: Path | None) -> list[str]:
    examples = [example for example in data.intent_examples if example.get(TEXT)]
    languages = np.array([_language(example) for example in examples])
    lines = [
        "# Intents and entities\n\nWritten by `python -m bench.nlu DATA` in the Rasa half.\n\n"
        f"## `data/nlu`: {len(examples):,} examples, {len({e.get(INTENT) for e in examples})} intents, 5-fold cross-validation\n\n"
        "F1 of intents, macro unless it says weighted. "
        "Training seconds are of one fold, without\nthe sentence vectors (each made once, 2 to 5 ms), on shared cores; "
        "parsing is one message with its vector.\n\n"
        "| pipeline | macro | weighted | en | hi | hinglish | train s | parse ms |\n| --- | --- | --- | --- | --- | --- | --- | --- |"
    ]
    for name, (steps, all_folds) in pipelines.items():
        truth, told, where, seconds, parse = _cross_validated(steps, data, examples, languages, all_folds)
        shown = [f1_score(truth, told, average=average) for average in ("macro", "weighted")]
        shown += [f1_score(truth[where == lang], told[where == lang], average="macro") for lang in LANGUAGES]
        label = name if all_folds else f"{name} (first fold)"
        lines.append(f"| {label} | {' | '.join(f'{score:.3f}' for score in shown)} | {seconds:.0f} | {parse:.1f} |")
        print(lines[-1], flush=True)
        if errors and name.startswith("chosen:"):
            _write_errors(errors, truth, told, where, examples)
    steps = PIPELINES["chosen: words, characters, one spelling, e5"][0]
    alone = []
    for language in LANGUAGES:
        part = [example for example, lang in zip(examples, languages, strict=True) if lang == language]
        truth, told, *_ = _cross_validated(steps, data, part, np.array([language] * len(part)), True)
        alone.append(f"{language} {f1_score(truth, told, average='macro'):.3f}")
    lines.append(f"\nThe chosen pipeline trained and tested on one language alone: {', '.join(alone)}.")
    return lines


def _cross_validated(
    steps: list[Step], data: TrainingData, examples: list[Message], languages: np.ndarray, all_folds: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float, float]:
    intents = np.array([example.get(INTENT) for example in examples])
    strata = np.char.add(np.char.add(intents, "/"), languages)
    told, seconds, parse, tested = np.full(len(examples), "", dtype=object), [], [], []
    for learned, held in StratifiedKFold(5, shuffle=True, random_state=1).split(intents, strata):
        trained = train(steps, data, [examples[index] for index in learned])
        seconds.append(trained.seconds)
        messages = trained.parse([examples[index].get(TEXT) for index in held])
        told[held] = [message.get(INTENT)["name"] for message in messages]
        parse.append(_milliseconds(trained, [examples[index].get(TEXT) for index in held[:60]]))
        tested.append(held)
        if not all_folds:
            break
    seen = np.concatenate(tested)
    return intents[seen], told[seen].astype(str), languages[seen], float(np.median(seconds)), float(np.median(parse))


def _milliseconds(trained: "object", texts: Sequence[str]) -> float:
    times = []
    for text in texts:
        started = time.perf_counter()
        trained.parse([f"{text} {len(times)}"])  # type: ignore[attr-defined]  # a text of its own, whose vector isn't remembered
        times.append((time.perf_counter() - started) * 1000)
    return float(np.median(times))


def _write_errors(path: Path, truth: np.ndarray, told: np.ndarray, where: np.ndarray, examples: list[Message]) -> None:
    pairs = Counter(f"{a} taken for {b}" for a, b in zip(truth, told, strict=True) if a != b)
    scores = {intent: f1_score(truth == intent, told == intent) for intent in sorted(set(truth))}
    rows = [f"{intent} {score:.3f}" for intent, score in scores.items()] + [
        f"{n} {pair}" for pair, n in pairs.most_common(60)
    ]
    path.write_text("\n".join(rows), "utf-8")


def _public(folder: Path, pipelines: dict[str, tuple[list[Step], bool]]) -> list[str]:
    lines = [
        "\n## Public data: accuracy\n\n| pipeline | banking77 test | hinglish-top en | hinglish-top Hinglish |\n| --- | --- | --- | --- |"
    ]
    banking = [_csv(folder / "banking77" / f"{part}.csv.gz", "text", "category") for part in ("train", "test")]
    sets = [banking] + [
        [_top(folder / "hinglish-top" / f"{part}.tsv.gz", query, parse) for part in ("train", "validation")]
        for query, parse in (("en_query", "en_parse"), ("cs_query", "cs_parse"))
    ]
    for name, (steps, all_folds) in pipelines.items():
        if not all_folds:
            continue
        shown = []
        for learn, test in sets:
            trained = train(steps, TrainingData(), [Message({TEXT: text, INTENT: intent}) for text, intent in learn])
            told = [message.get(INTENT)["name"] for message in trained.parse([text for text, _ in test])]
            shown.append(np.mean([a == b for a, (_, b) in zip(told, test, strict=True)]))
        lines.append(f"| {name} | {' | '.join(f'{score:.3f}' for score in shown)} |")
        print(lines[-1], flush=True)
    return lines


def _csv(path: Path, text: str, label: str) -> list[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [(row[text], row[label]) for row in csv.DictReader(lines)]


def _top(path: Path, query: str, parse: str) -> list[tuple[str, str]]:
    """The intent is the parse's outermost one."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row[query], row[parse].split(" ", 1)[0].removeprefix("[IN:")) for row in rows]


def _entities(data: TrainingData) -> list[str]:
    """Exact spans and types, over all folds, by which extractors run."""
    configured = read_yaml_file("config.yml")["pipeline"]
    names = [step["name"] for step in configured]
    from_here = configured[names.index("RegexFeaturizer") : names.index("EntitySynonymMapper")]
    choices = {
        "chosen: patterns and tables, then CRF": from_here,
        "patterns and tables": [step for step in from_here if step["name"] == "RegexEntityExtractor"],
        "CRF, which sees the patterns": [
            step for step in from_here if step["name"] in ("RegexFeaturizer", "CRFEntityExtractor")
        ],
    }
    lines = [
        "\n## Entities of `data/nlu`: 5-fold cross-validation, exact spans\n"
        "\n| extractors | precision | recall | F1 |\n| --- | --- | --- | --- |"
    ]
    by_type: dict[str, list[int]] = {}
    examples = [example for example in data.intent_examples if example.get(TEXT)]
    for name, steps in choices.items():
        counts = np.zeros(3, int)  # right, told, true
        for learned, held in StratifiedKFold(5, shuffle=True, random_state=1).split(
            examples, [e.get(INTENT) for e in examples]
        ):
            trained = train([TOKENS, *steps], data, [examples[index] for index in learned])
            for message, example in zip(
                trained.parse([examples[index].get(TEXT) for index in held]), (examples[i] for i in held), strict=True
            ):
                told, true = _spans(message), _spans(example)
                counts += [len(told & true), len(told), len(true)]
                if name.startswith("chosen"):
                    for kind in {span[2] for span in told | true}:
                        row = by_type.setdefault(kind, [0, 0, 0])
                        for index, spans in enumerate((told & true, told, true)):
                            row[index] += sum(span[2] == kind for span in spans)
        right, told_count, true_count = counts
        lines.append(
            f"| {name} | {right / told_count:.3f} | {right / true_count:.3f} | {2 * right / (told_count + true_count):.3f} |"
        )
    shown = ", ".join(f"{kind} {2 * row[0] / (row[1] + row[2]):.2f}" for kind, row in sorted(by_type.items()))
    return [*lines, f"\nF1 by type with the chosen ones: {shown}."]


def _spans(message: Message) -> set[tuple[int, int, str]]:
    return {(entity["start"], entity["end"], entity["entity"]) for entity in message.get(ENTITIES) or []}


def _language(example: Message) -> str:
    return str(((example.get("metadata") or {}).get("intent") or {}).get("language", ""))


if __name__ == "__main__":
    main()
