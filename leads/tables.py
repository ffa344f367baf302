"""The table of the built-in lead book."""

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

leads = Table(
    "leads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tenant", String(40), nullable=False),
    Column("conversation", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("email", String(200), nullable=False, server_default=""),
    Column("language", String(10), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("status", String(20), nullable=False, server_default="new"),
    Column("dedupe_key", String(200)),
    Column("added_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant", "dedupe_key", name="leads_dedupe_key"),
    Index("leads_status", "tenant", "status", "added_at"),
)
