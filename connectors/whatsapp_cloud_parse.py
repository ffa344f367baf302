"""What Meta's webhooks bring, message by message; the table of all kinds is in docs/channels/whatsapp-cloud.md."""

import json
from collections.abc import Mapping
from typing import Any

from connectors.incoming import Incoming, Media, MediaKind, Parsed, Receipt
from connectors.untrusted import mapping, mappings, moment, string
from protocol.conversation import Conversation
from protocol.errors import BadRequest
from protocol.messages import Identity, InboundMessage

CANNOT_READ = BadRequest.utterance
_FILES: Mapping[str, MediaKind] = {"image": "image", "document": "document", "audio": "voice"}
_RECEIPTS = {"delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}
_UNANSWERED = ("reaction", "system", "revoke", "request_welcome", "ephemeral", "unknown")


def parse_change(tenant: str, channel: str, change: Mapping[str, Any]) -> Parsed:
    """One change of a webhook, of a tenant's own number."""
    value = mapping(change.get("value"))
    if string(change.get("field")) != "messages":
        return Parsed(noted=(string(change.get("field")) or "a change without a field",))
    parsed = Parsed()
    for message in mappings(value.get("messages")):
        parsed += _message(tenant, channel, message, mappings(value.get("contacts")))
    for status in mappings(value.get("statuses")):
        parsed += _status(status)
    return parsed


def _message(tenant: str, channel: str, message: Mapping[str, Any], contacts: list[Mapping[str, Any]]) -> Parsed:
    kind = string(message.get("type")) or "a message without a type"
    if message.get("group_id"):
        return Parsed(noted=("a message in a group",))
    if kind in _UNANSWERED or _interactive_kind(message) == "call_permission_reply":
        return Parsed(noted=(kind,))
    if kind == "edit":  # an edited message is a new one: what the customer means now
        edited = mapping(mapping(message.get("edit")).get("message"))
        return (
            _message(tenant, channel, {**edited, **_envelope(message)}, contacts) if edited else Parsed(noted=(kind,))
        )
    message_id = string(message.get("id"))
    try:
        conversation = Conversation(tenant, channel, _sender(message, contacts))
    except BadRequest:
        return Parsed(noted=(f"{kind} of nobody",))
    if not message_id or len(message_id) > 200:
        return Parsed(noted=(f"{kind} without an id",))
    text, payload, media = _content(kind, message)
    inbound = InboundMessage(
        conversation=conversation,
        message_id=message_id,
        text=text,
        payload=payload,
        identity=Identity("channel", conversation.sender),
        correlation_id=message_id[-64:],
    )
    return Parsed(
        incoming=(
            Incoming(
                inbound,
                moment(message.get("timestamp")),
                media,
                utterance="" if text or payload or media else CANNOT_READ,
                route={"wamid": message_id},
            ),
        )
    )


def _envelope(message: Mapping[str, Any]) -> dict[str, Any]:
    return {key: message[key] for key in ("from", "from_user_id", "id", "timestamp") if key in message}


def _sender(message: Mapping[str, Any], contacts: list[Mapping[str, Any]]) -> str:
    """A phone number, or the business-scoped id of one who hides it."""
    contact = contacts[0] if contacts else {}
    names = (message.get("from"), message.get("from_user_id"), contact.get("wa_id"), contact.get("user_id"))
    return next((string(name) for name in names if string(name)), "")


def _content(kind: str, message: Mapping[str, Any]) -> tuple[str, str, tuple[Media, ...]]:
    """Text, a button's payload, and files."""
    content = mapping(message.get(kind))
    if kind == "text":
        return string(content.get("body")), "", ()
    if kind in _FILES:
        reference, name = string(content.get("id")), string(content.get("filename"))
        media = (Media(reference, _FILES[kind], name),) if reference else ()
        return string(content.get("caption")), "", media
    if kind == "button":  # a quick reply of a template
        return string(content.get("text")), string(content.get("payload")), ()
    if kind == "interactive":
        return _interactive(content)
    if kind == "location":
        place = " ".join(string(content.get(key)) for key in ("name", "address") if content.get(key))
        return (
            f"📍 {place} {string(content.get('latitude'))},{string(content.get('longitude'))}".replace("  ", " "),
            "",
            (),
        )
    if kind == "contacts":
        return "\n".join(_card(card) for card in mappings(message.get("contacts"))), "", ()
    if kind == "sticker":
        return "🙂", "", ()
    if kind == "order":
        items = mappings(content.get("product_items"))
        lines = [f"{string(item.get('quantity'))} x {string(item.get('product_retailer_id'))}" for item in items]
        return "\n".join([string(content.get("text")), *lines]).strip(), "", ()
    return "", "", ()  # video, polls, and what WhatsApp itself can't show


def _interactive(content: Mapping[str, Any]) -> tuple[str, str, tuple[Media, ...]]:
    for kind in ("button_reply", "list_reply"):
        reply = mapping(content.get(kind))
        if reply:
            return string(reply.get("title")), string(reply.get("id")), ()
    flow = mapping(content.get("nfm_reply"))
    if flow:
        return _flow(string(flow.get("response_json"))), "", ()
    return "", "", ()


def _flow(response: str) -> str:
    """A form's fields as lines; its token is no business of the dialogue."""
    try:
        fields = mapping(json.loads(response))
    except (ValueError, RecursionError):
        return ""
    return "\n".join(
        f"{name}: {string(value)}" for name, value in fields.items() if name != "flow_token" and string(value)
    )


def _interactive_kind(message: Mapping[str, Any]) -> str:
    return string(mapping(message.get("interactive")).get("type"))


def _card(card: Mapping[str, Any]) -> str:
    name = string(mapping(card.get("name")).get("formatted_name"))
    phones = [string(phone.get("phone")) for phone in mappings(card.get("phones"))]
    return f"👤 {name} {' '.join(phones)}".strip()


def _status(status: Mapping[str, Any]) -> Parsed:
    state = _RECEIPTS.get(string(status.get("status")))
    if state is None or not string(status.get("id")):
        return Parsed(noted=(f"status {string(status.get('status'))}",))
    errors = mappings(status.get("errors"))
    reasons = (f"{string(error.get('code'))} {string(error.get('title'))}" for error in errors)
    return Parsed(receipts=(Receipt(string(status["id"]), state, "; ".join(reasons)),))  # type: ignore[arg-type]
