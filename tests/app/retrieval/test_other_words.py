"""What the words of a question may be called in the documents."""

import pytest

from retrieval.analysis import terms
from retrieval.codes import codes_typed
from retrieval.other_words import other_words
from retrieval.query import asked_query


def others(text):
    return set(other_words(text, terms(text)))


def test_a_maximum_is_looked_for_as_a_limit_and_a_quota():
    assert {"limit", "quota"} <= others("What is the maximum timeout?")


def test_an_inflected_word_has_its_synonyms_too():
    assert "remov" in others("deleting users")


@pytest.mark.parametrize(
    ("text", "parts"), [("GroundTruth jobs", {"ground", "truth"}), ("ClassFactory", {"class", "factori"})]
)
def test_a_joined_word_is_looked_for_in_its_parts(text, parts):
    assert parts <= others(text)


@pytest.mark.parametrize("text", ["MariaDB", "MySQL", "groundtruth", "GST", "McAfee", "बैकअप कैसे लें", "LIC-403 10048"])
def test_short_parts_and_words_that_are_not_joined_stay_whole(text):
    assert others(text) == set()


def test_what_was_typed_keeps_its_full_weight_and_codes_stay_exact():
    asked = asked_query("the quota of ClassFactory limit")
    assert asked.keyword.full == ("quota", "classfactori", "limit")
    assert all(0 < weight < 1 for term, weight in asked.keyword.terms.items() if term not in asked.keyword.full)
    assert "CLASSFACTORY" in asked.keyword.codes == codes_typed("the quota of ClassFactory limit")


def test_hinglish_and_hindi_questions_go_by_their_meanings_alone():
    assert "quota" not in asked_query("user ki maximum limit kitni hai batao").keyword.terms
    assert asked_query("बैकअप कैसे लें").keyword.instead_of == {}


def test_a_word_and_its_other_words_count_as_one():
    asked = asked_query("maximum users of GroundTruth").keyword
    assert asked.words[:2] == (("maximum", "max", "limit", "quota", "cap"), ("user",))
    assert set(asked.words[2]) == {"groundtruth", "ground", "truth"}


def test_what_is_said_in_other_words_is_no_part_of_the_question():
    assert [word.typed for word in asked_query("maximum users").words] == ["maximum", "users"]
    assert asked_query("maximum users").words[0].terms == ("maximum",)
