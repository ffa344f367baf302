"""Orders, stock and invoices."""

import logging
from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Event, Turn, TurnAction
from erp.port import Erp
from protocol.amounts import rupees
from protocol.errors import ErpUnavailable
from protocol.references import invoice_number, order_number
from protocol.tenants import Tenant

logger = logging.getLogger(__name__)


class _Lookup(TurnAction):
    """Asks the ERP for what `slot` names, and forgets the slot afterwards: the next question is about something else."""

    slot: ClassVar[str]

    def __init__(self, tenants: Mapping[str, Tenant], erp: Erp) -> None:
        super().__init__(tenants)
        self._erp = erp

    async def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        reference = self.reference(turn.slot(self.slot))
        try:
            await self.look_up(turn, reference, dispatcher)
        except ErpUnavailable as error:
            logger.warning("%s in %s: %s", self.name(), turn.conversation, error)
            dispatcher.messages.clear()
            dispatcher.utter_message(response="utter_lookup_unavailable", reference=reference)
        return [SlotSet(self.slot, None)]

    def reference(self, typed: str) -> str:
        """What was typed, as the ERP writes it."""
        return typed

    @abstractmethod
    async def look_up(self, turn: Turn, reference: str, dispatcher: CollectingDispatcher) -> None:
        """Ask and speak; raises ErpUnavailable."""


class OrderStatus(_Lookup):
    """Where an order is."""

    slot = "order_number"

    def name(self) -> str:
        return "action_order_status"

    def reference(self, typed: str) -> str:
        return order_number(typed) or typed

    async def look_up(self, turn: Turn, reference: str, dispatcher: CollectingDispatcher) -> None:
        order = await self._erp.order(turn.tenant.id, turn.customer, reference)
        if order is None:
            dispatcher.utter_message(response="utter_order_not_found", order_number=reference)
            return
        expected = f"{order.expected_on:%d-%m-%Y}" if order.expected_on else ""
        dispatcher.utter_message(
            response="utter_order_status", order_number=order.number, status=order.status, expected=expected
        )


class StockCheck(_Lookup):
    """How much of a product there is."""

    slot = "product"

    def name(self) -> str:
        return "action_stock_check"

    async def look_up(self, turn: Turn, reference: str, dispatcher: CollectingDispatcher) -> None:
        levels = await self._erp.stock(turn.tenant.id, turn.customer, reference)
        if not levels:
            dispatcher.utter_message(response="utter_product_not_found", product=reference)
        for level in levels:
            dispatcher.utter_message(
                response="utter_stock_level", product=level.product, store=level.store, quantity=str(level.quantity)
            )


class InvoiceLookup(_Lookup):
    """An invoice and whether it is paid."""

    slot = "invoice_number"

    def name(self) -> str:
        return "action_invoice_lookup"

    def reference(self, typed: str) -> str:
        return invoice_number(typed) or typed

    async def look_up(self, turn: Turn, reference: str, dispatcher: CollectingDispatcher) -> None:
        invoice = await self._erp.invoice(turn.tenant.id, turn.customer, reference)
        if invoice is None:
            dispatcher.utter_message(response="utter_invoice_not_found", invoice_number=reference)
            return
        dispatcher.utter_message(
            response="utter_invoice", invoice_number=invoice.number, amount=rupees(invoice.amount), url=invoice.url
        )
