"""Conversation ids are the only way a tenant is known to an action."""

import pytest

from protocol.conversation import Conversation
from protocol.errors import BadRequest


def test_an_id_survives_the_way_there_and_back():
    conversation = Conversation("demo", "web", "a1B2.c3+91@x")
    assert Conversation.parse(str(conversation)) == conversation


@pytest.mark.parametrize(
    "conversation_id",
    [
        "",
        "demo",
        "demo.web",
        "demo.web.",
        ".web.x",
        "Demo.web.x",
        "demo.we b.x",
        "demo.web.x\0",
        "demo.web." + "x" * 129,
        "../.web.x",
    ],
)
def test_what_is_no_id_is_refused(conversation_id):
    with pytest.raises(BadRequest):
        Conversation.parse(conversation_id)


def test_a_sender_can_not_smuggle_in_another_tenant():
    assert Conversation.parse("demo.web.other.web.victim").tenant == "demo"
