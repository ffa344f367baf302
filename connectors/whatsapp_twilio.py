"""WhatsApp by Twilio: `connectors.whatsapp_twilio.WhatsAppTwilioInput` in credentials.yml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from multidict import MultiDict
from twilio.request_validator import RequestValidator

from connectors.account_entry import AccountEntry
from connectors.files import MAX_FILE
from connectors.incoming import Media, Parsed
from connectors.outbox import Part
from connectors.provider import Account, Provider, WebhookRequest
from connectors.public_web import fetch
from connectors.webhook import WebhookInput
from connectors.whatsapp_shapes import parts_of, shape_of
from connectors.whatsapp_twilio_api import TwilioApi
from connectors.whatsapp_twilio_parse import parse_form
from protocol.conversation import Conversation
from protocol.errors import BadRequest, Forbidden
from protocol.tenants import Tenant

_MAX_TEXT = 1_600
_FIELDS = 500


@dataclass(frozen=True)
class TwilioAccount(Account):
    """A WhatsApp sender of a Twilio account."""

    account_sid: str
    auth_token: str
    number: str  # +14155238886
    api: str
    content_api: str
    template: str = ""  # its content SID; asks an absent customer to write
    template_languages: Mapping[str, str] = field(default_factory=dict)  # content SIDs by language


class WhatsAppTwilio(Provider[TwilioAccount]):
    """Signed over the public URL and every field of the form."""

    name = "whatsapp_twilio"
    window = 24 * 3600.0
    acknowledgement = ("<Response/>", "text/xml")  # without it Twilio would send the body to the customer

    def __init__(self, *rest: Any) -> None:
        super().__init__(*rest)
        self._contents: dict[str, str] = {}

    @classmethod
    def account(cls, tenant: Tenant, entry: Mapping[str, Any]) -> TwilioAccount:
        read = AccountEntry(tenant.id, cls.name, entry)
        account = TwilioAccount(
            tenant=tenant.id,
            account_sid=read.text("account_sid"),
            auth_token=read.secret("auth_token"),
            number="+" + read.text("number").removeprefix("whatsapp:").lstrip("+"),
            api=read.text("api", "https://api.twilio.com").rstrip("/"),
            content_api=read.text("content_api", "https://content.twilio.com").rstrip("/"),
            template=read.text("template", "-").strip("-"),
            template_languages=read.texts("template_languages"),
        )
        read.finish()
        return account

    def verify(self, request: WebhookRequest) -> TwilioAccount:
        form = _form(request.body)
        numbers = {form.get(key, "").removeprefix("whatsapp:") for key in ("To", "From")}
        signature = request.headers.get("x-twilio-signature", "")
        for account in self.accounts.values():
            if account.account_sid == form.get("AccountSid") and account.number in numbers:
                if RequestValidator(account.auth_token).validate(request.url, form, signature):
                    return account
                raise Forbidden(
                    "X-Twilio-Signature is missing or forged.",
                    hint="Or PUBLIC_URL isn't the address that Twilio calls.",
                )
        raise Forbidden("No tenant has this Twilio account and number.")

    def parse(self, account: TwilioAccount, request: WebhookRequest) -> Parsed:
        return parse_form(account.tenant, self.name, _form(request.body))

    def render(self, response: Mapping[str, Any], language: str, route: Mapping[str, Any]) -> list[Part]:
        return parts_of(response, language, _MAX_TEXT)

    def numbered(self, buttons: list[dict[str, Any]]) -> bool:
        return shape_of(buttons) in ("numbers", "list")

    async def send(self, account: TwilioAccount, conversation: Conversation, part: Part) -> str:
        fields = self._addresses(account, conversation)
        if part["kind"] in ("buttons", "list"):
            fields["ContentSid"] = await self._content(account, part)
        elif part["kind"] == "image":
            fields["MediaUrl"] = part["url"]
        else:
            fields["Body"] = part["text"]
        return await self._api(account).message(fields)

    async def invite(self, account: TwilioAccount, conversation: Conversation, language: str) -> None:
        template = account.template_languages.get(language, account.template)
        if not template:
            await super().invite(account, conversation, language)
        await self._api(account).message({**self._addresses(account, conversation), "ContentSid": template})

    async def fetch(self, account: TwilioAccount, media: Media) -> bytes:
        headers = {"Authorization": self._api(account).authorization}
        return await fetch(media.reference, MAX_FILE, account.api, headers, ("api.twilio.com",))

    def _addresses(self, account: TwilioAccount, conversation: Conversation) -> dict[str, str]:
        return {
            "From": f"whatsapp:{account.number}",
            "To": f"whatsapp:{conversation.sender}",
            "StatusCallback": f"{self.settings.public_url}/webhooks/{self.name}/webhook",
        }

    async def _content(self, account: TwilioAccount, part: Part) -> str:
        """Buttons and lists are contents of Twilio's, made once for each different one."""
        name, types = _content_types(part)
        key = f"{account.tenant}/{name}/{types}"
        if key not in self._contents:
            if len(self._contents) > 5_000:
                self._contents.clear()
            self._contents[key] = await self._api(account).content(name, part.get("language", ""), types)
        return self._contents[key]

    def _api(self, account: TwilioAccount) -> TwilioApi:
        return TwilioApi(self.http, account.api, account.content_api, account.account_sid, account.auth_token)


class WhatsAppTwilioInput(WebhookInput):
    """Rasa's name for it."""

    provider = WhatsAppTwilio


def _form(body: bytes) -> "MultiDict[str]":
    """Every field, blank and repeated ones as well: the signature covers them."""
    try:
        return MultiDict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_FIELDS))
    except (UnicodeDecodeError, ValueError) as error:
        raise BadRequest("The webhook isn't a form.") from error


def _content_types(part: Part) -> tuple[str, dict[str, Any]]:
    if part["kind"] == "buttons":
        actions = [{"type": "QUICK_REPLY", "title": b["title"], "id": b["id"]} for b in part["buttons"]]
        return "quick-reply", {"twilio/quick-reply": {"body": part["text"], "actions": actions}}
    items = [{"item": row["title"], "id": row["id"], "description": row["description"]} for row in part["rows"]]
    return "list-picker", {"twilio/list-picker": {"body": part["text"], "button": part["button"], "items": items}}
