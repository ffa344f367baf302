"""The durable inbox: a message is a row before its webhook is answered, and stays until it has been answered itself."""

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from connectors.database import Database, insert_new
from connectors.incoming import Incoming
from connectors.tables import inbox
from protocol.messages import InboundMessage

_OPEN = ("accepted", "working")
_STARTS = 3  # in which a message may be under way when the process dies


@dataclass(frozen=True)
class Entry:
    """A message in the inbox; more than one attempt means that a process died or failed over it."""

    id: int
    incoming: Incoming
    attempts: int


class SqlInbox:
    """One channel's part of the table."""

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._channel = channel

    async def accept(self, incoming: Incoming) -> bool:
        """Keep it; False when the same message came before. Raises StoreUnavailable: then the provider tries again."""
        conversation = incoming.message.conversation
        row = {
            "tenant": conversation.tenant,
            "channel": self._channel,
            "conversation": str(conversation),
            "message_id": incoming.message.message_id,
            "message": incoming.to_json(),
            "state": "accepted",
            "sent_at": incoming.sent_at,
            "received_at": _now(),
        }
        return await self._database.run(lambda connection: insert_new(connection, inbox, row))

    async def unfinished(self) -> list[str]:
        """The conversations with something to do, oldest first."""
        query = (
            sa.select(inbox.c.conversation)
            .where(inbox.c.channel == self._channel, inbox.c.state.in_(_OPEN))
            .group_by(inbox.c.conversation)
            .order_by(sa.func.min(inbox.c.id))
        )
        return await self._database.run(lambda connection: list(connection.execute(query).scalars()))

    async def begin(self, conversation: str) -> Entry | None:
        """The conversation's next message in the order in which it was sent, whatever order it came in."""
        query = (
            sa.select(inbox.c.id, inbox.c.message, inbox.c.attempts)
            .where(inbox.c.conversation == conversation, inbox.c.state.in_(_OPEN))
            .order_by(inbox.c.sent_at, inbox.c.id)
            .limit(1)
        )

        def take(connection: Any) -> Entry | None:
            row = connection.execute(query).first()
            if row is None:
                return None
            change = {"state": "working", "attempts": row.attempts + 1}
            connection.execute(inbox.update().where(inbox.c.id == row.id).values(**change))
            return Entry(row.id, Incoming.from_json(row.message), row.attempts + 1)

        return await self._database.run(take)

    async def finish(self, entry: Entry, error: str = "") -> None:
        """It was answered, or `error` says why it never will be."""
        values = {"state": "failed" if error else "finished", "error": error, "finished_at": _now()}
        await self._database.run(lambda c: c.execute(inbox.update().where(inbox.c.id == entry.id).values(**values)))

    async def take_over(self) -> list[Entry]:
        """All open messages in the order of arrival, one attempt more each; those that killed a process thrice are given up."""
        query = sa.select(inbox.c.id, inbox.c.message, inbox.c.attempts).where(
            inbox.c.channel == self._channel, inbox.c.state.in_(_OPEN)
        )

        def take(connection: Any) -> list[Entry]:
            mine = sa.and_(inbox.c.channel == self._channel, inbox.c.state.in_(_OPEN))
            worn = {"state": "failed", "error": f"Given up after {_STARTS} starts.", "finished_at": _now()}
            connection.execute(inbox.update().where(mine, inbox.c.attempts >= _STARTS).values(**worn))
            rows = connection.execute(query.order_by(inbox.c.id)).all()
            connection.execute(inbox.update().where(mine).values(state="working", attempts=inbox.c.attempts + 1))
            return [Entry(row.id, Incoming.from_json(row.message), row.attempts + 1) for row in rows]

        return await self._database.run(take)

    async def close(self, message: InboundMessage) -> None:
        """The same as `finish`, for who has the message only."""
        closed = inbox.update().where(_is(message)).values(state="finished", finished_at=_now())
        await self._database.run(lambda connection: connection.execute(closed))

    async def forget(self, message: InboundMessage) -> None:
        """As if it had never come: its sender may bring it again."""
        await self._database.run(lambda connection: connection.execute(inbox.delete().where(_is(message))))

    async def last_heard(self, conversation: str) -> float:
        """When the customer last wrote, seconds since 1970; 0 when never."""
        query = sa.select(sa.func.max(inbox.c.sent_at)).where(inbox.c.conversation == conversation)
        return float(await self._database.run(lambda connection: connection.execute(query).scalar()) or 0.0)


def _is(message: InboundMessage) -> Any:
    return sa.and_(inbox.c.conversation == str(message.conversation), inbox.c.message_id == message.message_id)


def _now() -> datetime:
    return datetime.now(timezone.utc)
