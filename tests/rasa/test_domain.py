"""The domain and its examples: three languages everywhere, nothing missing, nothing twice."""

import re
from collections import Counter

import pytest

from protocol.languages import LANGUAGES
from tests.rasa.project import PROJECT, domain, error_utterances, examples

RESPONSES = sorted(domain().responses)
INTENTS = sorted({intent for intent, _ in examples()})
_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def _languages(variation):
    return [condition["value"] for condition in variation.get("condition", []) if condition["name"] == "language"] or [
        "en"
    ]


@pytest.mark.parametrize("response", RESPONSES)
def test_response_exists_in_every_language(response):
    spoken = {language for variation in domain().responses[response] for language in _languages(variation)}
    assert spoken == set(LANGUAGES)


@pytest.mark.parametrize("response", RESPONSES)
def test_response_names_the_same_facts_in_every_language(response):
    facts = {frozenset(re.findall(r"\{(\w+)\}", variation["text"])) for variation in domain().responses[response]}
    assert len(facts) == 1


@pytest.mark.parametrize("response", RESPONSES)
def test_buttons_fit_whatsapp_and_lead_to_an_intent(response):
    for variation in domain().responses[response]:
        buttons = variation.get("buttons", [])
        assert len(buttons) <= 3
        for button in buttons:
            assert len(button["title"]) <= 20
            assert button["payload"].removeprefix("/") in domain().intents


def test_every_error_has_something_to_say():
    assert error_utterances() <= set(RESPONSES)


def test_every_response_that_actions_speak_exists():
    spoken = set()
    for path in (PROJECT / "actions").glob("*.py"):
        spoken |= set(re.findall(r'"(utter_[a-z_]+[a-z])"', path.read_text("utf-8")))
    assert spoken - {"utter_message", "utter_action"} <= set(RESPONSES)


@pytest.mark.parametrize("form", sorted(domain().form_names))
def test_form_asks_for_each_of_its_slots(form):
    for slot in domain().required_slots_for_form(form):
        assert f"utter_ask_{form}_{slot}" in RESPONSES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", INTENTS)
def test_intent_has_thirty_examples_in_each_language(intent, language):
    assert len(examples()[intent, language]) >= 30


def test_every_intent_of_the_examples_is_in_the_domain():
    assert set(INTENTS) <= set(domain().intents)


def test_no_example_stands_twice():
    plain = [_ANNOTATION.sub(r"\1", text).casefold() for texts in examples().values() for text in texts]
    twice = [text for text, count in Counter(plain).items() if count > 1]
    assert not twice, f"{len(twice)} examples stand twice, such as {twice[:10]}"
