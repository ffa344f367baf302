"""The adapters that the contract suites run on: add one here and it must behave like the rest."""

import importlib.util
import os
import uuid
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from retrieval.e5 import E5Embedder
from retrieval.e5_convert import convert
from retrieval.elasticsearch import ElasticsearchIndex
from retrieval.sentence_transformer import SentenceTransformerEmbedder
from retrieval.sqlite import SqliteIndex
from tests.contracts.e5_checkpoint import write_checkpoint

MODELS = Path(__file__).parents[2] / "var" / "models"


@pytest.fixture
def elasticsearch_prefix():
    """A prefix of its own for index names; what begins with it is deleted afterwards."""
    url = os.environ.get("TEST_ELASTICSEARCH_URL")
    if not url:
        pytest.skip("TEST_ELASTICSEARCH_URL is not set: no Elasticsearch to test on")
    prefix = f"test{uuid.uuid4().hex[:12]}"
    yield prefix
    with Elasticsearch(url) as client:
        for name in client.indices.get(index=f"{prefix}-*"):
            client.indices.delete(index=name)


@pytest.fixture(params=["sqlite", "elasticsearch"])
async def index(request, tmp_path):
    """An empty knowledge index."""
    if request.param == "sqlite":
        opened = SqliteIndex(tmp_path / "index.sqlite")
    else:
        prefix = request.getfixturevalue("elasticsearch_prefix")
        opened = ElasticsearchIndex(os.environ["TEST_ELASTICSEARCH_URL"], prefix=prefix)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def e5_folder():
    """The default model, made when `bin/setup` hasn't."""
    folder = MODELS / "e5-small"
    convert(folder)
    return folder


@pytest.fixture(scope="session", params=["e5", "sentence-transformers"])
def embedder(request, e5_folder):
    """A loaded embedder."""
    if request.param == "e5":
        return E5Embedder(e5_folder)
    return SentenceTransformerEmbedder(request.getfixturevalue("checkpoint"))


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory):
    """A folder that sentence-transformers loads: a model beside the default one."""
    if importlib.util.find_spec("sentence_transformers") is None:
        pytest.skip("sentence-transformers is not installed: no other model to test on")
    folder = tmp_path_factory.mktemp("e5")
    write_checkpoint(folder)
    return str(folder)
