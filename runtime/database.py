"""The app database: SQLite under var/ by default, PostgreSQL when DATABASE_URL names one."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from answering.tables import metadata as answering_metadata
from customers.tables import metadata as customers_metadata
from leads.tables import metadata as leads_metadata
from protocol.errors import SettingsError, StoreUnavailable
from retrieval.tables import metadata as retrieval_metadata
from reviews.deliveries import metadata as deliveries_metadata
from reviews.tables import metadata as reviews_metadata
from runtime.settings import Settings
from tickets.tables import metadata as tickets_metadata

METADATA = [
    answering_metadata,
    customers_metadata,
    deliveries_metadata,
    leads_metadata,
    retrieval_metadata,
    reviews_metadata,
    tickets_metadata,
]


def open_database(settings: Settings) -> Engine:
    """An engine on the migrated app database; raises StoreUnavailable or SettingsError, each in one line."""
    url = settings.application_database_url
    try:
        settings.var_folder.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
        if url.startswith("sqlite"):
            event.listen(engine, "connect", _prepare_sqlite)
        with _one_at_a_time(settings.var_folder / "migrate.lock"):
            _migrate(engine)
    except OSError as error:
        raise StoreUnavailable(
            f"{settings.var_folder} can't be written: {error.strerror}.", hint="Free some space or set SAHAYAK_VAR."
        ) from error
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StoreUnavailable(f"The database doesn't answer: {reason}.", hint="Check DATABASE_URL.") from error
    except ModuleNotFoundError as error:
        raise SettingsError(f"DATABASE_URL names a driver that is not installed: {error.name}.") from error
    return engine


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    """Three processes start at once; one migrates and the others find it done."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
