"""Leads: people who want a demo."""

from collections.abc import Mapping

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Event, Turn, TurnAction
from leads.book import Lead, LeadBook
from protocol.references import phone_number
from protocol.tenants import Tenant


class RecordLead(TurnAction):
    """Keeps who wants a demo and how to call them."""

    def __init__(self, tenants: Mapping[str, Tenant], book: LeadBook) -> None:
        super().__init__(tenants)
        self._book = book

    def name(self) -> str:
        return "action_record_lead"

    async def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        phone = phone_number(turn.slot("phone")) or turn.slot("phone")
        lead = Lead(
            tenant=turn.tenant.id,
            conversation=turn.conversation,
            name=turn.slot("person"),
            phone=phone,
            email=turn.slot("email"),
            language=turn.language,
            dedupe_key=turn.once,
        )
        await self._book.add(lead)
        dispatcher.utter_message(response="utter_lead_recorded", person=lead.name, phone=phone)
        return [SlotSet("person", None), SlotSet("phone", None), SlotSet("email", None)]
