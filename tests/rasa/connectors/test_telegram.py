"""Telegram's updates: proved by the secret token, read by python-telegram-bot's types, each becoming what the table says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from multidict import MultiDict

from connectors.failures import NotSent, TryAgain
from connectors.incoming import Media, Parsed
from connectors.output import ChannelOutput
from connectors.provider import Http, WebhookRequest
from connectors.settings import ChannelSettings
from connectors.split import length
from connectors.telegram import Telegram, TelegramAccount
from protocol.conversation import Conversation
from protocol.errors import BadRequest, Forbidden
from tests.fakes.http_server import Reply
from tests.fakes.telegram_server import TOKEN, TelegramServer

SETTINGS = ChannelSettings(Path("tenants"), Path("var"), "sqlite://", "https://chat.example")
ACCOUNT = TelegramAccount("demo", "42:token", "secret", "ReckonBot", "https://api.telegram.org")
CHANNEL = Telegram({"demo": ACCOUNT}, SETTINGS, Http())
ASHA = {"id": 7, "is_bot": False, "first_name": "Asha"}
FILE = {"file_id": "F", "file_unique_id": "f"}


def parse(update: Any) -> Parsed:
    body = update if isinstance(update, bytes) else json.dumps(update).encode()
    return CHANNEL.parse(ACCOUNT, WebhookRequest("https://x", {}, MultiDict(), body, "demo"))


def message(chat: int = 7, kind: str = "private", **content: Any) -> dict[str, Any]:
    whole = {"message_id": 5, "date": 1_700_000_000, "chat": {"id": chat, "type": kind}, "from": ASHA, **content}
    return {"update_id": 1, "message": whole}


@pytest.mark.parametrize(
    ("content", "text", "media", "utterance"),
    [
        ({"text": "where is RS-1"}, "where is RS-1", (), ""),
        ({"text": "/start"}, "👋", (), ""),
        ({"text": "/start ad42"}, "👋", (), ""),
        ({"text": "/help"}, "help", (), ""),
        ({"text": "/restart now"}, "now", (), ""),
        ({"photo": [{**FILE, "file_id": "small", "width": 1, "height": 1}, {**FILE, "width": 9, "height": 9}], "caption": "see"},
         "see", (Media("F", "image"),), ""),
        ({"document": {**FILE, "file_name": "bill.pdf"}}, "", (Media("F", "document", "bill.pdf"),), ""),
        ({"voice": {**FILE, "duration": 3}}, "", (Media("F", "voice"),), ""),
        ({"audio": {**FILE, "duration": 3}}, "", (Media("F", "voice"),), ""),
        ({"video": {**FILE, "duration": 3, "width": 1, "height": 1}}, "", (), "utter_cannot_read_that"),
        ({"video_note": {**FILE, "duration": 3, "length": 1}}, "", (), "utter_cannot_read_that"),
        ({"sticker": {**FILE, "width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular", "emoji": "👍"}},
         "👍", (), ""),
        ({"location": {"latitude": 18.5, "longitude": 73.8}}, "📍 18.5,73.8", (), ""),
        ({"venue": {"location": {"latitude": 18.5, "longitude": 73.8}, "title": "Shop", "address": "Pune"},
          "location": {"latitude": 18.5, "longitude": 73.8}}, "📍 Shop Pune 18.5,73.8", (), ""),
        ({"contact": {"phone_number": "+9198", "first_name": "Ravi", "last_name": "Rao"}}, "👤 Ravi Rao +9198", (), ""),
        ({"dice": {"value": 3, "emoji": "🎲"}}, "🎲", (), ""),
    ],
)  # fmt: skip
def test_each_kind_of_message(content: dict[str, Any], text: str, media: Any, utterance: str) -> None:
    [incoming] = parse(message(**content)).incoming
    assert (incoming.message.text, incoming.media, incoming.utterance) == (text, media, utterance)
    assert str(incoming.message.conversation) == "demo.telegram.7"
    assert incoming.message.identity.subject == "7"


@pytest.mark.parametrize(
    "update",
    [
        message(new_chat_title="x"),
        message(pinned_message={"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}}),
        {"update_id": 1, "channel_post": {"message_id": 1, "date": 1, "chat": {"id": -9, "type": "channel"}, "text": "x"}},
        {"update_id": 1, "my_chat_member": {"chat": {"id": 7, "type": "private"}, "from": ASHA, "date": 1,
         "old_chat_member": {"status": "left", "user": ASHA}, "new_chat_member": {"status": "member", "user": ASHA}}},
        {"update_id": 1},
        message(**{"from": {**ASHA, "is_bot": True}, "text": "hello"}),
        message(chat=-100, kind="supergroup", text="hello all"),
    ],
)  # fmt: skip
def test_what_needs_no_answer_is_only_noted(update: Any) -> None:
    parsed = parse(update)
    assert parsed.incoming == ()
    assert parsed.noted


def test_an_edited_message_is_answered_as_a_new_one() -> None:
    edited = message(text="where is RS-2", edit_date=1_700_000_100)["message"]
    [incoming] = parse({"update_id": 2, "edited_message": edited}).incoming
    assert (incoming.message.text, incoming.message.message_id, incoming.sent_at) == (
        "where is RS-2",
        "2",
        1_700_000_100,
    )


@pytest.mark.parametrize(
    ("content", "heard"),
    [
        ({"text": "@ReckonBot where is RS-1"}, "where is RS-1"),
        ({"text": "hey @reckonbot help"}, "hey  help"),
        ({"text": "/help@ReckonBot"}, "help"),
        ({"text": "yes", "reply_to_message": {"message_id": 4, "date": 1, "chat": {"id": -100, "type": "supergroup"},
          "from": {"id": 42, "is_bot": True, "first_name": "Bot"}, "text": "really?"}}, "yes"),
        ({"text": "@ReckonBots are bad"}, None),
        ({"text": "mail me at x@reckonbot.example"}, None),
    ],
)  # fmt: skip
def test_in_a_group_only_what_is_addressed_to_the_bot_is_heard(content: dict[str, Any], heard: str | None) -> None:
    parsed = parse(message(chat=-100, kind="supergroup", **content))
    assert [incoming.message.text for incoming in parsed.incoming] == ([heard] if heard else [])
    if heard:
        assert str(parsed.incoming[0].message.conversation) == "demo.telegram.-100:7"
        assert parsed.incoming[0].route["reply_to"] == 5


def test_a_pressed_button_brings_its_payload_and_its_title() -> None:
    keyboard = {"inline_keyboard": [[{"text": "Track", "callback_data": "/order_status"}]]}
    shown = message(text="Which?", reply_markup=keyboard)["message"]
    query = {"id": "q1", "from": ASHA, "chat_instance": "1", "data": "/order_status", "message": shown}
    [incoming] = parse({"update_id": 3, "callback_query": query}).incoming
    assert (incoming.message.text, incoming.message.payload) == ("Track", "/order_status")
    assert incoming.route["callback"] == "q1"


@pytest.mark.parametrize(("tenant", "token"), [("demo", "guess"), ("demo", ""), ("shop", "secret"), ("", "secret")])
def test_without_the_secret_token_nothing_is_heard(tenant: str, token: str) -> None:
    headers = {"x-telegram-bot-api-secret-token": token} if token else {}
    with pytest.raises(Forbidden):
        CHANNEL.verify(WebhookRequest("https://x", headers, MultiDict(), b"{}", tenant))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        parse(body)


def test_an_update_of_another_shape_is_harmless() -> None:
    for value in (None, 5, "x", [], {}, [None], {"x": 1}, True):
        for key in ("message", "edited_message", "callback_query", "update_id", "inline_query"):
            parse({"update_id": 1, key: value})
        for key in ("chat", "from", "text", "photo", "date", "entities", "voice", "location", "reply_to_message"):
            parse(message(**{key: value}))


def test_a_long_answer_is_split_and_only_its_last_piece_has_the_buttons() -> None:
    text = "\n\n".join(f"**Step {number}** " + "do this & that <now> " * 20 for number in range(30))
    parts = CHANNEL.render({"text": text, "buttons": [{"title": "Done", "payload": "/affirm"}]}, "en", {})
    assert len(parts) > 3
    assert all(length(part["text"]) <= 4_096 for part in parts)
    assert [bool(part.get("buttons")) for part in parts] == [*[False] * (len(parts) - 1), True]
    assert parts[0]["html"].startswith("<b>Step 0</b> do this &amp; that &lt;now&gt;")


def test_a_payload_that_does_not_fit_a_button_is_found_again_by_its_token() -> None:
    from connectors.payloads import long

    payload = '/order_status{"order_number": "RS-9", "note": "' + "x" * 80 + '"}'
    [part] = CHANNEL.render({"text": "?", "buttons": [{"title": "Order", "payload": payload}]}, "en", {})
    data = part["buttons"][0][0]["data"]
    assert len(data.encode()) <= 64
    assert long(data, ["/greet", payload]) == payload


@pytest.fixture
def api() -> Iterator[TelegramServer]:
    server = TelegramServer()
    yield server
    server.close()


def bot(api: TelegramServer) -> tuple[Telegram, TelegramAccount]:
    account = TelegramAccount("demo", TOKEN, "secret", "ReckonBot", api.url)
    return Telegram({"demo": account}, SETTINGS, Http()), account


async def test_an_answer_in_the_making_is_shown_as_a_draft_but_not_in_groups(api: TelegramServer) -> None:
    channel, _ = bot(api)
    for chat, kind, drafts in ((7, "private", 2), (-100, "supergroup", 2)):
        [incoming] = parse(message(chat=chat, kind=kind, text="@ReckonBot how?")).incoming
        output = ChannelOutput(channel, None, incoming)  # type: ignore[arg-type]  # nothing is queued here
        for seq in range(10):
            await output.stream(str(incoming.message.conversation), seq, "a few words ")
        assert api.asked.count("sendMessageDraft") == drafts


async def test_a_text_whose_marks_telegram_can_not_read_goes_without_them(api: TelegramServer) -> None:
    channel, account = bot(api)
    refusal = {"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities: unclosed tag"}
    api.refusals.append(Reply(refusal, 400))
    [part] = channel.render({"text": "**Hello**"}, "en", {})
    await channel.send(account, Conversation("demo", "telegram", "7"), part)
    assert [sent["text"] for sent in api.sent] == ["<b>Hello</b>", "**Hello**"]


@pytest.mark.parametrize(
    ("reply", "failure", "seconds"),
    [
        (Reply({"ok": False, "error_code": 429, "description": "x", "parameters": {"retry_after": 7}}, 429), TryAgain, 7),
        (Reply({"ok": False, "error_code": 502, "description": "Bad Gateway"}, 502), TryAgain, 0),
        (Reply({"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}, 403), NotSent, None),
        (Reply({"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}, 400), NotSent, None),
        (Reply("no json", 500), TryAgain, 0),
    ],
)  # fmt: skip
async def test_what_may_help_is_tried_again_and_what_can_not_is_not(
    api: TelegramServer, reply: Reply, failure: type[NotSent], seconds: float | None
) -> None:
    channel, account = bot(api)
    api.refusals.append(reply)
    [part] = channel.render({"text": "Hello"}, "en", {})
    with pytest.raises(failure) as raised:
        await channel.send(account, Conversation("demo", "telegram", "7"), part)
    assert type(raised.value) is failure
    assert getattr(raised.value, "seconds", None) == seconds


async def test_a_picture_goes_before_its_text_and_into_the_topic_it_belongs_to(api: TelegramServer) -> None:
    channel, account = bot(api)
    response = {"text": "Look.", "image": "https://docs.example/a.png", "attachment": "https://docs.example/a.png"}
    for part in channel.render(response, "en", {"chat": -100, "thread": 9, "reply_to": 5}):
        await channel.send(account, Conversation("demo", "telegram", "-100:7"), part)
    photo, text = api.sent
    assert (photo["photo"], text["text"]) == ("https://docs.example/a.png", "Look.")
    assert {(sent["chat_id"], sent["message_thread_id"]) for sent in api.sent} == {("-100", "9")}
