"""Customers as the tests play them: each writes through a provider, which signs and delivers, and reads what comes back."""

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator

from tests.rasa.connectors.channels.server import ChannelsServer, wait_for

_ids = itertools.count(1)


class CloudCustomer:
    """Writes on WhatsApp; Meta signs and delivers."""

    def __init__(self, server: ChannelsServer, phone: str = "") -> None:
        self.server = server
        self.phone = phone or f"9198{next(_ids):08d}"

    def says(self, text: str, **more: Any) -> httpx.Response:
        return self.sends(type="text", text={"body": text}, **more)

    def sends(self, **message: Any) -> httpx.Response:
        whole = {"from": self.phone, "id": f"wamid.in{next(_ids)}", "timestamp": str(int(time.time())), **message}
        value = {"metadata": {"phone_number_id": "1122334455667"}, "messages": [whole]}
        return self.delivers({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]})

    def delivers(self, payload: Any, secret: str = "app-secret") -> httpx.Response:
        body = json.dumps(payload).encode()
        seal = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return self.posts(body, {"X-Hub-Signature-256": f"sha256={seal}"})

    def posts(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        return httpx.post(
            f"{self.server.url}/webhooks/whatsapp_cloud/webhook",
            content=body,
            headers={"content-type": "application/json", **headers},
            timeout=30,
        )

    def got(self) -> list[dict[str, Any]]:
        return [body for body in self.server.graph.sent if body.get("to", body.get("recipient")) == self.phone]

    def read(self) -> list[str]:
        """The texts, whatever their shape."""
        return [_cloud_text(body) for body in self.got()]


class TwilioCustomer:
    """Writes on WhatsApp; Twilio signs and delivers."""

    def __init__(self, server: ChannelsServer) -> None:
        self.server = server
        self.phone = f"+9197{next(_ids):08d}"

    def says(self, text: str, **more: str) -> httpx.Response:
        return self.sends(Body=text, **more)

    def sends(self, **fields: str) -> httpx.Response:
        form = {
            "SmsMessageSid": "", "AccountSid": "AC1", "To": "whatsapp:+14155238886", "From": f"whatsapp:{self.phone}",
            "MessageSid": f"SM{next(_ids)}", "Body": "", "NumMedia": "0", "SmsStatus": "received", **fields,
        }  # fmt: skip
        return self.delivers(form)

    def delivers(self, form: dict[str, str], token: str = "twilio-token") -> httpx.Response:
        url = f"{self.server.url}/webhooks/whatsapp_twilio/webhook"
        signature = RequestValidator(token).compute_signature(url, form)
        headers = {"X-Twilio-Signature": signature, "content-type": "application/x-www-form-urlencoded"}
        return httpx.post(url, content=urlencode(form), headers=headers, timeout=30)

    def got(self) -> list[dict[str, str]]:
        return [form for form in self.server.twilio.sent if form["To"] == f"whatsapp:{self.phone}"]

    def read(self) -> list[str]:
        return [self._text(form) for form in self.got()]

    def _text(self, form: dict[str, str]) -> str:
        if "ContentSid" in form:
            [content] = self.server.twilio.contents[form["ContentSid"]]["types"].values()
            return str(content["body"])
        return form.get("Body", form.get("MediaUrl", ""))


class TelegramCustomer:
    """Writes to the bot; Telegram delivers with the secret token."""

    def __init__(self, server: ChannelsServer, chat: int = 0, tenant: str = "demo") -> None:
        self.server = server
        self.tenant = tenant
        self.id = 5_000_000 + next(_ids)
        self.chat = chat or self.id

    def says(self, text: str, **more: Any) -> httpx.Response:
        return self.sends(text=text, **more)

    def sends(self, **message: Any) -> httpx.Response:
        return self.delivers({"update_id": next(_ids), "message": self.message(**message)})

    def message(self, **message: Any) -> dict[str, Any]:
        chat = {"id": self.chat, "type": "private" if self.chat > 0 else "supergroup"}
        person = {"id": self.id, "is_bot": False, "first_name": "Asha"}
        return {"message_id": next(_ids), "date": int(time.time()), "chat": chat, "from": person, **message}

    def delivers(self, update: Any, secret: str = "telegram-secret") -> httpx.Response:
        return self.posts(json.dumps(update).encode(), secret)

    def posts(self, body: bytes, secret: str = "telegram-secret") -> httpx.Response:
        url = f"{self.server.url}/webhooks/telegram/webhook/{self.tenant}"
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "content-type": "application/json"}
        return httpx.post(url, content=body, headers=headers, timeout=30)

    def got(self) -> list[dict[str, Any]]:
        return [sent for sent in self.server.telegram.sent if int(sent["chat_id"]) == self.chat]

    def read(self) -> list[str]:
        return [str(sent.get("text", sent.get("photo", ""))) for sent in self.got()]


Customer = CloudCustomer | TwilioCustomer | TelegramCustomer
CUSTOMERS: dict[str, Callable[[ChannelsServer], Customer]] = {
    "whatsapp_cloud": CloudCustomer,
    "whatsapp_twilio": TwilioCustomer,
    "telegram": TelegramCustomer,
}


def answers(customer: Customer, count: int = 1, seconds: float = 90) -> list[str]:
    """The customer's first `count` messages."""
    wait_for(lambda: len(customer.read()) >= count, seconds)
    return customer.read()


def silence(customer: Customer, after: int = 0) -> None:
    """Nothing more comes, while another customer of the same channel is answered."""
    other = CUSTOMERS[channel_of(customer)](customer.server)
    other.says("hello")
    answers(other)
    assert len(customer.read()) == after, customer.read()


def channel_of(customer: Customer) -> str:
    return next(name for name, kind in CUSTOMERS.items() if isinstance(customer, kind))  # type: ignore[arg-type]


def _cloud_text(body: dict[str, Any]) -> str:
    if body["type"] == "interactive":
        return str(body["interactive"]["body"]["text"])
    if body["type"] == "template":
        return f"template {body['template']['name']} {body['template']['language']['code']}"
    return str(body["text"]["body"] if body["type"] == "text" else body["image"]["link"])
