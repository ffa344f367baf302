"""Answer cards travel through Rasa's tracker as JSON."""

import json

from protocol.answers import AnswerCard, Source


def test_a_card_survives_the_tracker():
    source = Source(1, "en/a.md:0", "Title", "https://help.example/a", "Text", None)
    card = AnswerCard("id", "hi", False, 0.9, (source,))
    assert AnswerCard.from_custom(json.loads(json.dumps(card.to_custom()))) == card


def test_a_response_without_a_card_has_none():
    assert AnswerCard.from_custom(None) is None
    assert AnswerCard.from_custom({"other": 1}) is None
