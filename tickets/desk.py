"""The port of the ticket desk, and what passes through it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Kind = Literal["problem", "person_wanted", "request"]
Status = Literal["open", "in_progress", "waiting", "closed"]


@dataclass(frozen=True)
class TicketDraft:
    """What is known when a ticket is opened. `customer` is the conversation id, or the verified subject where there is one."""

    tenant: str
    customer: str
    conversation: str
    description: str
    language: str
    kind: Kind = "problem"
    contact: str = ""
    channel: str = ""
    dedupe_key: str = ""  # the same key never opens a second ticket: a retried message is not a second complaint


@dataclass(frozen=True)
class Ticket:
    """A ticket as the customer and the team see it; `number` is unique within the tenant."""

    number: str
    tenant: str
    customer: str
    description: str
    kind: Kind
    status: Status
    opened_at: datetime
    updated_at: datetime


class TicketDesk(Protocol):
    """Opens and finds tickets; a customer only ever sees their own."""

    async def open(self, draft: TicketDraft) -> Ticket:
        """Keep a ticket and give it a number; raises StoreUnavailable."""

    async def find(self, tenant: str, number: str, customer: str) -> Ticket | None:
        """The customer's own ticket, or None: somebody else's ticket and no ticket look the same."""

    async def recent(self, tenant: str, customer: str, limit: int = 5) -> list[Ticket]:
        """The customer's tickets, newest first."""
