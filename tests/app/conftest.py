"""A real app database: SQLite always, PostgreSQL where TEST_DATABASE_URL names one."""

import os
import uuid

import pytest
from sqlalchemy import create_engine, text

from runtime.database import open_database
from runtime.settings import PROJECT, Settings


@pytest.fixture
def var_folder(tmp_path):
    """A var/ folder of its own, with the project's embedding model in it."""
    folder = tmp_path / "var"
    folder.mkdir()
    (folder / "models").symlink_to(PROJECT / "var" / "models")
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    """An engine on a fresh, migrated database."""
    if request.param == "sqlite":
        opened = open_database(Settings(var_folder=tmp_path / "var"))
        yield opened
        opened.dispose()
        return
    url = os.environ.get("TEST_DATABASE_URL")
    if not url:
        pytest.skip("TEST_DATABASE_URL is not set: no PostgreSQL to test on")
    schema = f"t{uuid.uuid4().hex}"
    admin = create_engine(Settings(database_url=url).application_database_url)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    separator = "&" if "?" in url else "?"
    opened = open_database(
        Settings(var_folder=tmp_path / "var", database_url=f"{url}{separator}options=-csearch_path%3D{schema}")
    )
    yield opened
    opened.dispose()
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()
