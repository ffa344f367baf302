"""Vectors that are told apart by their leading dimensions first: nothing near may be lost by it."""

import json

import numpy as np
import pytest

from retrieval import leading as module
from retrieval.leading import leading, products
from tests.app.retrieval.conftest import KNOWLEDGE, PROJECT

K = 20


@pytest.fixture(scope="module")
def passages(embedder):
    """Vectors of some two thousand lines of the demo company's articles."""
    files = sorted(KNOWLEDGE.rglob("*.md"))
    lines = dict.fromkeys(line.strip() for file in files for line in file.read_text("utf-8").splitlines())
    return embedder.embed_passages([line for line in lines if 40 < len(line) < 160][:2000])


@pytest.fixture(scope="module")
def questions(embedder):
    """Vectors of customers' questions in all three languages."""
    texts = (PROJECT / "bench" / "questions" / "articles-a.jsonl").read_text("utf-8").splitlines()
    return embedder.embed_queries([json.loads(line)["text"] for line in texts][:90])


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """As few vectors as a test has count as many."""
    monkeypatch.setattr(module, "FEWEST", 500)
    monkeypatch.setattr(module, "_LEAST", K)
    monkeypatch.setattr(module, "_TIMES", 30)


def nearest(vectors, query, k=K, among=None):
    rows = np.arange(len(vectors)) if among is None else np.flatnonzero(among)
    scores = vectors[rows] @ query
    return set(rows[np.argsort(-scores)[:k]].tolist())


def lost(made, vectors, questions, among=None):
    """The share of the nearest that aren't compared in full, and the share of all vectors that is."""
    kept = [made.nearest(question, K, among) for question in questions]
    missing = [
        nearest(vectors, question, K, among) - set(rows.tolist())
        for question, rows in zip(questions, kept, strict=True)
    ]
    return sum(map(len, missing)) / (K * len(questions)), sum(map(len, kept)) / (len(vectors) * len(questions))


def test_the_nearest_are_among_those_compared_in_full(passages, questions):
    share, compared = lost(leading(passages, None, np.ones(0, bool)), passages, questions)
    assert share <= 0.001
    assert 0.25 < compared < 0.35  # 600 of 2000


def test_the_nearest_of_those_that_filters_let_through_too(passages, questions):
    among = np.arange(len(passages)) % 3 > 0
    made = leading(passages, None, np.ones(0, bool))
    assert lost(made, passages, questions, among)[0] <= 0.001
    assert all(among[made.nearest(questions[0], K, among)])


def test_vectors_that_come_and_go_leave_it_as_good(passages, questions):
    first = leading(passages[:1500], None, np.ones(0, bool))
    kept = np.arange(1500) % 10 > 0
    vectors = np.concatenate((passages[:1500][kept], passages[1500:]))
    changed = leading(vectors, first, kept)
    assert changed.axes is first.axes
    assert changed.block == pytest.approx((vectors @ first.axes.rotation).T, abs=1e-5)
    assert lost(changed, vectors, questions)[0] <= 0.001


def test_axes_are_found_anew_when_there_are_twice_as_many(passages):
    first = leading(passages[:700], None, np.ones(0, bool))
    grown = leading(passages, first, np.ones(700, bool))
    assert grown.axes.of == len(passages)
    assert grown.block.shape == (len(first.block), len(passages))


def test_few_vectors_are_all_compared(passages):
    assert leading(passages[:400], None, np.ones(0, bool)) is None


def test_fewer_than_wanted_are_all_taken(passages, questions):
    made = leading(passages, None, np.ones(0, bool))
    among = np.arange(len(passages)) < 60
    assert made.nearest(questions[0], K, among).tolist() == list(range(60))


def test_products_are_the_same_for_a_few_rows_and_for_many(passages, questions):
    few, many = np.arange(3, 90, 4), np.arange(0, len(passages), 2)
    for rows in (few, many, np.arange(0)):
        assert products(passages, questions[0], rows) == pytest.approx(passages[rows] @ questions[0], abs=1e-6)
