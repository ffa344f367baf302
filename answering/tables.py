"""The record of each answer, and what a tenant spent on a day."""

from sqlalchemy import JSON, Boolean, Column, DateTime, Float, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

answers = Table(
    "answers",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("tenant", String(40), nullable=False),
    Column("conversation", String(200), nullable=False, server_default=""),
    Column("message_id", String(200), nullable=False, server_default=""),
    Column("correlation_id", String(64), nullable=False, server_default=""),
    Column("question", Text, nullable=False),
    Column("rewritten", Text, nullable=False, server_default=""),
    Column("language", String(10), nullable=False),
    Column("answer", Text, nullable=False),
    Column("refused", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("passages", JSON, nullable=False),  # [{id, title, score, keyword_rank, dense_rank}]
    Column("citations", JSON, nullable=False),  # verdict per citation
    Column("model", String(120), nullable=False),
    Column("prompt_version", String(40), nullable=False, server_default=""),
    Column("route", String(20), nullable=False, server_default=""),  # small, large, cheapest; "" without models
    Column(
        "steps", JSON, nullable=False, server_default="[]"
    ),  # [{name, outcome, ms, tokens_in, tokens_out, cost_usd, retries}]
    Column("fallback", String(40), nullable=False, server_default=""),
    Column("cache", String(20), nullable=False, server_default=""),  # exact, semantic
    Column("budget", String(20), nullable=False, server_default=""),  # warned, cheaper, spent
    Column("embedding_calls", Integer, nullable=False, server_default="0"),
    Column("tokens_in", Integer, nullable=False, server_default="0"),
    Column("tokens_out", Integer, nullable=False, server_default="0"),
    Column("cost_usd", Float, nullable=False, server_default="0"),
    Column(
        "facts", JSON, nullable=False, server_default="[]"
    ),  # names of what was known of the customer, never its values
    Column("stages_ms", JSON, nullable=False),
    Column("answered_at", DateTime(timezone=True), nullable=False),
    Index("answers_time", "tenant", "answered_at"),
    Index("answers_conversation", "tenant", "conversation"),
)

usage = Table(
    "usage",
    metadata,
    Column("tenant", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),  # YYYY-MM-DD, UTC
    Column("model", String(120), primary_key=True),
    Column("answers", Integer, nullable=False, server_default="0"),
    Column("tokens_in", Integer, nullable=False, server_default="0"),
    Column("tokens_out", Integer, nullable=False, server_default="0"),
    Column("cost_usd", Float, nullable=False, server_default="0"),
)
