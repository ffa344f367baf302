"""The tables of retrieval: which embeddings a tenant has, how they compare and are used; and the documents' history."""

from sqlalchemy import Boolean, Column, DateTime, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

embedding_versions = Table(
    "embedding_versions",
    metadata,
    Column("tenant", String(40), primary_key=True),
    Column("version", String(300), primary_key=True),  # names these exact vectors
    Column("model", String(300), nullable=False),  # as the settings would name it
    Column("state", String(20), nullable=False),  # active, candidate or removed
    Column("share", Float, nullable=False, server_default="0"),  # of the conversations, 0 to 1
    Column("shadow", Float, nullable=False, server_default="0"),  # of the searches that are repeated with it, 0 to 1
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

embedding_comparisons = Table(
    "embedding_comparisons",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tenant", String(40), nullable=False),
    Column("version", String(300), nullable=False),
    Column("against", String(300), nullable=False),  # the version that answered
    Column("depth", Integer, nullable=False),
    Column("overlap", Float, nullable=False),  # share of the first `depth` passages that both found
    Column("agreement", Float, nullable=False),  # rank-biased overlap
    Column("milliseconds", Float, nullable=False),  # of this version, its embedding included
    Column("against_milliseconds", Float, nullable=False),
    Column("failed", Boolean, nullable=False),
    Column("compared_at", DateTime(timezone=True), nullable=False),
    Index("embedding_comparisons_version", "tenant", "version", "against"),
)

embedding_usage = Table(
    "embedding_usage",
    metadata,
    Column("tenant", String(40), primary_key=True),
    Column("version", String(300), primary_key=True),
    Column("day", String(10), primary_key=True),  # YYYY-MM-DD, UTC
    Column("searches", Integer, nullable=False, server_default="0"),
    Column("milliseconds", Float, nullable=False, server_default="0"),  # of all of them together
)

document_versions = Table(
    "document_versions",
    metadata,
    Column("tenant", String(40), primary_key=True),
    Column("key", String(64), primary_key=True),  # of collection and source, which are too long for an index
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("collection", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("taken_in", DateTime(timezone=True), nullable=False),
    Column("documents", LargeBinary, nullable=False),  # JSON, packed: a roll-back needs no original
    Index("document_versions_fingerprint", "tenant", "fingerprint"),
)

document_sources = Table(
    "document_sources",
    metadata,
    Column("tenant", String(40), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("collection", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("serving", Integer),  # the version that is searched; none when the source was removed or vanished
    Column(
        "overruled", String(64)
    ),  # the content that an operator decided against; empty when the decision was made without a file
)
