"""English or Hinglish: a linear model over character 1-4-grams of words, trained by `training/language.py` into `languages.json`.

The weights were learned from Hinglish-TOP (Google Research, Apache-2.0) and Banking77 (PolyAI, CC BY 4.0).
"""

import json
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("languages.json")
LONGEST_GRAM = 4


@dataclass(frozen=True)
class LatinModel:
    """`weights` by gram; `english` and `hinglish` are words that one language uses and the other hardly ever."""

    bias: float
    weights: Mapping[str, float]
    english: frozenset[str]
    hinglish: frozenset[str]

    def score(self, words: Iterable[str]) -> float:
        """Log-odds of Hinglish against English; 0 without words."""
        found = grams(words)
        if not found:
            return 0.0
        weight = self.weights.get
        return self.bias + sum(weight(gram, 0.0) for gram in found) / sqrt(len(found))

    @classmethod
    @lru_cache(maxsize=1)
    def shipped(cls) -> "LatinModel":
        """The model that lies beside this file, read once."""
        return cls.parse(json.loads(DATA.read_text("utf-8")))

    @classmethod
    def parse(cls, entry: Mapping[str, Any]) -> "LatinModel":
        """Weights are signed bytes in the order of the grams; `scale` makes them numbers again."""
        levels = (level - 256 if level > 127 else level for level in b64decode(entry["weights"]))
        weights = {gram: level * entry["scale"] for gram, level in zip(entry["grams"].split("|"), levels, strict=True)}
        return cls(entry["bias"], weights, frozenset(entry["english"].split()), frozenset(entry["hinglish"].split()))


def grams(words: Iterable[str]) -> set[str]:
    """The different 1-4-grams of each word, its edges marked by spaces."""
    found: set[str] = set()
    for word in words:
        padded = f" {word} "
        for length in range(1, LONGEST_GRAM + 1):
            found.update(padded[start : start + length] for start in range(len(padded) - length + 1))
    return found
