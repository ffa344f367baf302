"""How likely it is that what was found answers the question: a logistic regression on the signals of a search.

e5's cosines live in a narrow band, so no threshold on one of them separates questions that the documents answer from those
that they don't; several weak signals together do. `bench/confidence.py` fits the weights on questions of their own; the
question set by which answers are judged has no part in them.
"""

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from answering.coverage import coverage
from retrieval.hits import Evidence, SearchResult

DEPTH = 3  # hits that the signals look at
_SURE = 4.0  # bounds on what the kind of question says: it must not outweigh all that was found
_NEAREST = 50  # candidates whose mean cosine is what any passage has


def confidence(found: SearchResult) -> float:
    """0 to 1: the chance that the best hits answer the question; 0 when nothing was found."""
    if not found.hits:
        return 0.0
    fitted = _fitted()
    values = signals(found)
    total = float(fitted["intercept"]) + sum(
        weight * (values[name] - fitted["mean"][name]) / fitted["scale"][name]
        for name, weight in fitted["weights"].items()
    )
    return 1 / (1 + math.exp(-total))


def answerable(found: SearchResult) -> bool:
    """Whether to answer at all."""
    return enough(confidence(found))


def enough(sure: float) -> bool:
    """Whether a confidence lets us answer."""
    return sure >= float(_fitted()["threshold"])


def signals(found: SearchResult) -> dict[str, float]:
    """What is known of a search that has hits, as numbers; a half of the search that didn't run counts as nothing found."""
    top, seen = found.hits[:DEPTH], found.evidence
    covered = coverage(seen, top)
    shares = [covered.share(held) for held in covered.held]
    best = covered.held[shares.index(max(shares))]
    unknown = len(covered.words) - sum(covered.known)
    missed = max((weight * (1 - there) for weight, there in zip(covered.rarity, best, strict=True)), default=0.0)
    near = seen.cosines[:_NEAREST]
    return {
        "covered_first": shares[0],
        "covered_best": max(shares),
        "covered_title": max(covered.share(titled) for titled in covered.titled),
        "words_held": float(min(sum(there > 0 for there in best), 6)),
        "keyword_best": max(hit.keyword_score for hit in top),
        "cosine_first": top[0].dense_score,
        "cosine_best": max(hit.dense_score for hit in top),
        "cosine_margin": near[0] - sum(near) / len(near) if near else 0.0,
        "agreement": float(top[0].keyword_rank == 1) + float(top[0].dense_rank == 1),
        "unknown_words": float(min(unknown, 5)),
        "unknown_share": unknown / len(covered.words) if covered.words else 0.0,
        "missed_rarest": missed / math.log1p((seen.chunks + 0.5) / 0.5),
        "words": math.log1p(len(covered.words)),
        "code": float(not set(seen.codes).isdisjoint(top[0].chunk.codes)),
        "kind": _kind(seen),
    }


def _kind(seen: Evidence) -> float:
    """Whether it sounds like what support is asked, above 0, or like weather, remedies and other firms' products, below.

    Another embedding than the one it was fitted with says nothing of it: 0.
    """
    kind = _fitted()["kind"]
    if seen.vector is None or kind["embedding"] != seen.embedding:
        return 0.0
    return min(max(float(_direction() @ seen.vector) + float(kind["offset"]), -_SURE), _SURE)


@cache
def _fitted() -> dict[str, Any]:
    fitted: dict[str, Any] = json.loads(Path(__file__).with_name("confidence.json").read_text("utf-8"))
    return fitted


@cache
def _direction() -> "np.ndarray[Any, np.dtype[np.float32]]":
    return np.array(_fitted()["kind"]["direction"], np.float32)
