"""An embedding model that stops answering, as one does on a machine that swaps."""

import threading

from retrieval.e5 import E5Embedder


class ModelThatHangs(E5Embedder):
    """The real model, until `hang()`; from then on every call waits for `recover()`."""

    def __init__(self, folder):
        super().__init__(folder)
        self.calls = 0
        self._answers = threading.Event()
        self._answers.set()

    def hang(self):
        self._answers.clear()

    def recover(self):
        self._answers.set()

    def embed_queries(self, queries):
        self.calls += 1
        self._answers.wait(30)
        return super().embed_queries(queries)
