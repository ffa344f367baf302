"""Measures language identification: `python -m bench.language DATA` writes bench/language.md.

DATA holds hinglish-top and xquad-en-hi. The shipped model saw Hinglish-TOP's training part, Banking77 and `data/nlu`; for the row of
`data/nlu` five models are trained, each without the fifth that it is measured on.
"""

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

from sklearn.metrics import f1_score, precision_recall_fscore_support

from protocol.languages import LANGUAGES, Language, identify, recognise
from protocol.languages_latin import LatinModel
from training.language import train
from training.language_texts import Labelled, own_examples, public_examples, xquad_examples

REPORT = Path(__file__).with_suffix(".md")
FOLDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--nlu", type=Path, default=Path("data/nlu"))
    parser.add_argument("--errors", action="store_true", help="print what is told wrong")
    options = parser.parse_args()
    top, xquad = public_examples(options.data, "validation"), xquad_examples(options.data)
    own = own_examples(options.nlu)
    sets = {
        "hinglish-top validation": (top, [identify(text) for text, _ in top]),
        "xquad-en-hi, questions and paragraphs": (xquad, [identify(text) for text, _ in xquad]),
        "both together": (top + xquad, [identify(text) for text, _ in top + xquad]),
        "`data/nlu`, 5-fold": _cross_validated(own, public_examples(options.data, "train")),
    }
    if options.errors:
        for examples, told in sets.values():
            for (text, language), answer in zip(examples, told, strict=True):
                if language != answer and len(text) < 90:
                    print(f"{language:9} told {answer:9} {text}")
    lines = [_row(name, *pair) for name, pair in sets.items()]
    silent = sum(recognise(text) is None for text, _ in own) / len(own)
    REPORT.write_text(
        "# Language identification\n\n"
        "Written by `python -m bench.language DATA`. F1 by language; a message without evidence counts as English, as in a new conversation.\n\n"
        "| texts | number | F1 en | F1 hi | F1 hinglish | macro-F1 |\n| --- | --- | --- | --- | --- | --- |\n"
        + "\n".join(lines)
        + f"\n\nOf `data/nlu`, {silent:.1%} show no evidence (ok, numbers, codes, one-word names) and keep the conversation's language. "
        f"One message takes {_microseconds([text for text, _ in top]):.0f} µs.\n",
        "utf-8",
    )
    print(REPORT.read_text("utf-8"))


def _cross_validated(own: list[Labelled], public: list[Labelled]) -> tuple[list[Labelled], list[Language]]:
    """In a customer's chat a message without evidence keeps the language: so it does here, given the right one."""
    shuffled = random.Random(7).sample(own, len(own))
    told: list[Language] = []
    ordered: list[Labelled] = []
    for fold in range(FOLDS):
        held = shuffled[fold::FOLDS]
        rest = [example for index, example in enumerate(shuffled) if index % FOLDS != fold]
        model = LatinModel.parse(train(public + rest))
        with patch.object(LatinModel, "shipped", lambda model=model: model):
            told += [identify(text, _language(language)) for text, language in held]
        ordered += held
    return ordered, told


def _language(name: str) -> Language:
    return next(language for language in LANGUAGES if language == name)


def _row(name: str, examples: Sequence[Labelled], told: Sequence[Language]) -> str:
    truth = [language for _, language in examples]
    _, _, by_language, support = precision_recall_fscore_support(truth, told, labels=LANGUAGES, zero_division=0)
    shown = [f"{score:.3f}" if count else "-" for score, count in zip(by_language, support, strict=True)]
    present = [language for language, count in zip(LANGUAGES, support, strict=True) if count]
    macro = f1_score(truth, told, labels=present, average="macro", zero_division=0)
    return f"| {name} | {len(truth):,} | {' | '.join(shown)} | **{macro:.3f}** |"


def _microseconds(texts: Sequence[str]) -> float:
    started = time.perf_counter()
    for text in texts:
        identify(text)
    return (time.perf_counter() - started) / len(texts) * 1e6


if __name__ == "__main__":
    main()
