"""What a visitor tells in the form before the chat: kept in the conversation's slots, so that the bot doesn't ask again."""

from collections.abc import Mapping
from typing import Any

from rasa.shared.core.events import SlotSet

from connectors.sessions import Session
from connectors.typed import clean
from connectors.web_desk import Desk
from protocol.errors import BadRequest, StoreUnavailable
from protocol.references import phone_number
from protocol.tenants import PRE_CHAT_FIELDS

_LONGEST = 200  # characters


async def introduce(desk: Desk, session: Session, fields: Mapping[str, Any]) -> None:
    """Fill the slots `person`, `phone`, `email`; raises BadRequest, or StoreUnavailable."""
    told = {name: _text(fields, name) for name in PRE_CHAT_FIELDS if fields.get(name)}
    if "phone" in told:
        told["phone"] = phone_number(told["phone"]) or told["phone"]
    agent = desk.agent()
    if agent is None or not agent.is_ready():
        raise StoreUnavailable("The conversation can't be written: no model is loaded.")
    conversation_id = str(session.conversation)
    async with agent.lock_store.lock(conversation_id):
        tracker = await agent.processor.fetch_tracker_and_update_session(conversation_id)
        for name, value in told.items():
            if name in tracker.slots:
                tracker.update(SlotSet(name, value), agent.domain)
        await agent.tracker_store.save(tracker)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields[name]
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise BadRequest(f"`{name}` must be a text of {_LONGEST} characters at most.")
    return clean(value)
