"""Fit the confidence of answers (answering/confidence.json) and judge it on the project's question set.

python -m bench.confidence DATA [--folder var/bench]

DATA holds xquad-en-hi, aws-docs-qa and banking77. The weights are learnt from questions of their own in worlds of many sizes
(bench/confidence_cases.py). The question set decides one number only, the threshold: the lowest at which 95 of 100
unanswerable questions are refused; what that does to questions that had no say in it is told by five-fold cross-validation.
"""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, StratifiedKFold

from answering import confidence
from answering.answerer import PASSAGES, READABLE
from bench.confidence_cases import TENANT, Case, demo_worlds, kinds, public_worlds, questions, vectors
from bench.questions_file import Asked, read_questions
from retrieval.embed import Embedder
from retrieval.hits import SearchResult
from retrieval.index import Filters
from runtime import settings
from runtime.wiring import open_knowledge

Vectors = NDArray[np.float32]
_OWN_WEIGHT = 15  # of a confidence question beside an NLU example: it knows which of the support's matters aren't told
_SAME_QUESTION = 0.94  # cosine; an NLU example this near to a question of the evaluation set isn't learnt from
_WORLD_WEIGHTS = {"all": 3.0, "aws": 0.5, "xquad": 0.5}  # the rest, small worlds of the demo company, 1
_REFUSED = 0.95
_BOUND = 4.0  # as answering.confidence bounds it


class Kind:
    """Whether a question is one for support, by its vector alone."""

    def __init__(self, told: Vectors, support: NDArray[np.bool_], own: Vectors, answerable: NDArray[np.bool_]) -> None:
        known = np.concatenate((told, own))
        weights = np.concatenate((np.ones(len(told)), np.full(len(own), float(_OWN_WEIGHT))))
        mean = known.mean(axis=0)
        model = LogisticRegression(C=10, max_iter=3000, class_weight="balanced")
        model.fit(known - mean, np.concatenate((support, answerable)), sample_weight=weights)
        self.direction: Vectors = model.coef_[0]
        self.offset = float(model.intercept_[0] - self.direction @ mean)

    def of(self, asked: Vectors) -> NDArray[np.float64]:
        return np.clip(asked @ self.direction + self.offset, -_BOUND, _BOUND)


async def main(data: Path, folder: Path) -> None:
    chosen = settings.read()
    knowledge = open_knowledge(chosen)
    embedder = knowledge.search.embedder
    evaluated = read_questions()
    judged = [await _search(knowledge.search, question) for question in evaluated]
    await knowledge.close()
    cases = await demo_worlds(chosen.var_folder / "knowledge.db", folder, embedder)
    cases += await public_worlds(data, folder, embedder)
    kind, of_case = _fit_kind(data, embedder, cases, vectors([question.text for question in evaluated], embedder))
    names = [name for name in confidence.signals(judged[0]) if name != "kind"]
    features = np.array([[confidence.signals(case.found)[name] for name in names] for case in cases])
    features = np.column_stack((features, of_case))
    truth = np.array([case.answerable for case in cases])
    mean, scale = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-3)
    model = LogisticRegression(C=0.03, max_iter=3000)
    weights = [_WORLD_WEIGHTS.get(case.world.split(",")[0].split("-")[0], 1.0) for case in cases]
    model.fit((features - mean) / scale, truth, sample_weight=weights)
    asked = np.array([[confidence.signals(found)[name] for name in names] for found in judged])
    own_vectors = np.stack([found.evidence.vector for found in judged if found.evidence.vector is not None])
    asked = np.column_stack((asked, kind.of(own_vectors)))
    chance = model.predict_proba((asked - mean) / scale)[:, 1]
    threshold = _report(evaluated, chance)
    names.append("kind")
    rounded = {key: dict(zip(names, map(_short, values), strict=True))
               for key, values in (("weights", model.coef_[0]), ("mean", mean), ("scale", scale))}  # fmt: skip
    fitted = {
        "threshold": threshold,
        "intercept": _short(model.intercept_[0]),
        **rounded,
        "kind": {
            "embedding": embedder.version,
            "offset": _short(kind.offset),
            "direction": [round(float(value), 3) for value in kind.direction],
        },
    }
    _write(fitted)


async def _search(search: Any, question: Asked) -> SearchResult:
    filters = Filters(languages=READABLE[question.language])
    found: SearchResult = await search.search(
        TENANT, question.text, k=PASSAGES, language=question.language, filters=filters
    )
    return found


def _fit_kind(
    data: Path, embedder: Embedder, cases: list[Case], evaluated: Vectors
) -> tuple[Kind, NDArray[np.float64]]:
    """The kind, and what it says of each case; of a question that it learnt from, by a fit without that question."""
    told, support = kinds(data, embedder)
    distinct = (told @ evaluated.T).max(axis=1) < _SAME_QUESTION
    told, support = told[distinct], support[distinct]
    own = questions()
    asked = vectors([question.text for question in own], embedder)
    answerable = np.array([bool(question.gold) for question in own])
    said: dict[str, float] = {}
    for rest, left_out in KFold(5, shuffle=True, random_state=0).split(asked):
        fold = Kind(told, support, asked[rest], answerable[rest])
        said.update(zip((own[i].text for i in left_out), fold.of(asked[left_out]), strict=True))
    kind = Kind(told, support, asked, answerable)
    others = sorted({case.text for case in cases} - set(said))
    said.update(zip(others, kind.of(vectors(others, embedder)), strict=True))
    return kind, np.array([said[case.text] for case in cases])


def _report(asked: list[Asked], chance: NDArray[np.float64]) -> float:
    """Print how it does on the question set; the threshold."""
    answerable = np.array([question.answerable for question in asked])
    right = np.zeros(len(asked), bool)
    for rest, left_out in StratifiedKFold(5, shuffle=True, random_state=1).split(chance, answerable):
        right[left_out] = (chance[left_out] >= _threshold(chance[rest], answerable[rest])) == answerable[left_out]
    threshold = _threshold(chance, answerable)
    print(
        f"threshold {threshold:.2f}: answered {(chance[answerable] >= threshold).mean():.3f} of the answerable, refused "
        f"{(chance[~answerable] < threshold).mean():.3f} of the unanswerable; with the threshold of the other folds "
        f"{right[answerable].mean():.3f} and {right[~answerable].mean():.3f}"
    )
    for question, value in zip(asked, chance, strict=True):
        if question.answerable != (value >= threshold):
            print(f"  wrong at {value:.2f}: {question.id} {question.text}")
    return threshold


def _threshold(chance: NDArray[np.float64], answerable: NDArray[np.bool_]) -> float:
    """The least at which enough is refused, in the middle between what it refuses and the next question above that."""
    refused = np.sort(chance[~answerable])[int(np.ceil(_REFUSED * (~answerable).sum())) - 1]
    return round(float((refused + chance[chance > refused].min(initial=1.0)) / 2), 3)


def _short(value: float) -> float:
    return round(float(value), 4)


def _write(fitted: dict[str, Any]) -> None:
    text = json.dumps(fitted, indent=2)
    opening, _, numbers = text.partition('"direction": [')
    flat = " ".join(numbers.split()).replace(" ]", "]").replace("] } }", "]\n  }\n}")
    Path(confidence.__file__).with_name("confidence.json").write_text(f'{opening}"direction": [{flat.lstrip()}\n')


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent.parent / "var" / "bench")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(options.data, options.folder))
