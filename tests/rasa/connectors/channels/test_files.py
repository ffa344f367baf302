"""Photos, documents and voice notes."""

import json
import sqlite3
from typing import Any

import pytest

from tests.rasa.connectors.channels.customers import (
    Customer,
    TelegramCustomer,
    answers,
)
from tests.rasa.connectors.channels.messages import send_photo, send_voice
from tests.rasa.connectors.channels.server import ChannelsServer, wait_for

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
OGG = b"OggS" + bytes(60)


def test_a_photo_is_fetched_checked_and_kept(customer: Customer, server: ChannelsServer) -> None:
    for service in (server.graph, server.twilio, server.telegram):
        service.files["photo1"] = PNG
    send_photo(customer, "photo1", caption="where is my order RS-3")
    assert "RS-3" in answers(customer)[0]
    [kept] = wait_for(lambda: attachments(server, customer))
    assert (kept["media_type"], kept["size"]) == ("image/png", 68)
    assert (server.folder / "var" / "uploads" / "demo" / kept["id"]).read_bytes() == PNG


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"MZ\x90\x00 not a picture", b""])
def test_a_file_that_is_not_what_it_says_is_declined(
    customer: Customer, server: ChannelsServer, content: bytes
) -> None:
    for service in (server.graph, server.twilio, server.telegram):
        service.files["fake"] = content
    send_photo(customer, "fake")
    assert answers(customer) == ["I can't read that."]


def test_a_file_that_is_too_large_is_declined(customer: Customer, server: ChannelsServer) -> None:
    for service in (server.graph, server.twilio, server.telegram):
        service.files["large"] = PNG + bytes(16_000_001)
    send_photo(customer, "large")
    assert answers(customer) == ["I can't read that."]


def test_a_voice_note_becomes_text(customer: Customer, server: ChannelsServer) -> None:
    for service in (server.graph, server.twilio, server.telegram):
        service.files["voice"] = OGG
    send_voice(customer, "voice")
    assert answers(customer)[0].startswith("Order RS-77.")


def test_a_voice_note_without_words_is_answered_with_a_request_to_type(
    customer: Customer, server: ChannelsServer
) -> None:
    for service in (server.graph, server.twilio, server.telegram):
        service.files["voice"] = OGG
    customer.says("bhai mera order RS-4 kahan hai batao na")
    answers(customer)
    server.transcription.heard = ""
    send_voice(customer, "voice")
    assert answers(customer, 2)[1] == "Please likhkar bhejiye."
    server.transcription.heard = "where is my order RS-77"


def attachments(server: ChannelsServer, customer) -> list[dict[str, Any]]:
    sender = customer.chat if isinstance(customer, TelegramCustomer) else customer.phone
    with sqlite3.connect(server.folder / "tracker.db") as database:
        query = "SELECT data FROM events WHERE sender_id LIKE ? AND type_name = 'user'"
        rows = database.execute(query, (f"demo.%.{sender}",)).fetchall()
    return [attachment for (data,) in rows for attachment in json.loads(data)["metadata"]["attachments"]]
