"""The tables of the built-in ticket desk."""

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

tickets = Table(
    "tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tenant", String(40), nullable=False),
    Column("number", String(32), nullable=False),
    Column("customer", String(200), nullable=False),
    Column("conversation", String(200), nullable=False),
    Column("channel", String(40), nullable=False, server_default=""),
    Column("kind", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("priority", String(2), nullable=False, server_default="P3"),
    Column("language", String(10), nullable=False),
    Column("description", Text, nullable=False),
    Column("contact", String(200), nullable=False, server_default=""),
    Column("assignee", String(80), nullable=False, server_default=""),
    Column("dedupe_key", String(200)),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant", "number", name="tickets_number"),
    UniqueConstraint("tenant", "dedupe_key", name="tickets_dedupe_key"),
    Index("tickets_customer", "tenant", "customer", "opened_at"),
    Index("tickets_status", "tenant", "status", "opened_at"),
)
