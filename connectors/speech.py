"""Lets the bot speak outside a turn of dialogue: when a message can't be handled, the customer still hears why."""

import logging
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel
from rasa.shared.core.events import BotUttered, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from protocol.languages import Language
from protocol.messages import InboundMessage

logger = logging.getLogger(__name__)

# Heard only when no model is loaded, so that the domain's own responses can't be had.
LAST_WORDS: dict[Language, str] = {
    "en": "Sorry, I can't answer just now. Please try again in a minute.",
    "hi": "माफ़ कीजिए, मैं अभी जवाब नहीं दे पा रहा हूँ। कृपया एक मिनट बाद फिर कोशिश करें।",
    "hinglish": "Sorry, main abhi jawab nahi de pa raha hoon. Please ek minute baad phir try kijiye.",
}


async def say(
    agent: Agent | None, utterance: str, message: InboundMessage, language: Language, output: OutputChannel
) -> None:
    """Send the domain's `utterance` in `language` and keep it in the tracker, so that it is there after a reload."""
    response: dict[str, Any] | None = None
    if agent is not None and agent.is_ready():
        try:
            response = await _recorded(agent, utterance, message, language, output)
        except Exception:  # the store or the lock failed; the customer must hear something all the same
            logger.exception("%s could not be kept in conversation %s.", utterance, message.conversation)
            response = await _unrecorded(agent, utterance, message, language, output)
    await output.send_response(str(message.conversation), response or {"text": LAST_WORDS[language]})


async def spoken_language(agent: Agent | None, conversation_id: str) -> Language | None:
    """The conversation's language as the tracker has it, or None when it is new or can't be read."""
    if agent is None or not agent.is_ready():
        return None
    try:
        tracker = await agent.tracker_store.retrieve(conversation_id)
    except Exception:
        logger.exception("Conversation %s could not be read.", conversation_id)
        return None
    language = tracker.current_slot_values().get("language") if tracker else None
    return language if language in LAST_WORDS else None


async def _recorded(
    agent: Agent, utterance: str, message: InboundMessage, language: Language, output: OutputChannel
) -> dict[str, Any] | None:
    conversation_id = str(message.conversation)
    async with agent.lock_store.lock(conversation_id):
        tracker = await agent.processor.fetch_tracker_and_update_session(conversation_id, output, message.metadata())
        response = await _generate(agent, utterance, tracker.copy(), language, output)
        if response:
            data = {key: response.get(key) for key in ("buttons", "quick_replies", "image", "attachment", "custom")}
            metadata = {"utter_action": utterance, "message_id": message.message_id}
            tracker.update(BotUttered(response.get("text"), data, metadata), agent.domain)
            await agent.tracker_store.save(tracker)
    return response


async def _unrecorded(
    agent: Agent, utterance: str, message: InboundMessage, language: Language, output: OutputChannel
) -> dict[str, Any] | None:
    empty = DialogueStateTracker.from_events(str(message.conversation), [], agent.domain.slots)
    return await _generate(agent, utterance, empty, language, output)


async def _generate(
    agent: Agent, utterance: str, tracker: DialogueStateTracker, language: Language, output: OutputChannel
) -> dict[str, Any] | None:
    if "language" in tracker.slots:
        tracker.update(SlotSet("language", language), agent.domain)
    response: dict[str, Any] | None = await agent.nlg.generate(utterance, tracker, output.name())
    return response
