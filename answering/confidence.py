"""How likely it is that what was found answers the question: a logistic regression on the signals of a search.

e5's cosines live in a narrow band, so no threshold on one of them separates questions that the documents answer from those
that they don't; several weak signals together do. `bench/confidence.py` fits the weights.
"""

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

from retrieval.query import AskedWord
from retrieval.search import Evidence, Hit, SearchResult

DEPTH = 3  # hits that the signals look at


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
    return confidence(found) >= float(_fitted()["threshold"])


def signals(found: SearchResult) -> dict[str, float]:
    """What is known of a search that has hits, as numbers; a half of the search that didn't run counts as nothing found."""
    top, seen = found.hits[:DEPTH], found.evidence
    rarity = {word.typed: _rarity(word, seen) for word in seen.words}
    covered = [_covered(hit, seen, rarity) for hit in top]
    cosines = [hit.dense_score for hit in top if hit.dense_rank is not None]
    unknown = [word for word in seen.words if not any(seen.holding.get(term) for term in word.terms)]
    return {
        "covered_first": covered[0],
        "covered_best": max(covered),
        "cosine_first": top[0].dense_score,
        "cosine_best": max(cosines, default=0.0),
        "agreement": float(top[0].keyword_rank == 1) + float(top[0].dense_rank == 1),
        "unknown_words": float(min(len(unknown), 5)),
        "words": math.log1p(len(seen.words)),
        "code": float(bool(set(seen.codes).intersection(top[0].chunk.codes))),
    }


def _covered(hit: Hit, seen: Evidence, rarity: dict[str, float]) -> float:
    """The share of the question's words that stand in the passage, rare ones counting more; a meaning stands for its word."""
    held = set(hit.matched_terms)
    weight = sum(rarity[word.typed] for word in seen.words if held.intersection(word.terms))
    return weight / sum(rarity.values()) if rarity else 0.0


def _rarity(word: AskedWord, seen: Evidence) -> float:
    """Lucene's inverse document frequency, which stays above 0 when few documents all hold the word."""
    holding = max((seen.holding.get(term, 0) for term in word.terms), default=0)
    return math.log1p((max(seen.chunks - holding, 0) + 0.5) / (holding + 0.5))


@cache
def _fitted() -> dict[str, Any]:
    fitted: dict[str, Any] = json.loads(Path(__file__).with_name("confidence.json").read_text("utf-8"))
    return fitted
