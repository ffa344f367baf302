"""What Twilio's webhooks bring; the table of all kinds is in docs/channels/whatsapp-twilio.md."""

import time
from collections.abc import Mapping

from connectors.incoming import Incoming, Media, MediaKind, Parsed, Receipt
from protocol.conversation import Conversation
from protocol.errors import BadRequest
from protocol.messages import Identity, InboundMessage

CANNOT_READ = BadRequest.utterance
_MEDIA = 10
_STATES = {"delivered": "delivered", "read": "read", "failed": "failed", "undelivered": "failed"}
_KINDS: Mapping[str, MediaKind] = {"image": "image", "audio": "voice", "application": "document", "text": "document"}


def parse_form(tenant: str, channel: str, form: Mapping[str, str]) -> Parsed:
    """A message, or what became of one of ours."""
    message_id = form.get("MessageSid") or form.get("SmsMessageSid") or ""
    state = form.get("MessageStatus") or form.get("SmsStatus") or ""
    if not message_id or len(message_id) > 64:
        return Parsed(noted=("a webhook without a message",))
    if state and state not in ("received", "receiving"):
        return _receipt(message_id, state, form)
    try:
        conversation = Conversation(tenant, channel, form.get("From", "").removeprefix("whatsapp:"))
    except BadRequest:
        return Parsed(noted=("a message of nobody",))
    media, unread = _media(form)
    text = _text(form)
    payload = form.get("ButtonPayload") or form.get("ListId") or ""
    message = InboundMessage(
        conversation=conversation,
        message_id=message_id,
        text=text or form.get("ButtonText") or form.get("ListTitle") or "",
        payload=payload,
        identity=Identity("channel", conversation.sender),
        correlation_id=message_id,
    )
    utterance = CANNOT_READ if unread and not (media or message.text) else ""
    return Parsed(incoming=(Incoming(message, time.time(), media, utterance),))


def _receipt(message_id: str, state: str, form: Mapping[str, str]) -> Parsed:
    known = _STATES.get(state)
    if known is None:
        return Parsed(noted=(f"status {state}",))
    error = f"{form.get('ErrorCode', '')} {form.get('ErrorMessage', '')}".strip() if known == "failed" else ""
    return Parsed(receipts=(Receipt(message_id, known, error),))  # type: ignore[arg-type]


def _text(form: Mapping[str, str]) -> str:
    body = form.get("Body", "")
    if not (form.get("Latitude") and form.get("Longitude")):
        return body
    place = " ".join(form[key] for key in ("Label", "Address") if form.get(key))
    location = f"📍 {place} {form['Latitude']},{form['Longitude']}".replace("  ", " ")
    return f"{body}\n{location}".strip() if body and body not in place else location


def _media(form: Mapping[str, str]) -> tuple[tuple[Media, ...], bool]:
    """The files of a message, and whether there was one of a kind that isn't read."""
    number = form.get("NumMedia", "0")
    found: list[Media] = []
    unread = False
    for index in range(min(int(number), _MEDIA) if number.isdigit() and len(number) < 4 else 0):
        url = form.get(f"MediaUrl{index}", "")
        kind = _KINDS.get(form.get(f"MediaContentType{index}", "").partition("/")[0])
        if url and kind:
            found.append(Media(url, kind))
        else:
            unread = True  # a video, or a contact's card
    return tuple(found), unread
