"""The audit log: who did what to whom, without the data."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, insert
from sqlalchemy.exc import SQLAlchemyError

from protocol.errors import StoreUnavailable
from reviews.tables import audit_log


async def keep_trace(
    engine: Engine, tenant: str, actor: str, action: str, subject: str, details: Mapping[str, Any]
) -> None:
    """Keep that `actor` did `action` to `subject`; raises StoreUnavailable."""
    await asyncio.to_thread(_keep, engine, tenant, actor, action, subject, dict(details))


def _keep(engine: Engine, tenant: str, actor: str, action: str, subject: str, details: dict[str, Any]) -> None:
    row = {"tenant": tenant, "actor": actor, "action": action, "subject": subject[:200], "details": details}
    try:
        with engine.begin() as connection:
            connection.execute(insert(audit_log).values(**row, at=datetime.now(UTC)))
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"The audit log can't be written: {str(error).splitlines()[0]}.") from error
