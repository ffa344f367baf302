"""Words that say the same are the same, in whatever script and however spelt."""

import pytest

from retrieval.devanagari import in_latin
from retrieval.senses import senses, senses_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("पासवर्ड", "password"),
        ("password", "pasword"),
        ("बैकअप", "backup"),
        ("कंप्यूटर", "computer"),
        ("लाइसेंस", "licence"),
        ("रजिस्टर्ड", "registered"),
        ("ग्राहक", "customer"),
        ("grahak", "customer"),
        ("ग्राहक", "grahak"),
        ("मालिक", "owner"),
        ("bills", "bill"),
    ],
)
def test_a_word_is_known_in_another_script(one, other):
    assert senses(one) & senses(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("पासवर्ड", "printer"), ("ग्राहक", "supplier"), ("बैकअप", "bill"), ("10048", "10049"), ("owner", "admin")],
)
def test_words_of_different_things_stay_apart(one, other):
    assert not senses(one) & senses(other)


def test_grammar_carries_nothing():
    assert senses_of("है का the of mein") == []


def test_vowels_that_are_not_said_are_not_written():
    assert [in_latin(word) for word in ("बचत", "रकम", "कामकाजी", "न", "प्रिंटर")] == [
        "bachat",
        "rakam",
        "kaamkaajee",
        "na",
        "printar",
    ]
