"""Trains the model that tells Hinglish from English: `python -m training.language DATA [--nlu data/nlu]` writes protocol/languages.json.

DATA is a folder with hinglish-top/train.tsv.gz (Google Research, Apache-2.0) and banking77/train.csv.gz (PolyAI, CC BY 4.0).
"""

import argparse
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from protocol.languages import latin_words
from protocol.languages_latin import DATA, grams
from training.language_texts import Labelled, own_examples, public_examples

GRAMS = 22_000  # kept in the shipped file; more than this no longer changes the score
SEED = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--nlu", type=Path, default=Path("data/nlu"))
    parser.add_argument("--out", type=Path, default=DATA)
    options = parser.parse_args()
    examples = public_examples(options.data, "train") + own_examples(options.nlu)
    entry = train(examples)
    options.out.write_text(json.dumps(entry, ensure_ascii=False), "utf-8")
    print(
        f"{len(examples)} texts, {entry['grams'].count('|') + 1} grams -> {options.out} ({options.out.stat().st_size / 1000:.0f} kB)"
    )


def train(examples: Sequence[Labelled]) -> dict[str, Any]:
    """The file's content, from (text, language) pairs; Hindi in Devanagari is left out, its script tells."""
    texts = [(latin_words(text), language == "hinglish") for text, language in examples if language != "hi"]
    texts = [(words, hinglish) for words, hinglish in texts if words]
    labels = np.array([hinglish for _, hinglish in texts], dtype=int)
    kept = _most_telling(texts, labels)
    weights, bias = _fit(texts, labels, kept)
    scale = float(np.abs(weights).max()) / 127
    english, hinglish = _telling_words(texts)
    return {
        "bias": round(bias, 4),
        "scale": round(scale, 6),
        "grams": "|".join(kept),
        "weights": b64encode(np.round(weights / scale).astype(np.int8).tobytes()).decode(),
        "english": " ".join(english),
        "hinglish": " ".join(hinglish),
    }


Texts = list[tuple[list[str], bool]]


def _most_telling(texts: Texts, labels: "np.ndarray[Any, Any]") -> list[str]:
    """Fits all grams that occur twice, keeps those that move the score of most texts."""
    counts = Counter(gram for words, _ in texts for gram in grams(words))
    every = sorted(gram for gram, count in counts.items() if count > 1)
    weights, _ = _fit(texts, labels, every)
    moved = np.abs(weights) * np.sqrt([counts[gram] for gram in every])
    return sorted(every[index] for index in np.argsort(-moved)[:GRAMS])


def _fit(texts: Texts, labels: "np.ndarray[Any, Any]", kept: list[str]) -> tuple["np.ndarray[Any, Any]", float]:
    column = {gram: index for index, gram in enumerate(kept)}
    rows, columns, values = [], [], []
    for row, (words, _) in enumerate(texts):
        found = grams(words)
        known = [column[gram] for gram in found if gram in column]
        rows += [row] * len(known)
        columns += known
        values += [len(found) ** -0.5] * len(known)
    matrix = csr_matrix((values, (rows, columns)), shape=(len(texts), len(kept)))
    model = LogisticRegression(C=30.0, class_weight="balanced", max_iter=400, random_state=SEED).fit(matrix, labels)
    return model.coef_[0], float(model.intercept_[0])


def _telling_words(texts: Texts) -> tuple[list[str], list[str]]:
    """Words at least 30 times as frequent in one language; parallel text cancels names and loan words out."""
    seen = {hinglish: Counter[str]() for hinglish in (False, True)}
    for words, hinglish in texts:
        seen[hinglish].update(set(words))
    totals = {hinglish: sum(hinglish is label for _, label in texts) for hinglish in seen}

    def telling(language: bool) -> list[str]:
        ours, theirs = seen[language], seen[not language]
        weight = totals[not language] / totals[language]
        return sorted(word for word, count in ours.items() if count >= 4 and count * weight > 30 * (theirs[word] + 0.1))

    return telling(False), telling(True)


if __name__ == "__main__":
    main()
