"""Confidence: what a question shares with its passages, however it is spelt, and what it does without signals."""

import dataclasses

import pytest

from answering.confidence import answerable, confidence, signals
from answering.coverage import coverage
from retrieval.documents import Chunk
from retrieval.query import asked_query
from retrieval.search import Evidence, Hit, SearchResult

PASSAGE = Chunk("en/e.md:0", "en/e.md", "demo", "E-invoice setup", (), "Set your password, then choose Generate.", "en")


def held(question: str, passage: Chunk = PASSAGE) -> dict[str, float]:
    """How surely the passage holds each word of a question that keyword search found nothing for."""
    covered = coverage(Evidence(words=asked_query(question).words, chunks=10), (Hit(passage, 0.5),))
    return {word.typed: there for word, there in zip(covered.words, covered.held[0], strict=True)}


def test_words_written_together_and_words_mistyped_are_found():
    assert held("einvoice pasword generat telegram") == {
        "einvoice": 1.0,
        "pasword": pytest.approx(0.9),
        "generat": pytest.approx(0.9),
        "telegram": 0.0,
    }


@pytest.mark.parametrize("word", ["sit", "chase", "telegram", "12345"])
def test_other_words_short_ones_and_numbers_are_not_guessed(word):
    assert held(word)[word] == 0.0


def test_a_meaning_stands_for_its_hinglish_word():
    word = next(word for word in asked_query("dawai wapas kaise kare").words if word.typed == "dawai")
    hit = Hit(PASSAGE, 0.5, matched_terms=("medicin",))
    assert coverage(Evidence(words=(word,), chunks=10), (hit,)).held == ((1.0,),)


def test_nothing_found_is_no_confidence():
    assert confidence(SearchResult((), "hybrid")) == 0.0
    assert not answerable(SearchResult((), "hybrid"))


async def test_a_tenant_with_few_documents_is_answered_and_its_gaps_are_refused(filled):
    told = [await filled.search.search("demo", question) for question in ("when is the backup made", "बैकअप कब बनता है")]
    untold = [
        await filled.search.search("demo", question)
        for question in ("how do i print barcode labels", "तमिल भाषा कैसे चुनें", "kal barish hogi kya", "tally me ledger kaise banaye")
    ]  # fmt: skip
    assert [answerable(found) for found in told] == [True, True]
    assert [answerable(found) for found in untold] == [False] * 4


async def test_an_embedding_it_was_not_fitted_with_says_nothing_of_the_kind(filled):
    found = await filled.search.search("demo", "when is the backup made")
    other = dataclasses.replace(found, evidence=dataclasses.replace(found.evidence, embedding="another"))
    assert signals(found)["kind"] != 0.0
    assert signals(other)["kind"] == 0.0
    without = dataclasses.replace(found, evidence=dataclasses.replace(found.evidence, vector=None, cosines=()))
    assert 0.0 < confidence(without) < 1.0


async def test_every_fitted_weight_belongs_to_a_signal(filled):
    from answering.confidence import _fitted

    found = await filled.search.search("demo", "backup")
    assert set(_fitted()["weights"]) == set(signals(found))
    assert len(_fitted()["kind"]["direction"]) == len(found.evidence.vector)
