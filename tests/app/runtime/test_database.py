"""The app database migrates itself, is safe to open at once, and complains in one line."""

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData

from protocol.errors import StoreUnavailable
from runtime.database import METADATA, open_database
from runtime.settings import Settings


def test_the_migrations_make_what_the_tables_say(engine):
    together = MetaData()
    for metadata in METADATA:
        for table in metadata.tables.values():
            table.to_metadata(together)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, together) == []


def test_every_row_has_a_tenant():
    for metadata in METADATA:
        for table in metadata.tables.values():
            assert "tenant" in table.columns, table.name


def test_three_processes_may_open_a_new_database_at_once(tmp_path):
    failures = []

    def open_it():
        try:
            open_database(Settings(var_folder=tmp_path)).dispose()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_database_that_is_down_is_one_line(tmp_path):
    with pytest.raises(StoreUnavailable, match="DATABASE_URL") as refused:
        open_database(Settings(var_folder=tmp_path, database_url="postgresql://u:p@127.0.0.1:1/d"))
    assert "\n" not in str(refused.value)


def test_a_folder_that_can_not_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="can't be written"):
        open_database(Settings(var_folder=tmp_path / "file" / "var"))
