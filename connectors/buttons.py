"""Payloads are taken only from buttons that the bot issued in the same conversation."""

from collections.abc import Mapping
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import BotUttered


async def issued(store: TrackerStore, conversation_id: str) -> dict[str, str]:
    """Title by payload of every button the bot has shown; the tracker knows them after a restart too."""
    tracker = await store.retrieve_full_tracker(conversation_id)
    if tracker is None:
        return {}
    return {
        button["payload"]: str(button.get("title", ""))
        for event in tracker.events
        if isinstance(event, BotUttered)
        for button in shown(event.data)
        if isinstance(button.get("payload"), str)
    }


def shown(response: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The buttons of a response, under either of the two names that Rasa has for them."""
    return [*(response.get("quick_replies") or ()), *(response.get("buttons") or ())]
