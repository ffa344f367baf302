"""Alembic's entry: the connection is handed in by `runtime.database`, or made from DATABASE_URL for `alembic revision`."""

from alembic import context

from runtime.database import METADATA

connection = context.config.attributes.get("connection")
if connection is None:
    from sqlalchemy import create_engine

    from runtime.settings import read

    connection = create_engine(read().application_database_url).connect()

context.configure(connection=connection, target_metadata=METADATA, render_as_batch=connection.dialect.name == "sqlite")
with context.begin_transaction():
    context.run_migrations()
