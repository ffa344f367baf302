"""The small components of the pipeline: spelling, messages without words, overlapping entities."""

import pytest

from bot.entities import distinct
from bot.spelling import alike
from bot.wordless import meaning_of


@pytest.mark.parametrize(
    "spellings",
    [
        ("नहीं", "nahin", "nahiin"),
        ("पैसे", "paise", "pese"),
        ("टिकट", "tikat", "tikatt"),
        ("खाता", "khata", "khaataa"),
        ("RS-10241", "rs-10349"),
    ],
)
def test_both_scripts_share_a_spelling(spellings):
    assert len({alike(spelling) for spelling in spellings}) == 1


def test_different_words_stay_different():
    assert len({alike(word) for word in ("order", "ticket", "invoice", "haan", "nahi", "स्टॉक")}) == 6


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("👍", "affirm"),
        ("👎🏽", "deny"),
        ("🙏🙏", "thank"),
        ("👋", "greet"),
        ("😀😡", "wordless"),
        ("", "wordless"),
        ("?!", "wordless"),
        ("10241", "inform"),
        ("९८७६", "inform"),
    ],
)
def test_message_without_letters_has_a_meaning(text, intent):
    assert meaning_of(text) == intent


def test_pattern_wins_over_a_guess_at_the_same_place():
    pattern = {
        "entity": "order_number",
        "start": 6,
        "end": 14,
        "value": "RS-10241",
        "extractor": "RegexEntityExtractor",
    }
    guess = {"entity": "product", "start": 0, "end": 14, "value": "order RS-10241", "extractor": "CRFEntityExtractor"}
    elsewhere = {"entity": "person", "start": 20, "end": 25, "value": "Rahul", "extractor": "CRFEntityExtractor"}
    assert distinct([elsewhere, guess, pattern]) == [pattern, elsewhere]
