"""One message's probabilities, straight from the numbers that scikit-learn fitted.

For one short row scikit-learn spends nearly all its time on checking and on making sparse matrices: 3 ms, where the sum takes .3.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float64]


class Scorer:
    """The probabilities that `LogisticRegression.predict_proba`, one against the rest, gives the same row."""

    def __init__(self, parts: dict[str, Any], dense_weight: float) -> None:
        """`parts`: `words` and `characters` (TfidfVectorizer), `classifier`, and `scaler` when there are sentence vectors."""
        classifier = parts["classifier"]
        self.classes: list[str] = [str(name) for name in classifier.classes_]
        weights = np.ascontiguousarray(classifier.coef_.T)  # a feature's weights side by side
        self._intercept: Row = classifier.intercept_
        self._terms: list[tuple[_Terms, NDArray[np.float64]]] = []
        for name in ("words", "characters"):
            terms = _Terms(parts[name])
            self._terms.append((terms, weights[: len(terms)]))
            weights = weights[len(terms) :]
        self._scaler = parts.get("scaler")
        if self._scaler is not None:
            self._dense = weights * (dense_weight / self._scaler.scale_)[:, np.newaxis]

    def probabilities(self, text: str, vector: Any) -> Row:
        """One for each of `classes`; `vector` is the sentence's, None when the pipeline makes none."""
        decision = self._intercept.copy()
        for terms, weights in self._terms:
            columns, values = terms.row(text)
            decision += values @ weights[columns]
        if self._scaler is not None:
            decision += (vector - self._scaler.mean_) @ self._dense
        if len(self.classes) == 2:
            sure = 1 / (1 + np.exp(-decision[0]))
            return np.array([1 - sure, sure])
        each: Row = 1 / (1 + np.exp(-decision))
        each /= each.sum()
        return each


class _Terms:
    """TF-IDF as a fitted vectorizer has it: sublinear counts, rows of length 1."""

    def __init__(self, vectorizer: Any) -> None:
        self._analyse: Callable[[str], list[str]] = vectorizer.build_analyzer()
        self._vocabulary: dict[str, int] = vectorizer.vocabulary_
        self._idf: Row = vectorizer.idf_

    def __len__(self) -> int:
        return len(self._idf)

    def row(self, text: str) -> tuple[NDArray[np.intp], Row]:
        """Columns that aren't 0, and their values."""
        known = self._vocabulary
        counts = Counter(known[term] for term in self._analyse(text) if term in known)
        columns = np.fromiter(counts.keys(), np.intp, len(counts))
        values = (1 + np.log(np.fromiter(counts.values(), np.float64, len(counts)))) * self._idf[columns]
        length = np.sqrt(values @ values)
        return columns, values / length if length else values
