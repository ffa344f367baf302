"""What an action knows of the conversation before its turn."""

import pytest
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


@pytest.mark.parametrize(
    ("sender", "identity", "known"),
    [
        (
            "demo.whatsapp_cloud.919823012345",
            {"kind": "channel", "subject": "919823012345"},
            "whatsapp_cloud:919823012345",
        ),
        ("demo.telegram.4711", {"kind": "channel", "subject": "4711"}, "telegram:4711"),
        ("demo.web.a1b2", {"kind": "token", "subject": "member-7"}, "token:member-7"),
        ("demo.telegram.-100200:4711", {"kind": "channel", "subject": "4711"}, ""),  # a group reads along
        ("demo.web.a1b2", {"kind": "anonymous", "subject": ""}, ""),
        ("demo.web.a1b2", {"kind": "anonymous", "subject": "member-7"}, ""),
        ("demo.web.a1b2", {"kind": "token", "subject": ""}, ""),
        ("demo.web.a1b2", {}, ""),
        ("somebody", {"kind": "channel", "subject": "somebody"}, ""),  # `rasa shell`
    ],
)
def test_only_who_is_known_for_sure_and_alone_can_be_remembered(sender, identity, known):
    latest = {"text": "x", "metadata": {"identity": identity}}
    assert Turn.read(Tracker(sender, {}, latest, [], False, None, {}, None), TENANTS).known_as == known
