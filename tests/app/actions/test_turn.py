"""What an action knows of the conversation before its turn."""

from rasa_sdk import Tracker

from actions.turn import Turn
from protocol.tenants import Tenant

TENANTS = {"demo": Tenant("demo", "ReckonSales")}


def turn(events):
    latest = {"text": "and in Premium?", "metadata": {}}
    return Turn.read(Tracker("demo.web.a", {}, latest, events, False, None, {}, None), TENANTS)


def test_what_both_said_is_known_without_buttons_and_earlier_sessions():
    said = turn(
        [
            {"event": "user", "text": "an old matter"},
            {"event": "session_started"},
            {"event": "user", "text": "users in Basic?"},
            {"event": "bot", "text": "3 users."},
            {"event": "bot", "text": None, "data": {}},
            {"event": "user", "text": "/affirm"},
            {"event": "user", "text": "and in Premium?"},
        ]
    ).said
    assert [(message.speaker, message.text) for message in said] == [
        ("customer", "users in Basic?"),
        ("assistant", "3 users."),
    ]


def test_the_first_message_has_nothing_before_it():
    assert turn([{"event": "session_started"}, {"event": "user", "text": "and in Premium?"}]).said == ()
    assert turn([]).said == ()
