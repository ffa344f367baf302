"""The port of the ERP. Every question carries the verified customer: an ERP adapter answers only with what they own."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True)
class Order:
    """An order and where it is."""

    number: str
    status: str
    placed_on: date
    expected_on: date | None
    items: tuple[tuple[str, int], ...]  # product, quantity


@dataclass(frozen=True)
class StockLevel:
    """How many packs of a product one store has."""

    product: str
    store: str
    quantity: int


@dataclass(frozen=True)
class Invoice:
    """An invoice; the amount is in rupees."""

    number: str
    issued_on: date
    amount: Decimal
    paid: bool
    url: str


class Erp(Protocol):
    """Raises ErpUnavailable when no ERP is connected or it doesn't answer."""

    async def order(self, tenant: str, customer: str, number: str) -> Order | None:
        """The customer's order, or None: somebody else's and none look the same."""

    async def stock(self, tenant: str, customer: str, product: str) -> list[StockLevel]:
        """Stock of what matches the product's name, best match first."""

    async def invoice(self, tenant: str, customer: str, number: str) -> Invoice | None:
        """The customer's invoice, or None."""
