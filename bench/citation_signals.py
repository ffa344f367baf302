"""What could tell a lie from the truth, each signal alone: a number for a sentence and its passage, the larger the likelier it is true."""

import re

import numpy as np

from answering.similarity import said_by, words_shown
from answering.support import missing
from bench.claims import Claim
from retrieval.analysis import terms
from retrieval.embed import Embedder
from retrieval.index import Vectors

SIGNALS = (
    "cosine with the nearest sentence", "cosine with the whole passage", "that sentence's lead over the other passages' nearest",
    "the passage's lead over the other passages", "words shown, in any script",
)  # fmt: skip
_NOT = re.compile(
    r"\b(?:not|no|never|without|cannot|nothing|none|\w+n['’]t|nahi|nahin|nhi|bina|mat)\b|नहीं|बिना|(?<!\w)मत(?!\w)",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:wrong|false|incorrect|untrue|a lie|galat|jhooth|jhoot)\b|गलत|ग़लत|झूठ", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?।])\s+|\n+|\s\|\s")
_OPPOSITE = "says the opposite of what it cites"


class Signals:
    """Signals by one embedding model; it remembers vectors."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: dict[tuple[bool, str], Vectors] = {}

    def of(self, claim: Claim) -> dict[str, float]:
        """Every one of them for a sentence."""
        vector = self._vectors([claim.text])[0]
        nearest = float((self._vectors(said_by(claim.passage)) @ vector).max())
        whole = float((self._vectors([claim.passage.passage], whole=True) @ vector).max())
        beside = [sentence for chunk in claim.others for sentence in said_by(chunk)]
        others = self._vectors(beside) @ vector if beside else np.zeros(1)
        wholes = self._vectors([chunk.passage for chunk in claim.others], whole=True) @ vector if beside else others
        held, words = words_shown(claim.text, [claim.passage])
        values = nearest, whole, nearest - float(others.max()), whole - float(wholes.max()), held / max(words, 1)
        return dict(zip(SIGNALS, values, strict=True))

    def _vectors(self, texts: list[str] | tuple[str, ...], *, whole: bool = False) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if (whole, text) not in self._kept]
        for start in range(0, len(new), 16):
            some = new[start : start + 16]
            made = self._embedder.embed_passages(some) if whole else self._embedder.embed_queries(some)
            self._kept.update({(whole, text): vector for text, vector in zip(some, made, strict=True)})
        return np.stack([self._kept[whole, text] for text in texts])


def accepted_before(claim: Claim, known: str) -> bool:
    """The check as it was without vectors: figures and names; within one script most words, and the same sign as the sentence with most of them."""
    in_hindi = sum("\u0900" <= character <= "\u097f" for character in claim.text) > len(claim.text) / 4
    reason = missing(claim.text, [claim.passage], known, same_script=(claim.passage.language == "hi") == in_hindi)
    if reason and reason != _OPPOSITE:
        return False
    words = set(terms(claim.text))
    rated = [(len(words & set(terms(one))), one) for one in _SENTENCE.split(claim.passage.passage)]
    overlap = max((held for held, _ in rated), default=0)
    if not words or overlap / len(words) < 0.6:
        return True
    best = [one for held, one in rated if held == overlap]
    if _DENIED.search(claim.text) and not _DENIED.search(best[0]):
        return False
    return not all(bool(_NOT.search(claim.text)) != bool(_NOT.search(one)) for one in best)
