"""The vector that a call carries is the search's own, or it isn't taken."""

import numpy as np
import pytest

from actions.calls import Executor
from protocol.sentences import KEY, SentenceVector
from retrieval.e5 import E5Embedder
from retrieval.embed import CachedEmbedder

ASKED = "पासवर्ड कैसे बदलें"


class Counting(E5Embedder):
    """The real model; counts what it is asked."""

    asked = 0

    def embed_queries(self, queries):
        self.asked += len(queries)
        return super().embed_queries(queries)


@pytest.fixture
def model(var_folder):
    return Counting(var_folder / "models" / "e5-small")


async def test_a_vector_of_the_same_model_saves_the_search_its_own(model):
    embedder = CachedEmbedder(model)
    expected = model.embed_queries([ASKED])[0]
    model.asked = 0
    await Executor(embedder).run({KEY: _sentence(model.version, expected)})
    assert embedder.embed_queries([ASKED])[0] == pytest.approx(expected)
    assert model.asked == 0


@pytest.mark.parametrize(
    "sentence",
    [
        {"version": "another-model"},
        {"numbers": "AAAA"},
        {"numbers": "no base64 at all"},
        {"numbers": 7},
        {"text": None},
    ],
)
async def test_any_other_vector_is_left(model, sentence):
    embedder = CachedEmbedder(model)
    handed = {**_sentence(model.version, np.ones(384, np.float32)), **sentence}
    await Executor(embedder).run({KEY: handed})
    assert embedder.embed_queries([ASKED])[0] == pytest.approx(model.embed_queries([ASKED])[0])
    assert model.asked == 2


async def test_a_call_without_a_vector_is_a_call(model):
    assert await Executor(CachedEmbedder(model)).run({}) is None


def _sentence(version, vector):
    return SentenceVector(ASKED, version, vector.astype("<f4").tobytes()).to_json()
