"""Calls of actions, as Rasa sends them: what they carry beside Rasa's own keys is taken before the action runs."""

from typing import Any

import numpy as np
from rasa_sdk.executor import ActionExecutor, ActionExecutorRunResult

from protocol.sentences import SentenceVector
from retrieval.embed import CachedEmbedder, Embedder


class Executor(ActionExecutor):
    """rasa-sdk's, which lets the search know the message's vector: Rasa made it already, to tell the intent."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self._embedder = embedder

    async def run(self, action_call: dict[str, Any], *rest: Any, **named: Any) -> ActionExecutorRunResult | None:
        sentence = SentenceVector.from_json(action_call)
        if sentence is not None and isinstance(self._embedder, CachedEmbedder):
            vector = np.frombuffer(sentence.numbers, "<f4").astype(np.float32)
            self._embedder.remember(sentence.text, vector, version=sentence.version)
        return await super().run(action_call, *rest, **named)
