"""What a tenant may spend on models in a day (UTC): a warning at 80%, the cheapest model from 90%, quotations from 100%."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from answering.tables import usage
from protocol.tenants import Tenant

logger = logging.getLogger(__name__)
Level = Literal["", "warned", "cheaper", "spent"]
LEVELS: tuple[tuple[float, Level], ...] = ((1.0, "spent"), (0.9, "cheaper"), (0.8, "warned"))  # shares of the budget
_READ_EVERY = 30.0  # seconds: what other processes spend is known so late


@dataclass
class _Day:
    name: str
    usd: float = 0.0
    tokens: int = 0
    read_at: float = float("-inf")
    level: Level = ""


class Budgets:
    """Counts what this process spends at once, and reads what others spent from the app database."""

    def __init__(self, engine: Engine | None, *, today: Callable[[], str] | None = None) -> None:
        """Without an `engine`, only this process counts; `today` names the day."""
        self._engine = engine
        self._today = today or (lambda: f"{datetime.now(UTC):%Y-%m-%d}")
        self._days: dict[str, _Day] = {}

    async def level(self, tenant: Tenant) -> Level:
        """How far the day's budget is used up; "" while there is no need to care."""
        if not (tenant.usd_per_day or tenant.tokens_per_day):
            return ""
        day = self._day(tenant.id)
        if self._engine is not None and time.monotonic() - day.read_at > _READ_EVERY:
            day.read_at = time.monotonic()
            await self._read(tenant.id, day)
        share = max(
            day.usd / tenant.usd_per_day if tenant.usd_per_day else 0.0,
            day.tokens / tenant.tokens_per_day if tenant.tokens_per_day else 0.0,
        )
        level: Level = next((level for least, level in LEVELS if share >= least), "")
        if level != day.level:
            day.level = level
            logger.warning(
                "Tenant %s has used %.0f%% of its budget of %s: %s.", tenant.id, share * 100, day.name, level
            )
        return level

    def spend(self, tenant_id: str, usd: float, tokens: int) -> None:
        """Count what an answer cost; answers under way may go over the budget by as much as they cost themselves."""
        day = self._day(tenant_id)
        day.usd += usd
        day.tokens += tokens

    def _day(self, tenant_id: str) -> _Day:
        today = self._today()
        if tenant_id not in self._days or self._days[tenant_id].name != today:
            self._days[tenant_id] = _Day(today)
        return self._days[tenant_id]

    async def _read(self, tenant_id: str, day: _Day) -> None:
        tokens = usage.c.tokens_in + usage.c.tokens_out
        query = select(func.sum(usage.c.cost_usd), func.sum(tokens)).where(
            usage.c.tenant == tenant_id, usage.c.day == day.name
        )

        def spent() -> tuple[float, int]:
            assert self._engine is not None
            with self._engine.connect() as connection:
                usd, counted = connection.execute(query).one()
            return float(usd or 0), int(counted or 0)

        try:
            usd, counted = await asyncio.to_thread(spent)
        except SQLAlchemyError as error:
            logger.warning("What tenant %s has spent can't be read: %s", tenant_id, str(error).splitlines()[0])
            return
        # Records are written a little later than they are counted here, so the larger figure is the right one.
        day.usd, day.tokens = max(day.usd, usd), max(day.tokens, counted)
