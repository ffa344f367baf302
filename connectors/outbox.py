"""What the bot said, kept until the provider has taken it; its failures are what the support team looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from connectors.database import Database, insert_new
from connectors.incoming import Receipt
from connectors.tables import deliveries
from protocol.conversation import Conversation

Part = dict[str, Any]  # one message as the provider sends it; `text` is what a person reads of it
_OPEN = ("queued", "sending")


@dataclass(frozen=True)
class Parcel:
    """One part on its way."""

    id: int
    conversation: str
    part: Part
    attempts: int


class Outbox:
    """One channel's part of the table."""

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._channel = channel

    async def put(self, conversation_id: str, replies_to: str, first: int, parts: Sequence[Part]) -> None:
        """Queue the parts numbered from `first`; those of an earlier attempt at the same reply are not queued again."""
        now = datetime.now(timezone.utc)
        rows = [
            {
                "tenant": Conversation.parse(conversation_id).tenant,
                "channel": self._channel,
                "conversation": conversation_id,
                "replies_to": replies_to,
                "number": first + index,
                "part": part,
                "text": str(part.get("text", "")),
                "state": "queued",
                "queued_at": now,
                "changed_at": now,
            }
            for index, part in enumerate(parts)
        ]

        def insert(connection: Any) -> None:
            for row in rows:
                insert_new(connection, deliveries, row)

        await self._database.run(insert)

    async def unsent(self) -> list[str]:
        """The conversations with something to send."""
        query = (
            sa.select(deliveries.c.conversation)
            .where(deliveries.c.channel == self._channel, deliveries.c.state.in_(_OPEN))
            .group_by(deliveries.c.conversation)
            .order_by(sa.func.min(deliveries.c.id))
        )
        return await self._database.run(lambda connection: list(connection.execute(query).scalars()))

    async def begin(self, conversation: str) -> Parcel | None:
        """The next part to send."""
        query = (
            sa.select(deliveries.c.id, deliveries.c.part, deliveries.c.attempts)
            .where(deliveries.c.conversation == conversation, deliveries.c.state.in_(_OPEN))
            .order_by(deliveries.c.id)
            .limit(1)
        )

        def take(connection: Any) -> Parcel | None:
            row = connection.execute(query).first()
            if row is None:
                return None
            _change(connection, row.id, state="sending", attempts=row.attempts + 1)
            return Parcel(row.id, conversation, row.part, row.attempts + 1)

        return await self._database.run(take)

    async def sent(self, parcel: Parcel, provider_id: str) -> None:
        """The provider took it."""
        await self._database.run(lambda c: _change(c, parcel.id, state="sent", provider_id=provider_id, error=""))

    async def retried(self, parcel: Parcel, error: str) -> None:
        """It failed and is tried again."""
        await self._database.run(lambda c: _change(c, parcel.id, state="queued", error=error))

    async def failed(self, parcel: Parcel, error: str) -> None:
        """It can't be delivered; nobody tries again."""
        await self._database.run(lambda c: _change(c, parcel.id, state="failed", error=error))

    async def hold(self, parcel: Parcel) -> bool:
        """Keep it until the customer writes; True when it is the first one that waits."""

        def keep(connection: Any) -> bool:
            waiting = sa.select(sa.func.count()).where(
                deliveries.c.conversation == parcel.conversation, deliveries.c.state == "held"
            )
            first = bool(connection.execute(waiting).scalar() == 0)
            _change(connection, parcel.id, state="held")
            return first

        return await self._database.run(keep)

    async def release(self, conversation: str) -> bool:
        """The customer wrote: queue what was held; False when nothing was."""
        held = deliveries.update().where(deliveries.c.conversation == conversation, deliveries.c.state == "held")
        released = held.values(state="queued", attempts=0, changed_at=datetime.now(timezone.utc))
        return bool(await self._database.run(lambda connection: connection.execute(released).rowcount))

    async def note(self, receipts: Sequence[Receipt]) -> None:
        """What the provider says later of what it took; a receipt that comes late doesn't turn back a newer one."""
        before = {"delivered": ("sent",), "read": ("sent", "delivered"), "failed": ("sent", "delivered")}

        def change(connection: Any) -> None:
            for receipt in receipts:
                row = deliveries.update().where(
                    deliveries.c.channel == self._channel,
                    deliveries.c.provider_id == receipt.provider_id,
                    deliveries.c.state.in_(before[receipt.state]),
                )
                now = datetime.now(timezone.utc)
                connection.execute(row.values(state=receipt.state, error=receipt.error, changed_at=now))

        if receipts:
            await self._database.run(change)


def _change(connection: Any, parcel_id: int, **values: Any) -> None:
    values["changed_at"] = datetime.now(timezone.utc)
    connection.execute(deliveries.update().where(deliveries.c.id == parcel_id).values(**values))
