"""The built-in lead book, on SQLAlchemy."""

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import Engine, insert
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from leads.book import Lead
from leads.tables import leads
from protocol.errors import StoreUnavailable


class BuiltInLeadBook:
    """Leads in the app database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def add(self, lead: Lead) -> None:
        await asyncio.to_thread(self._add, lead)

    def _add(self, lead: Lead) -> None:
        row = {**asdict(lead), "dedupe_key": lead.dedupe_key or None, "added_at": datetime.now(UTC)}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(leads).values(row))
        except IntegrityError:
            return  # the same message again: the lead stands already
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"The lead can't be kept: {str(error).splitlines()[0]}.") from error
