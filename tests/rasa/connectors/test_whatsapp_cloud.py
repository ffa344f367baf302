"""What each of Meta's webhooks becomes, and that a second parser reads them the same way."""

import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from multidict import MultiDict

from connectors.incoming import Incoming, Media, Parsed
from connectors.provider import Http, WebhookRequest
from connectors.settings import ChannelSettings
from connectors.whatsapp_cloud import CloudAccount, WhatsAppCloud
from protocol.errors import BadRequest, Forbidden
from tests.rasa.connectors.payloads import cloud_payloads

SETTINGS = ChannelSettings(Path("tenants"), Path("var"), "sqlite://", "https://chat.example")
ACCOUNT = CloudAccount("demo", "1122334455667", "token", "secret", "verify", "https://graph.facebook.com/v23.0")
PAYLOADS = cloud_payloads()
BECOMES = {  # name -> (text, payload, media, what is said instead of a turn); None: noted only
    "message.text": ("Body Text", "", (), ""),
    "message.image": ("", "", (Media("65463453", "image"),), ""),
    "message.document": ("caption", "", (Media("1234567890987654321", "document", "filename.pdf"),), ""),
    "message.voice": ("", "", (Media("1234567890987654321", "voice"),), ""),
    "message.video": ("", "", (), "utter_cannot_read_that"),
    "message.static_sticker": ("🙂", "", (), ""),
    "message.chosen_location": (
        "📍 Facebook HQ 1 Hacker Way, Menlo Park, CA 94025 37.4611978,-122.2164385", "", (), "",
    ),
    "message.contacts": ("👤 Chandler Bing +1 555-555-5555\n👤 Monica +1 666-666-6666\n👤 Rachel Green +1 777-777-7777", "", (), ""),
    "message.order": ("3 x HAMBURGER\n2 x FRENCH_FRIES\n2 x SODA", "", (), ""),
    "message.referral": ("BODY", "", (), ""),
    "message.unsupported_with_type": ("", "", (), "utter_cannot_read_that"),
    "message.interactive_message_with_err": ("", "", (), "utter_cannot_read_that"),
    "callback_button.button": ("title", "callback_data", (), ""),
    "callback_button.quick_reply_without_context": ("title", "callback_data", (), ""),
    "callback_selection.description": ("title", "callback_data", (), ""),
    "flow_completion.completion": (
        "comment_text: Comment Text\ndelivery_rating: 4\npurchase_rating: 2\nrecommend_radio: 0\ncs_rating: 0", "", (), "",
    ),
    "edited_message.image": ("Updated image caption", "", (Media("1234567890", "image"),), ""),
    "message.reaction": None,
    "deleted_message.revoke": None,
    "system.phone_number_change": None,
    "call_permission_update.accept": None,
    "call_connect.user_initiated": None,
    "account_update.account_restriction": None,
    "outgoing_message.text": None,
    "template_status_update.rejected": None,
    "user_marketing_preferences.resume": None,
}  # fmt: skip
_KNOWN_TO_PYWA = ("message", "callback_button", "callback_selection", "flow_completion", "message_status")


def parse(payload: Any) -> Parsed:
    """As the account that the payload names."""
    number = _number(payload) or ACCOUNT.phone_number_id
    channel = WhatsAppCloud({"demo": replace(ACCOUNT, phone_number_id=number)}, SETTINGS, Http())
    return channel.parse(channel.accounts["demo"], signed(json.dumps(payload).encode()))


def signed(body: bytes, secret: str = "secret", **query: str) -> WebhookRequest:
    seal = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"x-hub-signature-256": f"sha256={seal}"}
    return WebhookRequest("https://chat.example/webhooks/whatsapp_cloud/webhook", headers, MultiDict(query), body)


@pytest.mark.parametrize("name", BECOMES)
def test_each_kind_of_webhook_becomes_what_the_table_says(name: str) -> None:
    parsed = parse(PAYLOADS[name])
    expected = BECOMES[name]
    if expected is None:
        assert (parsed.incoming, len(parsed.noted)) == ((), 1)
        return
    [incoming] = parsed.incoming
    assert (incoming.message.text, incoming.message.payload, incoming.media, incoming.utterance) == expected
    assert Incoming.from_json(json.loads(json.dumps(incoming.to_json()))) == incoming


@pytest.mark.parametrize("name", PAYLOADS)
def test_every_recorded_webhook_is_read_without_an_error(name: str) -> None:
    parsed = parse(PAYLOADS[name])
    assert parsed.incoming or parsed.receipts or parsed.noted


def test_the_page_tells_what_each_becomes() -> None:
    from tests.rasa.connectors.cloud_table import PAGE, page

    assert PAGE.read_text("utf-8") == page(), "write it again: python -m tests.rasa.connectors.cloud_table"


@pytest.mark.parametrize(("name", "state"), [("delivered", "delivered"), ("read", "read"), ("failed", "failed")])
def test_a_status_is_a_receipt_of_what_was_sent(name: str, state: str) -> None:
    [receipt] = parse(PAYLOADS[f"message_status.{name}"]).receipts
    assert (receipt.provider_id, receipt.state) == ("wamid.xyzxyz", state)
    assert ("130472" in receipt.error) == (state == "failed")


def test_a_customer_without_a_phone_number_is_known_by_the_business_scoped_id() -> None:
    payload = json.loads(json.dumps(PAYLOADS["callback_button.quick_reply_without_context"]))
    del payload["entry"][0]["changes"][0]["value"]["messages"][0]["from"]
    [incoming] = parse(payload).incoming
    assert incoming.message.conversation.sender == "US.13491208655302741918"
    assert incoming.message.identity.verified


@pytest.mark.parametrize("name", [name for name in PAYLOADS if name.partition(".")[0] in _KNOWN_TO_PYWA])
def test_pywa_reads_every_message_that_it_knows_the_same_way(name: str) -> None:
    pywa = pytest.importorskip("pywa")
    from pywa import types
    from pywa.types.base_update import RawUpdate

    kinds = {
        "message": types.Message,
        "callback_button": types.CallbackButton,
        "callback_selection": types.CallbackSelection,
        "flow_completion": types.FlowCompletion,
        "message_status": types.MessageStatus,
    }
    kind = kinds[name.partition(".")[0]]
    client = pywa.WhatsApp(phone_id="1122334455667", token="x", filter_updates=False)
    body = json.dumps(PAYLOADS[name]).encode()
    theirs = kind.from_update(client, RawUpdate(body, hmac_header=None, update_hash="x"))
    ours = parse(PAYLOADS[name])
    if kind is types.MessageStatus:
        assert all(receipt.provider_id == theirs.id for receipt in ours.receipts)
        assert not ours.receipts or ours.receipts[0].state in (theirs.status.value, "read")
        return
    if not ours.incoming:
        assert theirs.type.value in ("reaction", "system")
        return
    message, media = ours.incoming[0].message, ours.incoming[0].media
    assert (message.message_id, message.conversation.sender) == (theirs.id, theirs.from_user.wa_id)
    assert ours.incoming[0].sent_at == theirs.timestamp.timestamp()
    if kind is types.Message:
        said = theirs.text or theirs.caption
        assert said is None or message.text == said or theirs.type.value == "video"
        if theirs.has_media and theirs.type.value in ("image", "document", "audio"):
            assert media[0].reference == theirs.media.id
    elif kind is types.FlowCompletion:
        assert "delivery_rating: 4" in message.text
        assert theirs.response["delivery_rating"] == "4"
    else:
        assert (message.payload, message.text) == (theirs.data, theirs.title)


def test_metas_own_signature_is_accepted_and_any_other_is_not() -> None:
    account = replace(ACCOUNT, app_secret="1222e786b144d0e85b9f365372d93676")
    channel = WhatsAppCloud({"demo": account}, SETTINGS, Http())
    body = (
        b'{"object":"whatsapp_business_account","entry":[{"id":"264937493375603","changes":[{"value":'
        b'{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550953877","phone_number_id":'
        b'"277321005464405"},"contacts":[{"profile":{"name":"PyWa Tests"},"wa_id":"972544401243"}],"messages":'
        b'[{"from":"972544401243","id":"wamid.HBgMOTcyNTQ0NDAxMjQzFQIAEhggM0RFQTNCMEEwRTY3QzUwODYzMDc4NjQ4QzM4ODAxM0YA",'
        b'"timestamp":"1730231903","text":{"body":"Hey there! I am using PyWa."},"type":"text"}]},"field":"messages"}]}]}'
    )
    seal = "sha256=54edfa1d7259e0eb13c677cc7d73d1b5c86cfa12433d19156e058ab9251bc441"
    request = WebhookRequest("https://x", {"x-hub-signature-256": seal}, MultiDict(), body)
    assert channel.verify(request) is account
    for forged in (
        replace(request, body=body[:-1]),
        replace(request, body=body.replace(b"Hey", b"hey")),
        replace(request, headers={}),
        replace(request, headers={"x-hub-signature-256": seal[:-1] + "é"}),
        replace(request, headers={"x-hub-signature-256": ""}),
    ):
        with pytest.raises(Forbidden):
            channel.verify(forged)


def test_one_app_may_carry_several_tenants_and_none_reads_a_stranger_apps_numbers() -> None:
    shop = replace(ACCOUNT, tenant="shop", phone_number_id="2")
    stranger = replace(ACCOUNT, tenant="other", phone_number_id="3", app_secret="another")
    channel = WhatsAppCloud({"demo": ACCOUNT, "shop": shop, "other": stranger}, SETTINGS, Http())
    changes = []
    for number in ("1122334455667", "2", "3"):
        message = {"from": "919", "id": "wamid.1", "type": "text", "text": {"body": "hi"}}
        changes.append({"field": "messages", "value": {"metadata": {"phone_number_id": number}, "messages": [message]}})
    request = signed(json.dumps({"entry": [{"changes": changes}]}).encode())
    parsed = channel.parse(channel.verify(request), request)
    assert [incoming.message.conversation.tenant for incoming in parsed.incoming] == ["demo", "shop"]
    assert len(parsed.noted) == 1


def test_the_challenge_is_answered_for_our_token_only() -> None:
    channel = WhatsAppCloud({"demo": ACCOUNT}, SETTINGS, Http())
    asked = {"hub.mode": "subscribe", "hub.challenge": "42"}
    assert channel.challenge(signed(b"", **asked, **{"hub.verify_token": "verify"})) == "42"
    with pytest.raises(Forbidden):
        channel.challenge(signed(b"", **asked, **{"hub.verify_token": "guess"}))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'"text"'])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    channel = WhatsAppCloud({"demo": ACCOUNT}, SETTINGS, Http())
    with pytest.raises(BadRequest):
        channel.parse(ACCOUNT, signed(body))


def test_a_webhook_of_another_shape_is_harmless() -> None:
    strange: tuple[Any, ...] = (None, 5, "x", [], {}, [None], [5], {"x": 1}, True)
    for name in ("message.text", "message.contacts", "callback_button.button", "message_status.failed"):
        for path in list(_paths(PAYLOADS[name])):
            for value in strange:
                parse(_with(PAYLOADS[name], path, value))


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Any:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _paths(inner, (*path, key))


def _with(payload: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = json.loads(json.dumps(payload))
    if not path:
        return {"entry": value}
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


def _number(payload: Any) -> str:
    try:
        return str(payload["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"])
    except (KeyError, IndexError, TypeError):
        return ""
