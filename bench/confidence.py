"""Fit the confidence of answers (answering/confidence.json) on the project's question set.

python -m bench.confidence

A question counts as answerable by a search when one of its best three hits is of a gold document. Judged by five-fold
cross-validation, so that no question is judged by weights that have seen it; then fitted on all.
"""

import asyncio
import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from answering import confidence
from answering.answerer import PASSAGES, READABLE
from bench.questions_file import read_questions
from retrieval.index import Filters
from runtime import settings
from runtime.wiring import open_knowledge

TENANT = "demo"


async def main() -> None:
    asked = read_questions()
    knowledge = open_knowledge(settings.read())
    rows, labels = [], []
    for question in asked:
        filters = Filters(languages=READABLE[question.language])
        found = await knowledge.search.search(
            TENANT, question.text, k=PASSAGES, language=question.language, filters=filters
        )
        rows.append(list(confidence.signals(found).values()))
        labels.append(question.answerable and any(question.is_gold(hit.chunk.document) for hit in found.hits[:3]))
    names = list(confidence.signals(found))
    await knowledge.close()
    features, truth = np.array(rows), np.array(labels)
    answerable = np.array([question.answerable for question in asked])
    mean, scale = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-3)
    standard = (features - mean) / scale
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000)
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    chance = cross_val_predict(model, standard, truth, cv=folds, method="predict_proba")[:, 1]
    print(
        f"{len(asked)} questions; a gold document among the best three: {truth[answerable].mean():.3f} of the answerable"
    )
    best = max(
        np.linspace(0.05, 0.95, 91),
        key=lambda t: min((chance[answerable] >= t).mean(), (chance[~answerable] < t).mean() - 0.03),
    )
    for threshold in sorted({round(float(best), 2), 0.3, 0.5, 0.7}):
        print(
            f"threshold {threshold:.2f}: answered {(chance[answerable] >= threshold).mean():.3f} of the answerable, "
            f"refused {(chance[~answerable] < threshold).mean():.3f} of the unanswerable"
        )
    model.fit(standard, truth)
    for name, weight in zip(names, model.coef_[0], strict=True):
        print(f"  {name:16} {weight:+.2f}")
    fitted = {
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)},
        "mean": {name: round(float(value), 4) for name, value in zip(names, mean, strict=True)},
        "scale": {name: round(float(value), 4) for name, value in zip(names, scale, strict=True)},
        "threshold": round(float(best), 2),
    }
    Path(confidence.__file__).with_name("confidence.json").write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")
    for question, value in zip(asked, chance, strict=True):
        if question.answerable != (value >= best):
            print(f"  wrong at {value:.2f}: {question.id} {question.text}")


if __name__ == "__main__":
    asyncio.run(main())
