"""The real model and an index of its own; the model is loaded once."""

from pathlib import Path

import pytest

from retrieval.e5 import E5Embedder
from retrieval.e5_convert import convert
from retrieval.sqlite import SqliteIndex

PROJECT = Path(__file__).parents[3]
KNOWLEDGE = PROJECT / "knowledge"


@pytest.fixture(scope="session")
def embedder():
    """The default model, made when `bin/setup` hasn't."""
    folder = PROJECT / "var" / "models" / "e5-small"
    convert(folder)
    return E5Embedder(folder)


@pytest.fixture
async def index(tmp_path):
    """An empty index in a file."""
    opened = SqliteIndex(tmp_path / "index.sqlite")
    yield opened
    await opened.close()


@pytest.fixture
def folder(tmp_path):
    """An empty knowledge folder."""
    made = tmp_path / "knowledge"
    made.mkdir()
    return made
