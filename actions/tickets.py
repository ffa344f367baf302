"""Tickets: opened, looked up, and the hand-over to a person, which is a ticket too, so that nobody is forgotten."""

from collections.abc import Mapping

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Event, Turn, TurnAction
from protocol.references import ticket_number
from protocol.tenants import Tenant
from tickets.desk import Kind, TicketDesk, TicketDraft


class _DeskAction(TurnAction):
    def __init__(self, tenants: Mapping[str, Tenant], desk: TicketDesk) -> None:
        super().__init__(tenants)
        self._desk = desk


class OpenTicket(_DeskAction):
    """Opens a ticket with what the customer described."""

    def name(self) -> str:
        return "action_open_ticket"

    async def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        ticket = await self._desk.open(_draft(turn, turn.slot("description") or turn.text, "problem"))
        dispatcher.utter_message(response="utter_ticket_opened", ticket_number=ticket.number)
        return [SlotSet("description", None), SlotSet("ticket_number", ticket.number)]


class TicketStatus(_DeskAction):
    """How far a ticket of the customer's own is."""

    def name(self) -> str:
        return "action_ticket_status"

    async def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        typed = turn.slot("ticket_number")
        number = ticket_number(typed) or typed
        ticket = await self._desk.find(turn.tenant.id, number, turn.customer)
        if ticket is None:
            dispatcher.utter_message(response="utter_ticket_not_found", ticket_number=number)
        else:
            dispatcher.utter_message(response=f"utter_ticket_{ticket.status}", ticket_number=ticket.number)
        return [SlotSet("ticket_number", None)]


class HandOver(_DeskAction):
    """Leaves a request for a person, and says how to reach one at once."""

    def name(self) -> str:
        return "action_hand_over"

    async def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        ticket = await self._desk.open(_draft(turn, turn.text, "person_wanted"))
        phone, email = turn.tenant.support.get("phone", ""), turn.tenant.support.get("email", "")
        dispatcher.utter_message(response="utter_handed_over", ticket_number=ticket.number, phone=phone, email=email)
        return []


def _draft(turn: Turn, description: str, kind: Kind) -> TicketDraft:
    return TicketDraft(
        tenant=turn.tenant.id,
        customer=turn.customer,
        conversation=turn.conversation,
        description=description,
        language=turn.language,
        kind=kind,
        contact=turn.slot("phone"),
        channel=turn.channel,
        dedupe_key=turn.once,
    )
