"""The customer's say over what is remembered of them: allow it, refuse it, see it, erase it; and what they tell without asking anything."""

from collections.abc import Mapping

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import Engine

from actions.recollection import SLOT, Recollection, told_in, waiting
from actions.turn import Event, Turn, TurnAction
from customers.erasing import named
from customers.facts import NAMES, Facts
from customers.memory import CustomerMemory
from customers.telling import day, name_of, tell
from protocol.tenants import Tenant
from reviews.audit import keep_trace

_OPEN = [SlotSet("offer", "memory")]
_DONE = [SlotSet("offer", "nothing"), SlotSet(SLOT, None)]


class _MemoryAction(TurnAction):
    def __init__(self, tenants: Mapping[str, Tenant], memory: CustomerMemory) -> None:
        super().__init__(tenants)
        self._memory = memory

    async def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        """Strangers are told that there is no memory of them."""
        if not turn.known_as:
            dispatcher.utter_message(response="utter_no_memory_of_strangers")
            return [SlotSet("offer", "nothing")]
        return await self.of(turn, dispatcher)

    async def of(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        """For a customer who can have a memory."""
        raise NotImplementedError


class NoteFacts(TurnAction):
    """Takes note of what a customer tells without asking anything."""

    def __init__(self, tenants: Mapping[str, Tenant], recollection: Recollection) -> None:
        super().__init__(tenants)
        self._recollection = recollection

    def name(self) -> str:
        return "action_note_facts"

    async def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        recalled = await self._recollection.hear(turn)
        dispatcher.utter_message(response="utter_facts_noted" if recalled.heard else "utter_noted")
        return recalled.ask(turn, dispatcher, calm=True)


class AllowMemory(_MemoryAction):
    """Keeps the consent, and the facts that were asked about."""

    def name(self) -> str:
        return "action_allow_memory"

    async def of(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        told = told_in(turn)
        await self._memory.allow(turn.tenant.id, turn.known_as, told)
        if told:
            dispatcher.utter_message(response="utter_memory_allowed", facts=tell(told, turn.language))
        else:
            dispatcher.utter_message(response="utter_memory_allowed_for_later")
        return _DONE


class RefuseMemory(_MemoryAction):
    """Keeps that nothing shall be remembered."""

    def name(self) -> str:
        return "action_refuse_memory"

    async def of(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        await self._memory.refuse(turn.tenant.id, turn.known_as)
        dispatcher.utter_message(response="utter_memory_refused")
        return _DONE


class ShowFacts(_MemoryAction):
    """Tells all that is remembered, since when, and how to be rid of it; offers to remember where nothing is."""

    def name(self) -> str:
        return "action_show_facts"

    async def of(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        memory = await self._memory.recall(turn.tenant.id, turn.known_as)
        if memory.allowed and memory.facts and memory.decided_at:
            facts = tell(memory.facts, turn.language, memory.since)
            dispatcher.utter_message(response="utter_facts", facts=facts, allowed_on=day(memory.decided_at))
            return []
        if memory.allowed:
            dispatcher.utter_message(response="utter_no_facts_yet")
            return []
        told = Facts() if memory.decision else told_in(turn)
        if told:
            dispatcher.utter_message(response="utter_ask_memory", facts=tell(told, turn.language))
        else:
            dispatcher.utter_message(response="utter_nothing_remembered")
        return [waiting(told, asked=True), *([] if turn.form else _OPEN)]


class ForgetFacts(_MemoryAction):
    """Erases at once what the customer names, or all; the audit log keeps that it was done, not what was there."""

    def __init__(self, tenants: Mapping[str, Tenant], memory: CustomerMemory, engine: Engine) -> None:
        super().__init__(tenants, memory)
        self._engine = engine

    def name(self) -> str:
        return "action_forget_facts"

    async def of(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        names = named(turn.text)
        told = told_in(turn)
        gone = await self._memory.forget(turn.tenant.id, turn.known_as, names)
        left = await self._memory.recall(turn.tenant.id, turn.known_as)
        forgotten = [name for name in NAMES if name in {*gone, *told.only(names).names}]
        if gone:
            await keep_trace(self._engine, turn.tenant.id, "customer", "facts_erased", turn.known_as, {"facts": gone})
        if not forgotten:
            dispatcher.utter_message(response="utter_nothing_to_forget")
        elif left.allowed:
            dispatcher.utter_message(response="utter_facts_forgotten", what=name_of(forgotten, turn.language))
        else:
            dispatcher.utter_message(response="utter_all_forgotten", what=name_of(forgotten, turn.language))
        kept = told.only(set(NAMES) - set(names))
        return [SlotSet("offer", "nothing"), waiting(kept, asked=True)]
