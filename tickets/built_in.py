"""The built-in ticket desk, on SQLAlchemy."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Row, func, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from protocol.errors import StoreUnavailable
from tickets.desk import Ticket, TicketDraft
from tickets.tables import tickets

FIRST_NUMBER = 10_001
_ATTEMPTS = 20  # two processes may draw the same number; the unique key decides and the other draws again


class BuiltInTicketDesk:
    """Tickets in the app database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def open(self, draft: TicketDraft) -> Ticket:
        return await asyncio.to_thread(self._open, draft)

    async def find(self, tenant: str, number: str, customer: str) -> Ticket | None:
        found = await asyncio.to_thread(self._select, tenant, customer, 1, number)
        return found[0] if found else None

    async def recent(self, tenant: str, customer: str, limit: int = 5) -> list[Ticket]:
        return await asyncio.to_thread(self._select, tenant, customer, limit)

    def _open(self, draft: TicketDraft) -> Ticket:
        now = datetime.now(UTC)
        for attempt in range(_ATTEMPTS):
            try:
                with self._engine.begin() as connection:
                    if draft.dedupe_key:
                        same = (tickets.c.tenant == draft.tenant) & (tickets.c.dedupe_key == draft.dedupe_key)
                        row = connection.execute(select(tickets).where(same)).first()
                        if row is not None:
                            return _ticket(row)
                    of_tenant = select(func.count()).select_from(tickets).where(tickets.c.tenant == draft.tenant)
                    number = f"TKT-{FIRST_NUMBER + (connection.execute(of_tenant).scalar() or 0) + attempt}"
                    row = connection.execute(
                        insert(tickets)
                        .values(
                            tenant=draft.tenant, number=number, customer=draft.customer, conversation=draft.conversation,
                            channel=draft.channel, kind=draft.kind, status="open", language=draft.language,
                            description=draft.description, contact=draft.contact,
                            dedupe_key=draft.dedupe_key or None, opened_at=now, updated_at=now,
                        )
                        .returning(tickets)
                    ).one()  # fmt: skip
                    return _ticket(row)
            except IntegrityError:
                continue
            except SQLAlchemyError as error:
                raise StoreUnavailable(f"The ticket can't be kept: {_reason(error)}.") from error
        raise StoreUnavailable("The ticket can't be kept: no free number was drawn.")

    def _select(self, tenant: str, customer: str, limit: int, number: str | None = None) -> list[Ticket]:
        mine = select(tickets).where(tickets.c.tenant == tenant, tickets.c.customer == customer)
        if number is not None:
            mine = mine.where(tickets.c.number == number)
        try:
            with self._engine.connect() as connection:
                rows = connection.execute(mine.order_by(tickets.c.opened_at.desc(), tickets.c.id.desc()).limit(limit))
                return [_ticket(row) for row in rows]
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"Tickets can't be read: {_reason(error)}.") from error


def _ticket(row: Row[Any]) -> Ticket:
    return Ticket(
        number=row.number, tenant=row.tenant, customer=row.customer, description=row.description, kind=row.kind,
        status=row.status, opened_at=row.opened_at, updated_at=row.updated_at,
    )  # fmt: skip


def _reason(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
