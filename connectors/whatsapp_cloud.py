"""WhatsApp by Meta's Cloud API: `connectors.whatsapp_cloud.WhatsAppCloudInput` in credentials.yml."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.account_entry import AccountEntry
from connectors.files import MAX_FILE
from connectors.incoming import Incoming, Media, Parsed
from connectors.outbox import Part
from connectors.provider import Account, Provider, WebhookRequest
from connectors.public_web import fetch
from connectors.untrusted import mapping, mappings, parse_object, string
from connectors.webhook import WebhookInput
from connectors.whatsapp_cloud_api import GraphApi
from connectors.whatsapp_cloud_parse import parse_change
from connectors.whatsapp_shapes import parts_of, shape_of
from protocol.conversation import Conversation
from protocol.errors import Forbidden
from protocol.tenants import Tenant

_MAX_TEXT = 4_096
_MEDIA_HOSTS = (".fbsbx.com", ".whatsapp.net", ".fbcdn.net")


@dataclass(frozen=True)
class CloudAccount(Account):
    """A phone number of a Meta app."""

    phone_number_id: str
    access_token: str
    app_secret: str
    verify_token: str
    api: str
    template: str = ""  # asks an absent customer to write
    template_languages: Mapping[str, str] = field(default_factory=dict)


class WhatsAppCloud(Provider[CloudAccount]):
    """Signed by the app's secret; one webhook may carry messages to several of the app's numbers."""

    name = "whatsapp_cloud"
    window = 24 * 3600.0
    per_second = 60.0  # Meta allows 80

    @classmethod
    def account(cls, tenant: Tenant, entry: Mapping[str, Any]) -> CloudAccount:
        read = AccountEntry(tenant.id, cls.name, entry)
        account = CloudAccount(
            tenant=tenant.id,
            phone_number_id=read.text("phone_number_id"),
            access_token=read.secret("access_token"),
            app_secret=read.secret("app_secret"),
            verify_token=read.secret("verify_token"),
            api=read.text("api", "https://graph.facebook.com/v23.0").rstrip("/"),
            template=read.text("template", "-").strip("-"),
            template_languages=read.texts("template_languages"),
        )
        read.finish()
        return account

    def challenge(self, request: WebhookRequest) -> str:
        token = request.query.get("hub.verify_token", "").encode()
        known = any(hmac.compare_digest(token, account.verify_token.encode()) for account in self.accounts.values())
        if request.query.get("hub.mode") != "subscribe" or not known:
            raise Forbidden("The verify token is none of ours.")
        return request.query.get("hub.challenge", "")

    def verify(self, request: WebhookRequest) -> CloudAccount:
        given = request.headers.get("x-hub-signature-256", "").encode()
        for account in self.accounts.values():
            seal = hmac.new(account.app_secret.encode(), request.body, hashlib.sha256).hexdigest()
            if hmac.compare_digest(given, f"sha256={seal}".encode()):
                return account
        raise Forbidden("X-Hub-Signature-256 is missing or forged.")

    def parse(self, account: CloudAccount, request: WebhookRequest) -> Parsed:
        numbers = {a.phone_number_id: a.tenant for a in self.accounts.values() if a.app_secret == account.app_secret}
        parsed = Parsed()
        for entry in mappings(parse_object(request.body).get("entry")):
            for change in mappings(entry.get("changes")):
                metadata = mapping(mapping(change.get("value")).get("metadata"))
                number = string(metadata.get("phone_number_id"))
                if number in numbers:
                    parsed += parse_change(numbers[number], self.name, change)
                else:  # templates and accounts are of no number at all
                    whose = " of no number of ours" if number else ""
                    parsed += Parsed(noted=(f"{string(change.get('field'))}{whose}",))
        return parsed

    def render(self, response: Mapping[str, Any], language: str, route: Mapping[str, Any]) -> list[Part]:
        return parts_of(response, language, _MAX_TEXT)

    def numbered(self, buttons: list[dict[str, Any]]) -> bool:
        return shape_of(buttons) in ("numbers", "list")  # a long title stands under its number in a list

    async def send(self, account: CloudAccount, conversation: Conversation, part: Part) -> str:
        return await self._api(account).message({**_recipient(conversation.sender), **_body(part)})

    async def invite(self, account: CloudAccount, conversation: Conversation, language: str) -> None:
        if not account.template:
            await super().invite(account, conversation, language)
        code = account.template_languages.get(language) or next(iter(account.template_languages.values()), "en")
        template = {"name": account.template, "language": {"code": code}}
        body = {**_recipient(conversation.sender), "type": "template", "template": template}
        await self._api(account).message(body)

    async def begin(self, account: CloudAccount, incoming: Incoming) -> None:
        await self._api(account).read(str(incoming.route["wamid"]))

    async def fetch(self, account: CloudAccount, media: Media) -> bytes:
        url = await self._api(account).media_url(media.reference)  # good for five minutes
        headers = {"Authorization": f"Bearer {account.access_token}"}
        return await fetch(url, MAX_FILE, account.api, headers, _MEDIA_HOSTS)

    def _api(self, account: CloudAccount) -> GraphApi:
        return GraphApi(self.http, account.api, account.phone_number_id, account.access_token)


class WhatsAppCloudInput(WebhookInput):
    """Rasa's name for it."""

    provider = WhatsAppCloud


def _recipient(sender: str) -> dict[str, Any]:
    """A phone number, or the business-scoped id (`US.1349...`) of one who hides it."""
    key = "to" if sender.isdigit() else "recipient"
    return {"messaging_product": "whatsapp", "recipient_type": "individual", key: sender}


def _body(part: Part) -> dict[str, Any]:
    if part["kind"] == "image":
        return {"type": "image", "image": {"link": part["url"]}}
    if part["kind"] == "buttons":
        buttons = [{"type": "reply", "reply": button} for button in part["buttons"]]
        return _interactive("button", part, {"buttons": buttons})
    if part["kind"] == "list":
        rows = [{key: value for key, value in row.items() if value} for row in part["rows"]]
        return _interactive("list", part, {"button": part["button"], "sections": [{"rows": rows}]})
    return {"type": "text", "text": {"body": part["text"], "preview_url": False}}


def _interactive(kind: str, part: Part, action: dict[str, Any]) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": part["text"]}, "action": action}}
