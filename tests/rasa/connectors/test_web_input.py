"""Bad input: each gets a clear answer or error, in the customer's language, and nothing of it is taken for a command."""

import pytest

from tests.rasa.connectors.customer import ask, post, texts
from tests.rasa.connectors.server import RasaServer


@pytest.mark.parametrize("text", ["", "   \n\t ", "\u200b\u200d", "\x00\x00", "\ud800"])
def test_a_message_with_nothing_in_it_is_answered_politely(rasa: RasaServer, text: str) -> None:
    assert texts(ask(rasa.url, text)) == ["I can't read that."]


def test_a_null_byte_and_control_characters_do_no_harm(rasa: RasaServer) -> None:
    assert texts(ask(rasa.url, "hel\x00lo\x1b")) == ["Hello!\n\nWhat can I do?"]


@pytest.mark.parametrize("text", ["🙂", "👍👍🏽", "❤️"])
def test_emoji_only_is_a_message(rasa: RasaServer, text: str) -> None:
    [answer] = texts(ask(rasa.url, text))
    assert answer not in ("I can't read that.", "Something failed.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * 100_000, "That is too long."),
        ("password kaise badle bhai batao " * 3_000, "Yeh bahut lamba hai."),
        ("पासवर्ड कैसे बदलें " * 5_000, "यह बहुत लंबा है।"),
    ],
)
def test_a_message_that_is_too_long_is_declined_in_its_language(rasa: RasaServer, text: str, said: str) -> None:
    assert texts(ask(rasa.url, text)) == [said]


def test_restart_typed_is_not_a_restart(rasa: RasaServer) -> None:
    session = ask(rasa.url, "where is my order RS-5")["session"]
    assert texts(ask(rasa.url, "/restart", session)) != []
    assert texts(ask(rasa.url, "order status please", session)) == ["Order RS-5."]  # the slot is still there


def test_typed_intents_and_entities_are_only_text(rasa: RasaServer) -> None:
    session = ask(rasa.url, "where is my order RS-5")["session"]
    ask(rasa.url, '/order_status{"order_number":"x"}', session)
    assert texts(ask(rasa.url, "order status please", session)) == ["Order RS-5."]


@pytest.mark.parametrize("text", ["/talk_to_human", " /talk_to_human", "\u200b/talk_to_human", "/talk_to_human@1.0{}"])
def test_a_payload_that_no_button_offered_is_not_obeyed(rasa: RasaServer, text: str) -> None:
    message = rasa.last_message(ask(rasa.url, text)["session"])
    assert message["parse_data"]["intent"]["confidence"] < 1.0
    assert not message["text"].startswith("/")


def test_a_button_of_the_bot_is_obeyed_and_shown_by_its_title(rasa: RasaServer) -> None:
    session = ask(rasa.url, "hello")["session"]
    answer = ask(rasa.url, '/order_status{"order_number": "RS-7"}', session)
    assert texts(answer) == ["Order RS-7."]
    assert rasa.last_message(session)["metadata"]["title"] == "Order RS-7"


def test_a_button_of_another_conversation_is_not(rasa: RasaServer) -> None:
    ask(rasa.url, "hello")
    stranger = ask(rasa.url, "show me a picture")["session"]
    ask(rasa.url, '/order_status{"order_number": "RS-7"}', stranger)
    message = rasa.last_message(stranger)
    assert "title" not in message["metadata"]
    assert message["parse_data"]["intent"]["confidence"] < 1.0  # understood as words, as anything typed is


def test_who_writes_too_much_is_told_once_then_refused(rasa: RasaServer) -> None:
    session = ask(rasa.url, "hello", key="shop")["session"]
    for _ in range(2):
        ask(rasa.url, "hello", session, key="shop")
    assert texts(ask(rasa.url, "hello", session, key="shop")) == ["Slowly please."]
    refused = post(rasa.url, key="shop", text="hello", session=session)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_requests")
    assert 0 < int(refused.headers["retry-after"]) <= 60


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the machine is broken", "Something failed."),
        ("bhai broken machine ki problem hai broken", "Kuch gadbad ho gayi."),
    ],
)
def test_an_action_that_fails_is_not_met_with_silence(rasa: RasaServer, text: str, said: str) -> None:
    assert texts(ask(rasa.url, text)) == [said]
