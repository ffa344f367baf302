"""The language of a message, and how it becomes the slot that chooses responses."""

import time

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.language import LANGUAGE, LanguageIdentifier
from protocol.languages import identify, recognise

SAID = {
    "en": ["how do I reset my password", "what is the price", "where is my order RS-10241", "Will it rain in Pune tomorrow?"],
    "hi": ["पासवर्ड कैसे बदलें", "GST invoice कैसे बनाएं", "नमस्ते", "मेरा order RS-10241 कहाँ है"],
    "hinglish": [
        "password kaise reset karu", "bill print nahi ho raha", "gst rate change kaise kare", "haan", "ji", "namaste",
        "DB-1001 aa raha hai", "order kab aayega",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(language, text) for language, texts in SAID.items() for text in texts])
def test_language_is_recognised(language, text):
    assert recognise(text) == language


@pytest.mark.parametrize(
    "text",
    ["ok", "ok done", "hello", "10241", "RS-10241", "LIC-403", "👍", "", "   ", "Ramesh Kumar", "Crocin 500", "९८७६५"],
)
def test_message_without_evidence_keeps_the_language(text):
    assert recognise(text) is None
    assert [identify(text, language) for language in SAID] == list(SAID)
    assert identify(text) == "en"


def test_english_that_quotes_a_hindi_word_stays_english():
    assert recognise("what does the word बिल mean on the invoice screen") == "en"


def test_very_long_message_is_told_quickly():
    started = time.perf_counter()
    assert recognise("mera bill print nahi ho raha hai " * 10_000) == "hinglish"
    assert time.perf_counter() - started < 0.1


def test_component_adds_the_language_only_when_there_is_evidence():
    messages = [Message({TEXT: "mera order kahan hai"}), Message({TEXT: "ok"}), Message({TEXT: ""})]
    assert [message.get(LANGUAGE) for message in LanguageIdentifier().process(messages)] == ["hinglish", None, None]
    assert messages[0].as_dict(only_output_properties=True)[LANGUAGE] == "hinglish"
