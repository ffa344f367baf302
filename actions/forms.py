"""The checks of what is typed into forms; what can't be right is asked again, with an example."""

from collections.abc import Callable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction

from protocol.references import invoice_number, order_number, phone_number, ticket_number


class _Form(FormValidationAction):
    def name(self) -> str:
        return f"validate_{self.form_name()}"

    @staticmethod
    def _checked(
        slot: str, read: Callable[[str], str | None], typed: Any, dispatcher: CollectingDispatcher
    ) -> dict[str, Any]:
        value = read(str(typed or ""))
        if value is None:
            dispatcher.utter_message(response=f"utter_wrong_{slot}")
        return {slot: value}


class OrderForm(_Form):
    """Asks for an order number."""

    def form_name(self) -> str:
        return "order_form"

    def validate_order_number(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        return self._checked("order_number", order_number, value, dispatcher)


class InvoiceForm(_Form):
    """Asks for an invoice number."""

    def form_name(self) -> str:
        return "invoice_form"

    def validate_invoice_number(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        return self._checked("invoice_number", invoice_number, value, dispatcher)


class TicketStatusForm(_Form):
    """Asks for a ticket number."""

    def form_name(self) -> str:
        return "ticket_status_form"

    def validate_ticket_number(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        return self._checked("ticket_number", ticket_number, value, dispatcher)


class DemoForm(_Form):
    """Asks who wants a demo and for their number."""

    def form_name(self) -> str:
        return "demo_form"

    def validate_phone(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        return self._checked("phone", phone_number, value, dispatcher)


FORMS = (OrderForm, InvoiceForm, TicketStatusForm, DemoForm)
