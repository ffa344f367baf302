"""What is known of each embedding version from use: written behind the searches' back, read by `embeddings status` and `/metrics`."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from retrieval.tables import embedding_comparisons, embedding_usage

logger = logging.getLogger(__name__)
_UPSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_EVERY_SECONDS = 2.0
_WAITING = 1000  # comparisons; with more in line, the database is down


class VersionRecords:
    """Counts searches and keeps comparisons; a database that is down loses them and nothing else."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._used: dict[tuple[str, str], tuple[int, float]] = {}
        self._compared: list[dict[str, Any]] = []
        self._writer: asyncio.Task[None] | None = None

    def searched(self, tenant: str, version: str, milliseconds: float) -> None:
        searches, spent = self._used.get((tenant, version), (0, 0.0))
        self._used[tenant, version] = (searches + 1, spent + milliseconds)
        self._write_soon()

    def compared(self, comparison: dict[str, Any]) -> None:
        if len(self._compared) < _WAITING:
            self._compared.append({**comparison, "compared_at": datetime.now(UTC)})
        self._write_soon()

    async def flush(self) -> None:
        """Write what is in line."""
        used, compared, self._used, self._compared = self._used, self._compared, {}, []
        if used or compared:
            try:
                await asyncio.to_thread(self._write, used, compared)
            except SQLAlchemyError as error:
                logger.error("The use of embedding versions can't be recorded: %s", str(error).splitlines()[0])

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
        await self.flush()

    def _write_soon(self) -> None:
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._later())

    async def _later(self) -> None:
        await asyncio.sleep(_EVERY_SECONDS)
        await self.flush()

    def _write(self, used: Mapping[tuple[str, str], tuple[int, float]], compared: Sequence[dict[str, Any]]) -> None:
        upsert, day = _UPSERTS[self._engine.dialect.name], f"{datetime.now(UTC):%Y-%m-%d}"
        table = embedding_usage
        with self._engine.begin() as connection:
            for (tenant, version), (searches, spent) in used.items():
                key = {"tenant": tenant, "version": version, "day": day}
                row = upsert(table).values(**key, searches=searches, milliseconds=spent)
                more = {"searches": table.c.searches + searches, "milliseconds": table.c.milliseconds + spent}
                connection.execute(row.on_conflict_do_update(index_elements=list(key), set_=more))
            if compared:
                connection.execute(insert(embedding_comparisons), list(compared))


def used(engine: Engine) -> list[dict[str, Any]]:
    """Searches of each tenant's versions, and their mean time in milliseconds."""
    table = embedding_usage
    total = func.sum(table.c.searches)
    query = select(
        table.c.tenant,
        table.c.version,
        total.label("searches"),
        (func.sum(table.c.milliseconds) / total).label("mean_ms"),
    ).group_by(table.c.tenant, table.c.version)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def compared(engine: Engine) -> list[dict[str, Any]]:
    """What the shadow queries of each version found, against the version that answered; means of those that didn't fail."""
    table = embedding_comparisons
    keys = (table.c.tenant, table.c.version, table.c.against)
    succeeded = table.c.failed.is_(False)
    query = select(
        *keys,
        func.count().label("queries"),
        func.count().filter(table.c.failed).label("failed"),
        *(
            func.avg(table.c[name]).filter(succeeded).label(name)
            for name in ("overlap", "agreement", "milliseconds", "against_milliseconds")
        ),
    ).group_by(*keys)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
