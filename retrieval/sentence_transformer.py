"""Any model that sentence-transformers can load, by name or folder; torch is heavy, so the package is installed only where it is named."""

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from protocol.errors import EmbedderUnavailable
from retrieval.index import Vectors


class SentenceTransformerEmbedder:
    """Embedder; the model is loaded by its first use. Models of the E5 family get the prefixes they were trained with."""

    def __init__(self, name: str, *, batch: int = 16) -> None:
        self._name = name
        self._batch = batch
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        return self._name

    @property
    def version(self) -> str:
        return f"sentence-transformers:{self._name}"

    @property
    def dimensions(self) -> int:
        # Release 5 renamed the method; both names are in use.
        model = self._model
        measure = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
        return int(measure())

    def embed_queries(self, queries: Sequence[str]) -> Vectors:
        return self._embed(queries, "query")

    def embed_passages(self, passages: Sequence[str]) -> Vectors:
        return self._embed(passages, "passage")

    def count_tokens(self, text: str) -> int:
        return len(self._model.tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)["input_ids"])

    def _embed(self, texts: Sequence[str], kind: str) -> Vectors:
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        prefix = f"{kind}: " if "e5" in self._name.lower() else ""
        model = self._model
        try:
            vectors = model.encode(
                [prefix + text for text in texts],
                batch_size=self._batch,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        except Exception as error:  # torch and transformers raise whatever they please
            raise EmbedderUnavailable(f"{self._name} failed: {_first_line(error)}.") from error
        return np.asarray(vectors, np.float32)

    @property
    def _model(self) -> Any:
        with self._loading:
            return self._loaded

    @cached_property
    def _loaded(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EmbedderUnavailable(
                f"The model {self._name} needs sentence-transformers, which is not installed.",
                hint="Run `pip install -r requirements/sentence-transformers.txt`.",
            ) from error
        try:
            return SentenceTransformer(self._name, device="cpu")
        except Exception as error:  # a hub that can't be reached, a folder that isn't a model, a torch that doesn't fit
            raise EmbedderUnavailable(f"The model {self._name} can't be loaded: {_first_line(error)}.") from error


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
