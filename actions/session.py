"""The start of a session: what Rasa does itself, and the language in which a known customer wants to be answered."""

import logging
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Event, known_as
from customers.memory import CustomerMemory
from protocol.conversation import Conversation
from protocol.errors import SahayakError
from protocol.languages import Language
from protocol.tenants import Tenant

logger = logging.getLogger(__name__)
_METADATA = "session_started_metadata"  # Rasa's slot: the metadata of the message that starts the session


class StartSession(Action):
    """Says nothing, and never fails: a first message that shows its language is answered in that anyway."""

    def __init__(self, tenants: Mapping[str, Tenant], memory: CustomerMemory) -> None:
        self._tenants = tenants
        self._memory = memory

    def name(self) -> str:
        return "action_session_start"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        carried = [SlotSet(name, value) for name, value in tracker.slots.items() if value is not None]
        language = await self._language(tracker)
        wanted = [SlotSet("language", language)] if language else []
        return [SessionStarted(), *carried, *wanted, ActionExecuted("action_listen")]

    async def _language(self, tracker: Tracker) -> Language | None:
        try:
            conversation = Conversation.parse(tracker.sender_id)
            tenant = self._tenants[conversation.tenant]
            customer = known_as(conversation, (tracker.slots.get(_METADATA) or {}).get("identity") or {})
            if not customer:
                return None
            memory = await self._memory.recall(tenant.id, customer)
        except (SahayakError, KeyError) as error:
            logger.info("Session of %s starts without a memory: %s", tracker.sender_id, error)
            return None
        language = memory.facts.language if memory.allowed else None
        return language if language in tenant.languages else None
