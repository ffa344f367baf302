"""The app database as the Rasa half uses it: two tables, no migrations of its own."""

import asyncio
import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from connectors.settings import ChannelSettings
from connectors.tables import metadata
from protocol.errors import SettingsError, StoreUnavailable

T = TypeVar("T")


class Database:
    """Runs one transaction at a time in a thread, so that no other conversation waits for the disk."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    async def run(self, work: Callable[[Any], T]) -> T:
        """`work` gets the transaction's connection; raises StoreUnavailable."""
        return await asyncio.get_running_loop().run_in_executor(None, self.run_now, work)

    def run_now(self, work: Callable[[Any], T]) -> T:
        """The same, waited for."""
        try:
            with self._engine.begin() as connection:
                return work(connection)
        except SQLAlchemyError as error:
            raise StoreUnavailable(
                f"The database doesn't answer: {_reason(error)}.", hint="Check DATABASE_URL."
            ) from error


def open_database(settings: ChannelSettings) -> Database:
    """Open it and make the tables that are missing; raises StoreUnavailable or SettingsError, each in one line."""
    try:
        settings.var.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(settings.database_url, **_options(settings.database_url))
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _prepare_sqlite)
        with _one_at_a_time(settings.var / "migrate.lock"):  # the app half migrates under the same lock
            metadata.create_all(engine)
    except OSError as error:
        raise StoreUnavailable(
            f"{settings.var} can't be written: {error.strerror}.", hint="Set SAHAYAK_VAR."
        ) from error
    except (SQLAlchemyError, ImportError) as error:
        if isinstance(error, (ImportError, sa.exc.ArgumentError)):
            raise SettingsError(f"DATABASE_URL can't be used: {error}.") from error
        raise StoreUnavailable(f"The database doesn't answer: {_reason(error)}.", hint="Check DATABASE_URL.") from error
    return Database(engine)


def insert_new(connection: Any, table: sa.Table, row: dict[str, Any]) -> bool:
    """False when a row with the same unique key is there already."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return bool(connection.execute(insert(table).values(**row).on_conflict_do_nothing()).rowcount)


def _options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"poolclass": sa.pool.QueuePool, "connect_args": {"check_same_thread": False, "timeout": 10}}
    return {"pool_pre_ping": True}


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
