"""A conversation as its customer saw it, read from the tracker."""

from collections.abc import Iterable, Iterator
from typing import Any

from rasa.core.agent import Agent
from rasa.shared.core.events import BotUttered, Event, UserUttered

from connectors.typed import PAPERCLIP, as_typed
from connectors.web_render import socket_message
from protocol.conversation import Conversation
from protocol.errors import StoreUnavailable
from protocol.messages import InboundMessage

_SHOWN = 200  # messages


async def history(agent: Agent | None, conversation: Conversation) -> list[dict[str, Any]]:
    """The last messages, oldest first: `{"from": "user" | "bot", "id", "at": milliseconds, "text", ...}`.

    The bot's are shaped as in `bot_uttered` and carry the same `metadata.id`.
    """
    if agent is None or not agent.is_ready():
        raise StoreUnavailable("The conversation can't be read: no model is loaded.")
    tracker = await agent.tracker_store.retrieve_full_tracker(str(conversation))
    return list(_messages(tracker.events if tracker else ()))[-_SHOWN:]


async def replies(agent: Agent | None, message: InboundMessage) -> list[dict[str, Any]]:
    """The bot's messages to one of the customer's, as the socket sends them; empty when there were none."""
    said = await history(agent, message.conversation)
    mine = [entry for entry in said if entry["from"] == "bot" and entry["metadata"]["message_id"] == message.message_id]
    return [{key: value for key, value in entry.items() if key not in ("from", "id", "at")} for entry in mine]


def _messages(events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    latest = ""
    count = 0
    for event in events:
        at = round(event.timestamp * 1_000)
        if isinstance(event, UserUttered) and event.text and event.input_channel:
            latest, count = event.message_id or "", 0
            text = event.metadata.get("title") or as_typed("" if event.text == PAPERCLIP else event.text)
            yield {"from": "user", "id": latest, "at": at, "text": text, **_attachments(event)}
        elif isinstance(event, BotUttered):
            replies_to = event.metadata.get("message_id") or latest
            latest, count = replies_to, count + 1 if replies_to == latest else 1
            message = socket_message({"text": event.text, **event.data}, {"message_id": replies_to})
            if set(message) == {"metadata"}:
                continue
            message["metadata"]["id"] = f"{replies_to}:{count}"
            yield {"from": "bot", "id": f"{replies_to}:{count}", "at": at, **message}


def _attachments(event: UserUttered) -> dict[str, Any]:
    kept = event.metadata.get("attachments") or ()
    keys = ("id", "name", "media_type", "size")
    return {"attachments": [{key: one.get(key) for key in keys} for one in kept]} if kept else {}
