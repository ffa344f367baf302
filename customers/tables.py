"""The tables of the memory: what each customer decided, and the facts of those who agreed."""

from sqlalchemy import Column, DateTime, MetaData, String, Table

metadata = MetaData()

consents = Table(
    "consents",
    metadata,
    Column("tenant", String(40), primary_key=True),
    Column("customer", String(260), primary_key=True),
    Column("decision", String(20), nullable=False),  # allowed, refused, withdrawn
    Column("decided_at", DateTime(timezone=True), nullable=False),
)

customer_facts = Table(
    "customer_facts",
    metadata,
    Column("tenant", String(40), primary_key=True),
    Column("customer", String(260), primary_key=True),
    Column("name", String(20), primary_key=True),  # product, stores, language
    Column("value", String(80), nullable=False),
    Column("told_at", DateTime(timezone=True), nullable=False),
)
