"""The built-in memory, on SQLAlchemy."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from customers.facts import NAMES, Facts
from customers.memory import Decision, Memory
from customers.tables import consents, customer_facts
from protocol.errors import StoreUnavailable

_UPSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
T = TypeVar("T")


class BuiltInCustomerMemory:
    """Facts and decisions in the app database.

    Whatever writes begins with the customer's row of `consents`: that lock has an erasure and a fact told at the same moment come one
    after the other, so that nothing is kept that was just forgotten.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def recall(self, tenant: str, customer: str) -> Memory:
        return await self._in_thread(lambda connection: _memory(connection, tenant, customer))

    async def allow(self, tenant: str, customer: str, facts: Facts) -> None:
        def run(connection: Connection) -> None:
            self._decide(connection, tenant, customer, "allowed")
            self._put(connection, tenant, customer, facts)

        await self._in_thread(run)

    async def refuse(self, tenant: str, customer: str) -> None:
        def run(connection: Connection) -> None:
            self._decide(connection, tenant, customer, "refused")
            connection.execute(delete(customer_facts).where(_of(customer_facts, tenant, customer)))

        await self._in_thread(run)

    async def keep(self, tenant: str, customer: str, facts: Facts) -> bool:
        def run(connection: Connection) -> bool:
            if not _locked(connection, tenant, customer, consents.c.decision == "allowed"):
                return False
            self._put(connection, tenant, customer, facts)
            return True

        return await self._in_thread(run)

    async def forget(self, tenant: str, customer: str, names: Sequence[str] = NAMES) -> tuple[str, ...]:
        def run(connection: Connection) -> tuple[str, ...]:
            if not _locked(connection, tenant, customer):
                return ()
            known = _memory(connection, tenant, customer)
            mine = _of(customer_facts, tenant, customer)
            connection.execute(delete(customer_facts).where(mine, customer_facts.c.name.in_(names)))
            gone = known.facts.only(names).names
            if known.allowed and gone == known.facts.names and (gone or set(names) == set(NAMES)):
                self._decide(connection, tenant, customer, "withdrawn")
            return gone

        return await self._in_thread(run)

    async def erase(self, tenant: str, customer: str) -> tuple[str, ...] | None:
        def run(connection: Connection) -> tuple[str, ...] | None:
            if not _locked(connection, tenant, customer):
                return None
            names = _memory(connection, tenant, customer).facts.names
            for table in (customer_facts, consents):
                connection.execute(delete(table).where(_of(table, tenant, customer)))
            return names

        return await self._in_thread(run)

    async def _in_thread(self, run: Callable[[Connection], T]) -> T:
        def transaction() -> T:
            with _named_errors(), self._engine.begin() as connection:
                return run(connection)

        return await asyncio.to_thread(transaction)

    def _decide(self, connection: Connection, tenant: str, customer: str, decision: Decision) -> None:
        values = {"decision": decision, "decided_at": datetime.now(UTC)}
        row = self._insert(consents).values(tenant=tenant, customer=customer, **values)
        connection.execute(row.on_conflict_do_update(index_elements=["tenant", "customer"], set_=values))

    def _put(self, connection: Connection, tenant: str, customer: str, facts: Facts) -> None:
        for name, value in facts.values().items():
            row = self._insert(customer_facts).values(
                tenant=tenant, customer=customer, name=name, value=value, told_at=datetime.now(UTC)
            )
            newer = {"value": row.excluded.value, "told_at": row.excluded.told_at}
            key = ["tenant", "customer", "name"]
            # told again is not told anew: the date says since when it is so
            connection.execute(
                row.on_conflict_do_update(index_elements=key, set_=newer, where=customer_facts.c.value != value)
            )

    def _insert(self, table: Table) -> Any:
        return _UPSERTS[self._engine.dialect.name](table)


def _locked(connection: Connection, tenant: str, customer: str, *such: ColumnElement[bool]) -> bool:
    """Hold the customer's decision until the transaction ends; False when there is none such."""
    same = update(consents).where(_of(consents, tenant, customer), *such).values(decision=consents.c.decision)
    return bool(connection.execute(same).rowcount)


def _memory(connection: Connection, tenant: str, customer: str) -> Memory:
    decided = connection.execute(select(consents).where(_of(consents, tenant, customer))).first()
    if decided is None:
        return Memory()
    told = connection.execute(select(customer_facts).where(_of(customer_facts, tenant, customer))).all()
    return Memory(
        decision=decided.decision,
        decided_at=decided.decided_at,
        facts=Facts.read({row.name: row.value for row in told}),
        since={row.name: row.told_at for row in told},
    )


def _of(table: Table, tenant: str, customer: str) -> ColumnElement[bool]:
    return (table.c.tenant == tenant) & (table.c.customer == customer)


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StoreUnavailable(f"The memory of customers doesn't answer: {reason}.") from error
