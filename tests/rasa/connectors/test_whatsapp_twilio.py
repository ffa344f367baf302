"""Twilio's webhooks: signed as Twilio signs, and what each becomes."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from connectors.incoming import Media, Parsed
from connectors.provider import Http, WebhookRequest
from connectors.settings import ChannelSettings
from connectors.whatsapp_twilio import TwilioAccount, WhatsAppTwilio
from protocol.errors import BadRequest, Forbidden

URL = "https://chat.example/webhooks/whatsapp_twilio/webhook"
SETTINGS = ChannelSettings(Path("tenants"), Path("var"), "sqlite://", "https://chat.example")
ACCOUNT = TwilioAccount("demo", "AC1", "12345", "+14155238886", "https://api.twilio.com", "https://content.twilio.com")
CHANNEL = WhatsAppTwilio({"demo": ACCOUNT}, SETTINGS, Http())
FORM = {
    "AccountSid": "AC1",
    "To": "whatsapp:+14155238886",
    "From": "whatsapp:+919800000001",
    "MessageSid": "SM1",
    "Body": "",
    "NumMedia": "0",
    "SmsStatus": "received",
}


def request(form: Any, url: str = URL, signature: str | None = None) -> WebhookRequest:
    fields = MultiDict(form)
    seal = RequestValidator("12345").compute_signature(url, fields) if signature is None else signature
    return WebhookRequest(url, {"x-twilio-signature": seal}, MultiDict(), urlencode(list(fields.items())).encode())


def parse(**fields: str) -> Parsed:
    return CHANNEL.parse(ACCOUNT, request({**FORM, **fields}))


def test_twilios_own_vectors_hold() -> None:
    params = {
        "CallSid": "CA1234567890ABCDE", "Digits": "1234", "From": "+14158675309", "To": "+18005551212",
        "Caller": "+14158675309",
    }  # fmt: skip
    account = replace(ACCOUNT, account_sid="", number="+18005551212")
    channel = WhatsAppTwilio({"demo": account}, SETTINGS, Http())
    for url, signature in (
        ("https://mycompany.com/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://mycompany.com:1234/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("http://mycompany.com:1234/myapp.php?foo=1&bar=2", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        ("https://mycompany.com/myapp.php?foo=1&bar=2", "kvajT1Ptam85bY51eRf/AJRuM3w="),
        ("http://mycompany.com/myapp.php?foo=1&bar=2", "0ZXoZLH/DfblKGATFgpif+LLRf4="),
    ):
        body = urlencode({**params, "AccountSid": ""})
        signed = WebhookRequest(url, {"x-twilio-signature": signature}, MultiDict(), body.encode())
        if "AccountSid" in body:  # the vectors have no such field, so verify the form without it
            assert RequestValidator("12345").validate(url, params, signature)
        with pytest.raises(Forbidden):  # one more field, and the same signature is a forgery
            channel.verify(signed)


def test_a_repeated_field_is_part_of_the_signature() -> None:
    form = MultiDict([("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234")])
    assert RequestValidator("12345").compute_signature("https://mycompany.com/myapp.php?foo=1&bar=2", form) == (
        "IK+Dwps556ElfBT0I3Rgjkr1wJU="
    )
    repeated = [*FORM.items(), ("Extra", "5678"), ("Extra", "1234")]
    assert CHANNEL.verify(request(repeated)) is ACCOUNT
    once = request([*FORM.items(), ("Extra", "5678")], signature=request(repeated).headers["x-twilio-signature"])
    with pytest.raises(Forbidden):
        CHANNEL.verify(once)


def test_blank_fields_are_part_of_the_signature() -> None:
    assert CHANNEL.verify(request({**FORM, "Body": "", "ProfileName": ""})) is ACCOUNT


@pytest.mark.parametrize(
    "forged",
    [
        request({**FORM, "Body": "hi"}, signature="RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        request(FORM, signature=""),
        request(FORM, signature="é" * 28),
        replace(request(FORM), url="https://elsewhere.example/webhook"),
        replace(request(FORM), body=request(FORM).body[:-9]),
        request({**FORM, "AccountSid": "AC2"}),
        request({**FORM, "To": "whatsapp:+1"}),
    ],
)
def test_a_forged_or_cut_webhook_is_refused(forged: WebhookRequest) -> None:
    with pytest.raises(Forbidden):
        CHANNEL.verify(forged)


def test_what_is_no_form_is_refused() -> None:
    with pytest.raises(BadRequest):
        CHANNEL.verify(replace(request(FORM), body=b"\xff\xfe"))
    with pytest.raises(BadRequest):
        CHANNEL.verify(replace(request(FORM), body=b"&".join(b"a%d=1" % number for number in range(2_000))))


@pytest.mark.parametrize(
    ("fields", "text", "payload", "media", "utterance"),
    [
        ({"Body": "hello"}, "hello", "", (), ""),
        ({"ButtonText": "Yes", "ButtonPayload": "/affirm", "Body": "Yes"}, "Yes", "/affirm", (), ""),
        ({"ListId": "/greet", "ListTitle": "Reset"}, "Reset", "/greet", (), ""),
        ({"Latitude": "18.5", "Longitude": "73.8", "Label": "Shop", "Address": "Pune"}, "📍 Shop Pune 18.5,73.8", "", (), ""),
        (
            {"NumMedia": "2", "MediaUrl0": "https://a", "MediaContentType0": "image/jpeg",
             "MediaUrl1": "https://b", "MediaContentType1": "application/pdf", "Body": "see"},
            "see", "", (Media("https://a", "image"), Media("https://b", "document")), "",
        ),
        ({"NumMedia": "1", "MediaUrl0": "https://a", "MediaContentType0": "audio/ogg"}, "", "", (Media("https://a", "voice"),), ""),
        ({"NumMedia": "1", "MediaUrl0": "https://a", "MediaContentType0": "video/mp4"}, "", "", (), "utter_cannot_read_that"),
        ({"NumMedia": "99999999999"}, "", "", (), ""),
        ({"NumMedia": "x"}, "", "", (), ""),
    ],
)  # fmt: skip
def test_each_kind_of_message(fields: dict[str, str], text: str, payload: str, media: Any, utterance: str) -> None:
    [incoming] = parse(**fields).incoming
    assert (incoming.message.text, incoming.message.payload, incoming.media, incoming.utterance) == (
        text, payload, media, utterance,
    )  # fmt: skip
    assert str(incoming.message.conversation) == "demo.whatsapp_twilio.+919800000001"


@pytest.mark.parametrize(
    ("state", "becomes"),
    [("queued", None), ("sent", None), ("delivered", "delivered"), ("read", "read"), ("undelivered", "failed")],
)
def test_a_status_callback_is_a_receipt(state: str, becomes: str | None) -> None:
    parsed = parse(MessageStatus=state, SmsStatus=state, ErrorCode="63016")
    assert [receipt.state for receipt in parsed.receipts] == ([becomes] if becomes else [])
    assert not parsed.incoming


def test_a_sender_that_is_no_address_is_only_noted() -> None:
    assert parse(From="whatsapp:<script>").noted == ("a message of nobody",)
