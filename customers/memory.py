"""The port of the memory of customers, and what passes through it.

`customer` is the verified one (`Turn.known_as`): never a stranger's session. Every method sees one customer of one tenant and nothing of
any other; every method raises StoreUnavailable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from customers.facts import NAMES, NOTHING, Facts

Decision = Literal["", "allowed", "refused", "withdrawn"]


@dataclass(frozen=True)
class Memory:
    """What is known of a customer, and what they decided about that."""

    decision: Decision = ""  # "" when they were never asked, or didn't answer
    decided_at: datetime | None = None  # UTC
    facts: Facts = NOTHING
    since: Mapping[str, datetime] = field(default_factory=dict)  # by fact: when its value was told

    @property
    def allowed(self) -> bool:
        return self.decision == "allowed"


class CustomerMemory(Protocol):
    """Keeps facts, and only of customers who allowed it."""

    async def recall(self, tenant: str, customer: str) -> Memory:
        """What is known; an empty memory when nothing is."""

    async def allow(self, tenant: str, customer: str, facts: Facts) -> None:
        """Keep that they agreed, and when, and these facts."""

    async def refuse(self, tenant: str, customer: str) -> None:
        """Keep that they don't want it, so that they aren't asked again; facts there may be are erased."""

    async def keep(self, tenant: str, customer: str, facts: Facts) -> bool:
        """Keep or replace facts of a customer who allowed it; False, with nothing written, when they don't."""

    async def forget(self, tenant: str, customer: str, names: Sequence[str] = NAMES) -> tuple[str, ...]:
        """Erase facts, and say which there were; when none is left, the consent is withdrawn with them."""

    async def erase(self, tenant: str, customer: str) -> tuple[str, ...] | None:
        """Erase all, the decision too, and say which facts there were; None when nothing at all was known."""
