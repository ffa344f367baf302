"""The port of the lead book."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Lead:
    """Somebody who wants a demo. `dedupe_key`: the same key is never kept twice."""

    tenant: str
    conversation: str
    name: str
    phone: str
    language: str
    email: str = ""
    note: str = ""
    dedupe_key: str = ""


class LeadBook(Protocol):
    """Keeps leads until sales calls them."""

    async def add(self, lead: Lead) -> None:
        """Keep a lead; raises StoreUnavailable."""
