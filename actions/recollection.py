"""What a turn knows of its customer, what it hears anew, and when it asks whether that may be remembered."""

import logging
from dataclasses import dataclass
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Event, Turn
from customers.facts import NOTHING, Facts
from customers.memory import CustomerMemory, Memory
from customers.recognition import recognise
from customers.telling import tell
from protocol.errors import StoreUnavailable

logger = logging.getLogger(__name__)
SLOT = "told_facts"  # what was told in this conversation by a customer who has not decided: {"facts": {...}, "asked": bool}


@dataclass(frozen=True)
class Recalled:
    """Of a stranger, and of a customer who wants nothing remembered, all is empty."""

    facts: Facts = NOTHING  # that this turn's answer may be made with
    heard: Facts = NOTHING  # in this very message
    told: Facts = NOTHING  # in this conversation, not kept yet
    asked: bool = False  # whether to keep it
    undecided: bool = False

    def ask(self, turn: Turn, dispatcher: CollectingDispatcher, *, calm: bool) -> list[Event]:
        """Ask once in a conversation, after a turn that left nothing else open (`calm`); what was told waits in the conversation till then."""
        if not (self.undecided and self.told):
            return []
        if self.asked or turn.form or not calm:
            return [waiting(self.told, asked=self.asked)] if self.heard else []
        dispatcher.utter_message(response="utter_ask_memory", facts=tell(self.told, turn.language))
        return [waiting(self.told, asked=True), SlotSet("offer", "memory")]


class Recollection:
    """Recalls and keeps; a memory that is down is no reason to leave a customer without an answer."""

    def __init__(self, memory: CustomerMemory) -> None:
        self._memory = memory

    async def hear(self, turn: Turn) -> Recalled:
        """Keep what a customer who allowed it tells in this message, and give what is known of them."""
        if not turn.known_as:
            return Recalled()
        heard = recognise(turn.text, turn.tenant)
        try:
            memory = await self._memory.recall(turn.tenant.id, turn.known_as)
            if memory.allowed and heard:
                await self._memory.keep(turn.tenant.id, turn.known_as, heard)
        except StoreUnavailable as error:
            logger.warning("%s The turn goes on without.", error)
            return Recalled()
        return _recalled(turn, memory, heard)


def _recalled(turn: Turn, memory: Memory, heard: Facts) -> Recalled:
    if memory.allowed:
        return Recalled(facts=memory.facts.updated(heard), heard=heard)
    if memory.decision:
        return Recalled(heard=heard)
    told = told_in(turn).updated(heard)
    return Recalled(told, heard, told, asked=bool(_slot(turn).get("asked")), undecided=True)


def told_in(turn: Turn) -> Facts:
    """What the conversation itself holds of facts that are not kept."""
    return Facts.read(_slot(turn).get("facts"))


def waiting(facts: Facts, *, asked: bool) -> Event:
    """The event that has the conversation hold them."""
    event: Event = SlotSet(SLOT, {"facts": facts.values(), "asked": asked})
    return event


def _slot(turn: Turn) -> dict[str, Any]:
    value = turn.slots.get(SLOT)
    return value if isinstance(value, dict) else {}
