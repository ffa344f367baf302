"""The parts that channels share: shapes, formatting, splitting, payloads, files from strangers' addresses, accounts."""

import asyncio
import importlib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from connectors import drain
from connectors.account_entry import AccountEntry
from connectors.database import open_database
from connectors.incoming import Incoming, Receipt
from connectors.markup import formatted
from connectors.outbox import Outbox
from connectors.payloads import choice, long, short
from connectors.public_web import fetch, is_public
from connectors.settings import ChannelSettings
from connectors.split import length, pieces
from connectors.sql_inbox import SqlInbox
from connectors.styles import TELEGRAM, WHATSAPP
from connectors.whatsapp_shapes import parts_of, shape_of
from protocol.conversation import Conversation
from protocol.errors import BadRequest, Forbidden, SettingsError, StoreUnavailable, TooLarge
from protocol.messages import InboundMessage
from tests.fakes.http_server import Call, HttpServer, Reply

ROOT = Path(__file__).resolve().parents[3]


def buttons(*titles: str) -> list[dict[str, Any]]:
    return [{"title": title, "payload": f"/p{number}"} for number, title in enumerate(titles)]


@pytest.mark.parametrize(
    ("titles", "shape"),
    [
        ((), "none"),
        (("Yes", "No"), "buttons"),
        (("टिकट खोलें", "व्यक्ति से बात"), "buttons"),
        (("x" * 20,) , "buttons"),
        (("x" * 21,), "list"),
        (("Same", "Same"), "numbers"),
        (("a", "b", "c", "d"), "list"),
        (tuple("abcdefghij"), "list"),
        (tuple("abcdefghijk"), "numbers"),
        (("x" * 73,), "numbers"),
    ],
)  # fmt: skip
def test_whatsapp_gets_the_first_shape_in_which_nothing_is_cut(titles: tuple[str, ...], shape: str) -> None:
    shown = buttons(*titles)
    assert shape_of(shown) == shape
    parts = parts_of({"text": "Which?", "buttons": shown}, "en", 4_096)
    whole = str(parts)
    assert all(title in whole for title in titles)


@pytest.mark.parametrize("language", ["en", "hi", "hinglish"])
def test_a_long_text_goes_before_the_buttons_it_does_not_fit_in(language: str) -> None:
    text = "यह बहुत लंबा है। " * 200
    *texts, last = parts_of({"text": text, "buttons": buttons("Yes", "No")}, language, 1_600)
    said = "".join(part["text"] for part in (*texts, last))
    assert said.replace(" ", "").replace("\n", "") == text.replace(" ", "")
    assert all(length(part["text"]) <= 1_600 for part in texts)
    assert (last["kind"], length(last["text"]) <= 1_024) == ("buttons", True)


def test_sources_stand_below_the_answer() -> None:
    source = {"number": 1, "id": "d", "title": "Passwords", "url": "https://d.example/p", "text": "x", "page": 3}
    card = {"answer_id": "a", "language": "hi", "refused": False, "confidence": 0.9, "sources": [source]}
    [part] = parts_of({"text": "ऐसे बदलें [1]।", "custom": {"answer": card}}, "hi", 4_096)
    assert part["text"] == "ऐसे बदलें [1]।\n\n*स्रोत*\n[1] Passwords (https://d.example/p), पृष्ठ 3"


@pytest.mark.parametrize(
    ("markdown", "whatsapp", "telegram"),
    [
        ("**Open** *Bills*", "*Open* _Bills_", "<b>Open</b> <i>Bills</i>"),
        ("# Steps #", "*Steps*", "<b>Steps</b>"),
        ("- one\n* two", "• one\n• two", "• one\n• two"),
        ("a < b & c", "a < b & c", "a &lt; b &amp; c"),
        ("`x<y`", "```x<y```", "<code>x&lt;y</code>"),
        ("[Guide](https://d.example/a?b=1&c=2)", "Guide (https://d.example/a?b=1&c=2)",
         '<a href="https://d.example/a?b=1&amp;c=2">Guide</a>'),
        ("[x](javascript:alert(1))", "x)", "x)"),
        ("![Look](https://evil.example/a.png)", "Look", "Look"),
        ("file_name_here 2*3*4", "file_name_here 2*3*4", "file_name_here 2*3*4"),
        ("| Plan | Price |\n| --- | --- |\n| Basic | ₹99 |", "• Basic: ₹99", "• Basic: ₹99"),
        ("| P | Price | Users |\n|-|-|-|\n| A | 1 | 2 |", "• A: Price 1, Users 2", "• A: Price 1, Users 2"),
        ("```\na\n<b>\n```", "```a\n<b>```", "<pre>a\n&lt;b&gt;</pre>"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("**अपना _पासवर्ड_ बदलें**", "*अपना _पासवर्ड_ बदलें*", "<b>अपना <i>पासवर्ड</i> बदलें</b>"),
    ],
)  # fmt: skip
def test_markdown_in_each_formatting(markdown: str, whatsapp: str, telegram: str) -> None:
    assert formatted(markdown, WHATSAPP) == whatsapp
    assert formatted(markdown, TELEGRAM) == telegram


@pytest.mark.parametrize(
    "text", ["word " * 3_000, "क्षत्रिय" * 2_000, "😀" * 5_000, "👨‍👩‍👧" * 2_000, "a\n\n" * 4_000, "x" * 9_999]
)
def test_a_long_text_is_split_within_the_limit_and_loses_nothing(text: str) -> None:
    split = pieces(text, 4_096)
    assert all(0 < length(piece) <= 4_096 for piece in split)
    assert "".join(split).replace(" ", "").replace("\n", "") == text.replace(" ", "").replace("\n", "")
    assert not any(piece[0] in "\u200d\u093f\u094d\u0937" for piece in split[1:])


def test_a_split_block_of_code_is_closed_and_opened_again() -> None:
    split = pieces("```\n" + "line of code\n" * 1_000 + "```", 4_096)
    assert all(piece.count("```") == 2 for piece in split)


def test_a_payload_that_is_too_long_travels_as_a_token() -> None:
    payload = "/order_status" + "x" * 100
    assert short("/greet", 64) == "/greet"
    assert len(short(payload, 64).encode()) <= 64
    assert long(short(payload, 64), ["/greet", payload]) == payload
    assert long("~0000", ["/greet"]) == "~0000"


@pytest.mark.parametrize(
    ("text", "index"), [("2", 1), (" 2. ", 1), ("२", 1), ("4", None), ("0", None), ("²", None), ("two", None)]
)
def test_a_number_chooses_a_button(text: str, index: int | None) -> None:
    assert choice(text, 3) == index


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "::1", "fd00::1", "fe80::1", "0.0.0.0",
     "::ffff:127.0.0.1", "2002:7f00:1::", "224.0.0.1"],
)  # fmt: skip
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_are() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1::1")


class Elsewhere(HttpServer):
    """Leads to other addresses."""

    def handle(self, call: Call) -> Reply:
        if call.path == "/away":
            return Reply("", 302, {"Location": "https://localhost/secret"})
        if call.path == "/loop":
            return Reply("", 302, {"Location": "/loop"})
        if call.path == "/plain":
            return Reply("", 302, {"Location": "http://93.184.216.34/x"})
        return Reply(b"x" * 1_000)


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/x", "https://[::1]/x", "https://169.254.169.254/latest/meta-data", "http://example.com/x",
     "file:///etc/passwd", "https://localhost/x", "https://127.1/x", "ftp://example.com/x"],
)  # fmt: skip
def test_a_file_on_a_private_address_is_not_fetched(url: str) -> None:
    with pytest.raises((Forbidden, BadRequest)):
        asyncio.run(fetch(url, 1_000, "https://api.example", {}, ()))


def test_a_redirect_to_a_private_address_is_not_followed_and_a_large_file_not_read() -> None:
    server = Elsewhere()
    try:
        assert asyncio.run(fetch(f"{server.url}/file", 1_000, server.url, {"Authorization": "x"}, ())) == b"x" * 1_000
        for path, refusal in (("/away", Forbidden), ("/plain", Forbidden), ("/loop", BadRequest)):
            with pytest.raises(refusal):
                asyncio.run(fetch(server.url + path, 1_000, server.url, {}, ()))
        with pytest.raises(TooLarge):
            asyncio.run(fetch(f"{server.url}/file", 999, server.url, {}, ()))
    finally:
        server.close()


def settings(folder: Path, database_url: str = "") -> ChannelSettings:
    url = database_url or f"sqlite:///{folder / 'app.db'}"
    return ChannelSettings(folder, folder, url, "https://chat.example")


def incoming(message_id: str, sent_at: float = 1.0) -> Incoming:
    return Incoming(InboundMessage(Conversation("demo", "telegram", "7"), message_id, "नमस्ते"), sent_at)


async def test_the_inbox_takes_a_message_once_and_hands_them_out_as_they_were_sent(tmp_path: Path) -> None:
    inbox = SqlInbox(open_database(settings(tmp_path)), "telegram")
    assert [await inbox.accept(incoming(*message)) for message in (("b", 2.0), ("a", 1.0), ("b", 2.0))] == [
        True,
        True,
        False,
    ]
    reopened = SqlInbox(open_database(settings(tmp_path)), "telegram")
    assert await reopened.unfinished() == ["demo.telegram.7"]
    first = await reopened.begin("demo.telegram.7")
    assert first is not None
    assert (first.incoming, first.attempts) == (incoming("a", 1.0), 1)
    again = await reopened.begin("demo.telegram.7")  # as after a kill
    assert again is not None
    assert (again.id, again.attempts) == (first.id, 2)
    await reopened.finish(again)
    second = await reopened.begin("demo.telegram.7")
    assert second is not None
    assert second.incoming.message.message_id == "b"
    await reopened.finish(second, "no")
    assert await reopened.begin("demo.telegram.7") is None
    assert not await reopened.accept(incoming("a"))  # replayed much later


async def test_the_outbox_does_not_queue_a_reply_twice_and_believes_the_newest_receipt(tmp_path: Path) -> None:
    outbox = Outbox(open_database(settings(tmp_path)), "telegram")
    for _ in range(2):
        await outbox.put("demo.telegram.7", "m1", 0, [{"text": "one"}, {"text": "two"}])
    parcels = []
    while parcel := await outbox.begin("demo.telegram.7"):
        await outbox.sent(parcel, f"id{parcel.id}")
        parcels.append(parcel.part["text"])
    assert parcels == ["one", "two"]
    await outbox.note([Receipt("id1", "read"), Receipt("id1", "delivered"), Receipt("unknown", "failed", "x")])
    assert await outbox.unsent() == []


async def test_work_that_fails_is_taken_up_again_and_keys_do_not_wait_for_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drain, "_PAUSE", 0.01)
    done: list[str] = []
    all_done = asyncio.Event()
    waiting = {"a": ["a1", "a2", "a3"], "b": ["b1"]}
    failures = ["a"]

    async def work(key: str) -> bool:
        if key in failures:
            failures.remove(key)
            raise StoreUnavailable("The database is away.")
        if not waiting[key]:
            return False
        await asyncio.sleep(0.02 if key == "a" else 0)
        done.append(waiting[key].pop(0))
        if len(done) == 4:
            all_done.set()
        return True

    working = drain.Drain(work, at_once=4)
    for key in ("a", "b", "a"):
        working.wake(key)
    await asyncio.wait_for(all_done.wait(), 10)
    assert done == ["b1", "a1", "a2", "a3"]


@pytest.mark.parametrize("url", ["nonsense", "nodialect://x/y", "postgresql+psycopg2://nobody@127.0.0.1:9/none"])
def test_a_database_that_does_not_open_is_said_in_one_line(tmp_path: Path, url: str) -> None:
    with pytest.raises((SettingsError, StoreUnavailable), match="DATABASE_URL") as refused:
        open_database(settings(tmp_path, url))
    assert "\n" not in str(refused.value)


def test_an_account_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = AccountEntry("demo", "telegram", {"bot_token_variable": "DEMO_BOT", "colour": "red"})
    with pytest.raises(SettingsError, match=r"tenants/demo.yml: channels.telegram.username is missing"):
        entry.text("username")
    with pytest.raises(SettingsError, match="DEMO_BOT is not set"):
        entry.secret("bot_token")
    monkeypatch.setenv("DEMO_BOT", "42:x")
    assert entry.secret("bot_token") == "42:x"
    with pytest.raises(SettingsError, match="unknown key 'colour'"):
        entry.finish()


def test_every_channel_of_the_credentials_can_be_imported_and_sleeps_without_an_account() -> None:
    listed = YAML(typ="safe", pure=True).load((ROOT / "credentials.yml").read_text("utf-8"))
    assert len(listed) == 4
    for path in listed:
        module, _, name = path.rpartition(".")
        channel = getattr(importlib.import_module(module), name)
        made = channel.from_credentials({"tenants": str(ROOT / "tenants")})
        if channel.name() != "web":
            assert made.get_output_channel() is None
