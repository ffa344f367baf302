"""SQLite stays open: Rasa opens the file three times a turn; each closing writes the log back, each commit waits for the disk."""

import sqlite3
from typing import Any

import rasa.core.tracker_store
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool


def install() -> None:
    """Connections stay open, as SQLAlchemy 2 does it; with a write-ahead log a commit needn't wait for the disk.

    What is committed outlives a killed process; only a power cut may take the last moments, never the file's order
    (https://www.sqlite.org/pragma.html#pragma_synchronous).
    """
    stock = rasa.core.tracker_store.create_engine_kwargs

    def create_engine_kwargs(url: Any) -> dict[str, Any]:
        parsed = sa.engine.make_url(url)
        if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
            return dict(stock(url))
        return {"poolclass": QueuePool, "connect_args": {"check_same_thread": False}}

    def on_connect(connection: Any, _: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            [(mode,)] = connection.execute("PRAGMA journal_mode").fetchall()
            if mode == "wal":
                connection.execute("PRAGMA synchronous=NORMAL")

    rasa.core.tracker_store.create_engine_kwargs = create_engine_kwargs
    sa.event.listen(Engine, "connect", on_connect)
