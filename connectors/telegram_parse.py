"""What Telegram's updates bring; the table of all kinds is in docs/channels/telegram.md."""

import re
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType

from connectors.incoming import Incoming, Media, Parsed
from connectors.untrusted import moment
from protocol.conversation import Conversation
from protocol.errors import BadRequest
from protocol.messages import Identity, InboundMessage

CANNOT_READ = BadRequest.utterance
_START = "👋"  # understood as a greeting in every language
_COMMAND = re.compile(r"/(\w+)\s*")


def parse_update(tenant: str, channel: str, bot_id: int, username: str, update: Update) -> Parsed:
    """One update; an edited message counts as a new one: it is what the customer means now."""
    reader = _Reader(tenant, channel, bot_id, username, update.update_id)
    if update.callback_query:
        return reader.press(update.callback_query)
    message = update.message or update.edited_message
    if message is None:
        kinds = [kind for kind in update.to_dict() if kind != "update_id"]
        return Parsed(noted=(kinds[0] if kinds else "an empty update",))
    return reader.message(message)


class _Reader:
    def __init__(self, tenant: str, channel: str, bot_id: int, username: str, update_id: int) -> None:
        self._tenant = tenant
        self._channel = channel
        self._bot_id = bot_id
        self._username = username
        self._update_id = update_id

    def message(self, message: Message) -> Parsed:
        if message.from_user is None or message.from_user.is_bot or message.chat.type == ChatType.CHANNEL:
            return Parsed(noted=("a message of no person",))
        in_group = message.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)
        if in_group and not self._is_addressed(message):
            return Parsed(noted=("a message in a group that isn't for the bot",))
        text = self._text(message)
        media = _media(message)
        if not text and not media and not _is_content(message):
            return Parsed(noted=("a service message",))
        route: dict[str, Any] = {"chat": message.chat.id, "draft": self._update_id or 1}
        if in_group:
            route["reply_to"] = message.message_id
        if message.is_topic_message and message.message_thread_id:
            route["thread"] = message.message_thread_id
        inbound = self._inbound(message.chat.id, message.from_user.id, in_group, text=text)
        sent_at = (message.edit_date or message.date).timestamp()
        utterance = "" if text or media else CANNOT_READ
        return Parsed(incoming=(Incoming(inbound, moment(sent_at), media, utterance, route),))

    def press(self, query: CallbackQuery) -> Parsed:
        """A button of an inline keyboard."""
        if query.message is None or not query.data:
            return Parsed(noted=("a button of another chat",))
        chat = query.message.chat
        in_group = chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)
        route: dict[str, Any] = {"chat": chat.id, "draft": self._update_id or 1, "callback": query.id}
        if isinstance(query.message, Message) and query.message.is_topic_message and query.message.message_thread_id:
            route["thread"] = query.message.message_thread_id
        inbound = self._inbound(chat.id, query.from_user.id, in_group, text=_title(query), payload=query.data)
        return Parsed(incoming=(Incoming(inbound, moment(None), route=route),))

    def _inbound(self, chat: int, user: int, in_group: bool, *, text: str, payload: str = "") -> InboundMessage:
        """In a group each member has a conversation of their own."""
        sender = f"{chat}:{user}" if in_group else str(chat)
        return InboundMessage(
            conversation=Conversation(self._tenant, self._channel, sender),
            message_id=str(self._update_id),
            text=text,
            payload=payload,
            identity=Identity("channel", str(user)),
            correlation_id=f"telegram-{self._update_id}",
        )

    def _is_addressed(self, message: Message) -> bool:
        """A reply to the bot, or its name in the text."""
        replied = message.reply_to_message
        if replied and replied.from_user and replied.from_user.id == self._bot_id:
            return True
        return self._mention().search(message.text or message.caption or "") is not None

    def _text(self, message: Message) -> str:
        text = self._mention().sub(r"\1", message.text or message.caption or "").strip()
        command = _COMMAND.match(text)
        if command:
            rest = text[command.end() :].strip()
            text = _START if command[1].lower() == "start" else rest or command[1]
        return text or _said_without_words(message)

    def _mention(self) -> "re.Pattern[str]":
        name = re.escape(self._username)
        return re.compile(rf"(^/\w+)@{name}\b|(?<!\w)@{name}\b", re.IGNORECASE)


def _said_without_words(message: Message) -> str:
    if message.sticker:
        return message.sticker.emoji or "🙂"
    if message.dice:
        return str(message.dice.emoji)
    if message.venue:
        place = message.venue
        where = f"{place.location.latitude},{place.location.longitude}"
        return f"📍 {place.title} {place.address} {where}"
    if message.location:
        return f"📍 {message.location.latitude},{message.location.longitude}"
    if message.contact:
        name = " ".join(part for part in (message.contact.first_name, message.contact.last_name) if part)
        return f"👤 {name} {message.contact.phone_number}"
    return ""


def _media(message: Message) -> tuple[Media, ...]:
    if message.photo:
        return (Media(message.photo[-1].file_id, "image"),)  # the largest comes last
    sound = message.voice or message.audio
    if sound:
        return (Media(sound.file_id, "voice"),)
    if message.document and not message.animation:
        return (Media(message.document.file_id, "document", message.document.file_name or ""),)
    return ()


def _is_content(message: Message) -> bool:
    """Something that the customer made, though not of a kind that is read."""
    return bool(
        message.video or message.video_note or message.animation or message.poll or message.story or message.game
    )


def _title(query: CallbackQuery) -> str:
    """What the pressed button says."""
    keyboard = query.message.reply_markup if isinstance(query.message, Message) else None
    for row in keyboard.inline_keyboard if keyboard else ():
        for button in row:
            if button.callback_data == query.data:
                return str(button.text)
    return ""
