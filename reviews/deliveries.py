"""What the messaging channels took in and sent, as the support team sees it; `connectors/tables.py` in the Rasa half writes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    select,
)

metadata = MetaData()

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tenant", String(40), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("conversation", String(220), nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("message", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("sent_at", Float, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    UniqueConstraint("conversation", "message_id", name="inbox_message"),
    Index("inbox_state", "channel", "state"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tenant", String(40), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("conversation", String(220), nullable=False),
    Column("replies_to", String(200), nullable=False),
    Column("number", Integer, nullable=False),
    Column("part", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("provider_id", String(200), nullable=False, server_default=""),
    Column("queued_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("conversation", "replies_to", "number", name="deliveries_part"),
    Index("deliveries_state", "channel", "state"),
    Index("deliveries_provider", "channel", "provider_id"),
)


@dataclass(frozen=True)
class Undelivered:
    """A reply that never reached its customer, and why."""

    id: int
    channel: str
    conversation: str
    text: str
    error: str
    attempts: int
    failed_at: datetime


def undelivered(engine: Engine, tenant: str, limit: int = 100) -> Sequence[Undelivered]:
    """A tenant's replies that can't be delivered, newest first."""
    query = (
        select(deliveries)
        .where(deliveries.c.tenant == tenant, deliveries.c.state == "failed")
        .order_by(deliveries.c.changed_at.desc(), deliveries.c.id.desc())
        .limit(limit)
    )
    with engine.connect() as connection:
        return [
            Undelivered(row.id, row.channel, row.conversation, row.text, row.error, row.attempts, row.changed_at)
            for row in connection.execute(query)
        ]
