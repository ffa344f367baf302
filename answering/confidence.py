"""How likely it is that what was found answers the question: a logistic regression on the signals of a search.

e5's cosines live in a narrow band, so no threshold on one of them separates questions that the documents answer from those
that they don't; several weak signals together do. `bench/confidence.py` fits the weights on the project's question set.
"""

import json
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from retrieval.search import Hit

DEPTH = 6  # hits that the signals look at


def confidence(hits: Sequence[Hit]) -> float:
    """0 to 1: the chance that the best hits answer the question; 0 when nothing was found."""
    if not hits:
        return 0.0
    fitted = _fitted()
    values = signals(hits)
    total = float(fitted["intercept"]) + sum(
        weight * (values[name] - fitted["mean"][name]) / fitted["scale"][name]
        for name, weight in fitted["weights"].items()
    )
    return 1 / (1 + math.exp(-total))


def answerable(hits: Sequence[Hit]) -> bool:
    """Whether to answer at all."""
    return confidence(hits) >= float(_fitted()["threshold"])


def signals(hits: Sequence[Hit]) -> dict[str, float]:
    """What is known of a search, as numbers; a half of the search that didn't run counts as nothing found."""
    top = hits[:DEPTH]
    dense = sorted((hit.dense_score for hit in top if hit.dense_rank is not None), reverse=True)
    keyword = sorted((hit.keyword_score for hit in top), reverse=True)
    return {
        "keyword_best": keyword[0],
        "keyword_first": top[0].keyword_score,
        "dense_best": dense[0] if dense else 0.0,
        "dense_margin": dense[0] - sum(dense) / len(dense) if dense else 0.0,
        "agreement": float(top[0].keyword_rank == 1) + float(top[0].dense_rank == 1),
        "terms": float(min(len(top[0].matched_terms), 5)),
    }


@cache
def _fitted() -> dict[str, Any]:
    fitted: dict[str, Any] = json.loads(Path(__file__).with_name("confidence.json").read_text("utf-8"))
    return fitted
