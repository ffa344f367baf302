"""multilingual-e5-small on ONNX Runtime, from the folder that `python -m retrieval.e5_convert FOLDER` fills."""

import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from protocol.errors import EmbedderUnavailable
from retrieval.index import Vectors

NAME = "multilingual-e5-small"
DIMENSIONS = 384
WINDOW = 512  # tokens, the prefix and both ends included
_BATCH_TOKENS = 2048  # larger batches fall out of the processor's cache and are slower


class E5Embedder:
    """Embedder; the model is loaded by its first use. One thread for a query, up to `threads` for many passages."""

    name = NAME
    dimensions = DIMENSIONS

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        self._folder = folder
        self._threads = threads
        self._loading = threading.Lock()

    @cached_property
    def version(self) -> str:
        """As the converter wrote it: another conversion makes other vectors."""
        try:
            return str(json.loads((self._folder / "e5.json").read_text())["version"])
        except (OSError, ValueError, KeyError) as error:
            raise _missing(self._folder) from error

    def embed_queries(self, queries: Sequence[str]) -> Vectors:
        return self._embed([f"query: {query}" for query in queries])

    def embed_passages(self, passages: Sequence[str]) -> Vectors:
        return self._embed([f"passage: {passage}" for passage in passages])

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _embed(self, texts: list[str]) -> Vectors:
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        if not texts:
            return vectors
        tokens = [_cut(self._tokenizer.encode(text).ids) for text in texts]
        batches = list(_batches(tokens))

        def run(batch: list[int]) -> None:
            vectors[batch] = self._run([tokens[i] for i in batch])

        if len(batches) == 1 or self._threads == 1:
            for batch in batches:
                run(batch)
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(run, batches))
        return vectors

    def _run(self, tokens: list[list[int]]) -> Vectors:
        length = max(map(len, tokens))
        mask = np.array([[1] * len(ids) + [0] * (length - len(ids)) for ids in tokens], np.int64)
        padded = np.array([ids + [1] * (length - len(ids)) for ids in tokens], np.int64)
        try:
            vectors: Vectors = self._session.run(None, {"input_ids": padded, "attention_mask": mask})[0]
        except Exception as error:  # ONNX Runtime's errors share no class of their own
            raise EmbedderUnavailable(f"{NAME} failed: {error}.") from error
        return vectors

    @property
    def _tokenizer(self) -> Any:
        return self._loaded[0]

    @property
    def _session(self) -> Any:
        return self._loaded[1]

    @property
    def _loaded(self) -> tuple[Any, Any]:
        with self._loading:
            return self._model

    @cached_property
    def _model(self) -> tuple[Any, Any]:
        import onnxruntime
        from tokenizers import Tokenizer

        if not (self._folder / "e5.json").exists():
            raise _missing(self._folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
            session = onnxruntime.InferenceSession(str(self._folder / "e5.onnx"), options, ["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise bare Exceptions
            raise _missing(self._folder) from error
        return tokenizer, session


def _cut(ids: list[int]) -> list[int]:
    """As much as the window takes, the closing token kept."""
    return ids if len(ids) <= WINDOW else [*ids[: WINDOW - 1], ids[-1]]


def _batches(tokens: list[list[int]]) -> Iterator[list[int]]:
    """Indices, longest first, so that texts padded together are of like length."""
    batch: list[int] = []
    for i in sorted(range(len(tokens)), key=lambda i: -len(tokens[i])):
        if batch and (len(batch) + 1) * len(tokens[batch[0]]) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _missing(folder: Path) -> EmbedderUnavailable:
    return EmbedderUnavailable(
        f"There is no usable model in {folder}.",
        hint=f"Run `python -m retrieval.e5_convert {folder}` (`bin/setup` does).",
    )
