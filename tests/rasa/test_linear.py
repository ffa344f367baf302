"""The quick sum gives the probabilities that scikit-learn gives, in every language and with nothing known of a message, too."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bot.linear import Scorer

EXAMPLES = {
    "greet": ["hello there", "namaste ji", "नमस्ते", "hi hi hi"],
    "ask": ["how do I print a bill", "bill kaise print kare", "बिल कैसे छापें"],
    "thank": ["thanks a lot", "धन्यवाद", "shukriya bhai"],
}
ASKED = ["how do I print the print print", "बिल कैसे", "bhai namaste", "xyzzy ☕", "a"]
WEIGHT = 0.05


@pytest.mark.parametrize("intents", [("greet", "ask", "thank"), ("greet", "ask")])
@pytest.mark.parametrize("dense", [True, False])
def test_probabilities_are_scikit_learns(intents, dense):
    texts = [text for intent in intents for text in EXAMPLES[intent]]
    vectors = np.random.default_rng(0).normal(size=(len(texts) + len(ASKED), 8)).astype(np.float32)
    parts = {
        "words": TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True).fit(texts),
        "characters": TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 5), sublinear_tf=True).fit(texts),
    }
    if dense:
        parts["scaler"] = StandardScaler().fit(vectors[: len(texts)])

    def rows(some, their_vectors):
        blocks = [parts["words"].transform(some), parts["characters"].transform(some)]
        if dense:
            blocks.append(csr_matrix(parts["scaler"].transform(their_vectors) * WEIGHT))
        return hstack(blocks).tocsr()

    classifier = LogisticRegression(C=30.0, solver="liblinear", dual=True, multi_class="ovr", random_state=0)
    labels = [intent for intent in intents for _ in EXAMPLES[intent]]
    parts["classifier"] = classifier.fit(rows(texts, vectors[: len(texts)]), labels)
    expected = classifier.predict_proba(rows(ASKED, vectors[len(texts) :]))

    scorer = Scorer(parts, WEIGHT)
    assert scorer.classes == sorted(intents)
    for number, text in enumerate(ASKED):
        vector = vectors[len(texts) + number] if dense else None
        assert scorer.probabilities(text, vector) == pytest.approx(expected[number], abs=1e-6)
