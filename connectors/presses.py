"""Which of the bot's buttons a message on a messaging channel means: pressed, or typed as its number."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rasa.core.agent import Agent
from rasa.shared.core.events import BotUttered, UserUttered

from connectors.buttons import issued, shown
from connectors.payloads import choice, long
from protocol.messages import InboundMessage


async def pressed(
    agent: Agent, message: InboundMessage, numbered: Callable[[list[dict[str, Any]]], bool]
) -> InboundMessage:
    """The message with the payload that it stands for."""
    conversation_id = str(message.conversation)
    if message.payload:
        return replace(message, payload=long(message.payload, await issued(agent.tracker_store, conversation_id)))
    if len(message.text.strip()) > 3:
        return message
    buttons = await _last_shown(agent, conversation_id)
    if not buttons or not numbered(buttons):
        return message
    chosen = choice(message.text, len(buttons))
    return message if chosen is None else replace(message, payload=str(buttons[chosen].get("payload", "")))


async def was_answered(agent: Agent, message: InboundMessage) -> bool:
    """Whether the tracker has this message and the turn that followed."""
    tracker = await agent.tracker_store.retrieve_full_tracker(str(message.conversation))
    return tracker is not None and any(
        isinstance(event, UserUttered) and event.message_id == message.message_id for event in tracker.events
    )


async def _last_shown(agent: Agent, conversation_id: str) -> list[dict[str, Any]]:
    tracker = await agent.tracker_store.retrieve(conversation_id)
    for event in reversed(tracker.events if tracker else ()):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered) and shown(event.data):
            return shown(event.data)
    return []
