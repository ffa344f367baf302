"""The tables of review: what customers thought, and what the support team made of it."""

from sqlalchemy import JSON, Column, DateTime, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tenant", String(40), nullable=False),
    Column("conversation", String(200), nullable=False),
    Column("answer_id", String(36), nullable=False, server_default=""),
    Column("rating", Integer),  # 1 to 5; thumbs are 1 and 5
    Column("comment", Text, nullable=False, server_default=""),
    Column("language", String(10), nullable=False),
    Column("dedupe_key", String(200)),
    Column("given_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant", "dedupe_key", name="feedback_dedupe_key"),
    Index("feedback_time", "tenant", "given_at"),
)

annotations = Table(
    "annotations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tenant", String(40), nullable=False),
    Column("conversation", String(200), nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("kind", String(20), nullable=False),  # intent, entity, answer, action
    Column("correction", JSON, nullable=False),
    Column("author", String(80), nullable=False),
    Column("status", String(20), nullable=False, server_default="open"),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Index("annotations_conversation", "tenant", "conversation"),
)

tags = Table(
    "tags",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tenant", String(40), nullable=False),
    Column("conversation", String(200), nullable=False),
    Column("tag", String(60), nullable=False),
    Column("author", String(80), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant", "conversation", "tag", name="tags_once"),
)

members = Table(
    "members",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tenant", String(40), nullable=False),
    Column("name", String(80), nullable=False),
    Column("role", String(20), nullable=False),
    Column("password_hash", String(200), nullable=False, server_default=""),
    Column("subject", String(200), nullable=False, server_default=""),  # of the identity provider
    Column("added_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant", "name", name="members_name"),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tenant", String(40), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("details", JSON, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("audit_log_time", "tenant", "at"),
)
