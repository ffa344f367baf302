"""Telegram: `connectors.telegram.TelegramInput` in credentials.yml."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message, ReplyParameters, Update
from telegram.constants import ChatAction, ParseMode
from telegram.request import HTTPXRequest

from connectors.account_entry import AccountEntry
from connectors.buttons import shown
from connectors.files import MAX_FILE
from connectors.incoming import Incoming, Media, Parsed
from connectors.markup import formatted
from connectors.outbox import Part
from connectors.payloads import short
from connectors.provider import Account, Provider, WebhookRequest
from connectors.public_web import fetch
from connectors.split import pieces
from connectors.styles import TELEGRAM
from connectors.telegram_calls import answered, is_unparsable
from connectors.telegram_parse import parse_update
from connectors.untrusted import parse_object
from connectors.webhook import WebhookInput
from connectors.wording import with_sources, word
from protocol.conversation import Conversation
from protocol.errors import BadRequest, Forbidden, TooLarge
from protocol.tenants import Tenant

_MAX_TEXT = 3_800  # 4,096 is Telegram's limit after the marks are taken out
_MAX_DATA = 64  # bytes
_AT_ONCE = 32  # connections


@dataclass(frozen=True)
class TelegramAccount(Account):
    """A bot."""

    bot_token: str
    secret_token: str
    username: str
    api: str

    @property
    def bot_id(self) -> int:
        number = self.bot_token.partition(":")[0]
        return int(number) if number.isdigit() else 0


class Telegram(Provider[TelegramAccount]):
    """One webhook per bot: `/webhooks/telegram/webhook/<tenant>`, proved by the secret token that it was set with."""

    name = "telegram"
    per_second = 25.0  # Telegram allows 30

    def __init__(self, *rest: Any) -> None:
        super().__init__(*rest)
        self._bots: dict[str, Bot] = {}

    @classmethod
    def account(cls, tenant: Tenant, entry: Mapping[str, Any]) -> TelegramAccount:
        read = AccountEntry(tenant.id, cls.name, entry)
        account = TelegramAccount(
            tenant=tenant.id,
            bot_token=read.secret("bot_token"),
            secret_token=read.secret("secret_token"),
            username=read.text("username").lstrip("@"),
            api=read.text("api", "https://api.telegram.org").rstrip("/"),
        )
        read.finish()
        return account

    def verify(self, request: WebhookRequest) -> TelegramAccount:
        account = self.accounts.get(request.tenant)
        given = request.headers.get("x-telegram-bot-api-secret-token", "").encode()
        if account is None or not hmac.compare_digest(given, account.secret_token.encode()):
            raise Forbidden("X-Telegram-Bot-Api-Secret-Token is missing or wrong, or no such tenant has a bot.")
        return account

    def parse(self, account: TelegramAccount, request: WebhookRequest) -> Parsed:
        body = dict(parse_object(request.body))
        try:
            update = Update.de_json(body, None)
            return parse_update(account.tenant, self.name, account.bot_id, account.username, update)
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError, BadRequest) as error:
            return Parsed(noted=(f"an update that isn't as documented ({type(error).__name__})",))

    def render(self, response: Mapping[str, Any], language: str, route: Mapping[str, Any]) -> list[Part]:
        buttons = [
            [{"title": str(b["title"]), "data": short(str(b.get("payload") or b["title"]), _MAX_DATA)}]
            for b in shown(response)
            if str(b.get("title", "")).strip()
        ]
        image = response.get("image") or response.get("attachment")
        way = {key: route[key] for key in ("chat", "thread", "reply_to") if route.get(key)}
        parts: list[Part] = []
        if isinstance(image, str) and image.startswith("https://"):
            parts.append({"kind": "photo", "url": image, "text": ""})
        text = with_sources(response, language) or (word("choose", language) if buttons else "")
        for piece in pieces(text, _MAX_TEXT):
            parts.append({"kind": "text", "text": piece, "html": formatted(piece, TELEGRAM)})
        if parts and buttons:
            parts[-1]["buttons"] = buttons
        return [{**part, **way, "language": language} for part in parts]

    async def send(self, account: TelegramAccount, conversation: Conversation, part: Part) -> str:
        bot = self._bot(account)
        way = _way(conversation, part)
        if part["kind"] == "photo":
            message = await answered(bot.send_photo(photo=part["url"], **way))
            return _id(message)
        try:
            message = await answered(bot.send_message(text=part["html"], parse_mode=ParseMode.HTML, **way))
        except Exception as error:
            if not is_unparsable(error):
                raise
            message = await answered(bot.send_message(text=part["text"], **way))
        return _id(message)

    async def begin(self, account: TelegramAccount, incoming: Incoming) -> None:
        bot = self._bot(account)
        if incoming.route.get("callback"):
            await bot.answer_callback_query(incoming.route["callback"])  # else the button spins for a minute
        await bot.send_chat_action(
            incoming.route["chat"], ChatAction.TYPING, message_thread_id=incoming.route.get("thread")
        )

    async def stream(self, account: TelegramAccount, incoming: Incoming, text: str) -> None:
        if incoming.route["chat"] > 0:  # groups have no drafts
            draft = int(incoming.route["draft"])
            await self._bot(account).send_message_draft(incoming.route["chat"], draft, text[:_MAX_TEXT])

    async def fetch(self, account: TelegramAccount, media: Media) -> bytes:
        file = await answered(self._bot(account).get_file(media.reference), refused=BadRequest)
        if (file.file_size or 0) > MAX_FILE:
            raise TooLarge(f"The file has more than {MAX_FILE:,} bytes.")
        return await fetch(str(file.file_path), MAX_FILE, account.api, {}, ())

    def _bot(self, account: TelegramAccount) -> Bot:
        if account.tenant not in self._bots:
            self._bots[account.tenant] = Bot(
                account.bot_token,
                base_url=f"{account.api}/bot",
                base_file_url=f"{account.api}/file/bot",
                request=HTTPXRequest(connection_pool_size=_AT_ONCE),
            )
        return self._bots[account.tenant]


class TelegramInput(WebhookInput):
    """Rasa's name for it."""

    provider = Telegram


def _way(conversation: Conversation, part: Part) -> dict[str, Any]:
    way: dict[str, Any] = {"chat_id": part.get("chat") or int(conversation.sender.partition(":")[0])}
    if part.get("thread"):
        way["message_thread_id"] = part["thread"]
    if part.get("reply_to"):
        way["reply_parameters"] = ReplyParameters(part["reply_to"], allow_sending_without_reply=True)
    if part.get("buttons"):
        rows = [[InlineKeyboardButton(b["title"], callback_data=b["data"]) for b in row] for row in part["buttons"]]
        way["reply_markup"] = InlineKeyboardMarkup(rows)
    return way


def _id(message: Message) -> str:
    return f"{message.chat_id}:{message.message_id}"
