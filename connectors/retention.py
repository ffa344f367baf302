"""Takes out of the inbox and the outbox what is long done with: in small steps beside the messages, none of which waits for it."""

import asyncio
import logging
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa

from connectors import background
from connectors.database import Database
from connectors.settings import ChannelSettings
from connectors.tables import deliveries, inbox
from protocol.errors import StoreUnavailable

logger = logging.getLogger(__name__)

_FIRST = 60.0  # seconds after the start, when what a dead process left has been taken up
_EVERY = 3600.0  # seconds
_BATCH = 200  # rows of one transaction: a few milliseconds, in which another writer waits
_PAUSE = 0.5  # seconds between two


class Retention:
    """One channel's part of both tables. A message's row is what makes a provider's retry a no-op, so it stays longer than providers retry."""

    def __init__(self, database: Database, channel: str, settings: ChannelSettings) -> None:
        self._database = database
        self._channel = channel
        done = timedelta(days=settings.messages_kept_days)
        failed = timedelta(days=settings.undelivered_kept_days)
        self._kept = (
            (inbox, inbox.c.finished_at, "finished", done),
            (inbox, inbox.c.finished_at, "failed", failed),
            *((deliveries, deliveries.c.changed_at, state, done) for state in ("sent", "delivered", "read")),
            *((deliveries, deliveries.c.changed_at, state, failed) for state in ("failed", "held")),
        )
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to prune now and then, until `stop`."""
        self._task = background.start(self._run())

    def stop(self) -> None:
        """The server stops; a step under way is finished or rolled back by the database."""
        if self._task is not None:
            self._task.cancel()

    async def prune(self, now: datetime) -> int:
        """Take out what is too old, a batch at a time; says how many rows. Raises StoreUnavailable."""
        gone = 0
        for table, changed, state, kept in self._kept:
            while (some := await self._step(table, changed, state, now - kept)) == _BATCH:
                gone += some
                await asyncio.sleep(_PAUSE)
            gone += some
        return gone

    async def _step(self, table: sa.Table, changed: Any, state: str, before: datetime) -> int:
        """Looks at the first rows in the order of arrival only: the table is never read through for what may be old in its middle."""
        first = (
            sa.select(table.c.id)
            .where(table.c.channel == self._channel, table.c.state == state)
            .order_by(table.c.id)
            .limit(_BATCH)
            .with_for_update(skip_locked=True)  # another process prunes, too; SQLite has one writer anyway
        )

        def take(connection: Any) -> int:
            numbers = list(connection.execute(first).scalars())
            if not numbers:
                return 0
            old = table.delete().where(table.c.id.in_(numbers), table.c.state == state, changed < before)
            if table is deliveries:
                old = old.where(~_is_answer_under_way())
            return int(connection.execute(old).rowcount)

        return await self._database.run(take)

    async def _run(self) -> None:
        await asyncio.sleep(_FIRST)
        while True:
            try:
                gone = await self.prune(datetime.now(timezone.utc))
                if gone:
                    logger.info("%d old rows of %s were taken out of inbox and deliveries.", gone, self._channel)
            except StoreUnavailable as error:
                logger.warning("Old rows of %s stay for now: %s", self._channel, error)
            await asyncio.sleep(_EVERY)


def _is_answer_under_way() -> Any:
    """The message that a delivery replies to is still to be answered: then the row keeps the reply from being sent twice."""
    return sa.exists().where(
        inbox.c.conversation == deliveries.c.conversation,
        inbox.c.message_id == deliveries.c.replies_to,
        inbox.c.state.in_(("accepted", "working")),
    )
