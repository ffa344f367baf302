"""Hinglish questions, as people type them, and what is looked for."""

import pytest

from retrieval.hinglish import in_english, meanings
from retrieval.query import asked_query


@pytest.mark.parametrize("typed", ["bhejna", "bheja", "bhejoge", "bhejdo", "bheje"])
def test_a_verb_is_known_in_all_its_forms(typed):
    assert meanings(typed)[0] == "send"


@pytest.mark.parametrize("typed", ["paisa", "paisaa", "paise", "pese"])
def test_spellings_that_sound_alike_mean_the_same(typed):
    assert meanings(typed)[0] == "money"


@pytest.mark.parametrize("typed", ["password", "printer", "fail", "pass", "full", "share", "bill", "reckonsales", "x"])
def test_english_words_and_names_are_left_alone(typed):
    assert meanings(typed) == ()


def test_a_hinglish_question_is_read_in_english_words_too():
    assert asked_query("supplier ko dawai wapas kaise bheju").readings[1] == "supplier medicine return how send"


def test_meanings_are_looked_for_beside_what_was_typed():
    query = asked_query("dawai wapas karni hai")
    assert {"dawai", "medicin", "wapa", "return"} <= set(query.keyword.terms)
    assert query.typed_share == 3 / len(query.keyword.terms)


@pytest.mark.parametrize("typed", ["how do I return a medicine", "दवाई वापस कैसे करें", "LIC-403", "", "😀"])
def test_other_questions_are_asked_as_they_are_typed(typed):
    query = asked_query(typed)
    assert len(query.readings) == 1
    assert query.typed_share == 1.0


def test_codes_are_found_in_a_hinglish_question():
    assert "LIC-403" in asked_query("mera lic403 aa raha hai kya karu").keyword.codes


def test_words_of_grammar_add_nothing_to_look_for():
    assert list(asked_query("ye bill kaise kare").keyword.terms) == ["bill"]


def test_in_english_keeps_the_words_it_does_not_know():
    assert in_english(["Panthers".lower(), "ne", "kitne", "points", "diye"]) == "panthers how many points give"
