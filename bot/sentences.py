"""Sentence vectors for intents: multilingual-e5-small on ONNX Runtime, from the folder that the set-up fills."""

import json
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tokenizers import Tokenizer

from bot.settings import model_folder
from protocol.errors import SettingsError
from protocol.sentences import SentenceVector

Vectors = NDArray[np.float32]
_LONGEST = 96  # tokens; what decides an intent stands at the beginning of a message
_BATCH = 64
_REMEMBERED = 4_096  # messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(DenseFeaturizer, GraphComponent):
    """Adds one dense sentence feature of 384 numbers, of length 1, to a message.

    `folder` holds `e5.onnx` and `tokenizer.json`; unset, it is the one that the set-up fills. Raises SettingsError when they are missing.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**DenseFeaturizer.get_default_config(), "folder": None}

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        self._encoder = Encoder(Path(config["folder"] or model_folder()))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceVectors":
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check before the folder is opened."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        spoken = [message for message in messages if message.get(TEXT)]
        for message, vector in zip(
            spoken, self._encoder.vectors([message.get(TEXT) for message in spoken]), strict=True
        ):
            message.add_features(Features(vector[np.newaxis], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages


class Encoder:
    """The model; it is loaded by its first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        if not (folder / "e5.json").exists():
            raise SettingsError(
                f"The sentence model is missing from {folder}.", hint="Run `bin/setup`, which makes it."
            )

    def vectors(self, texts: list[str]) -> Vectors:
        """One row of length 1 a text; texts of like length go through together."""
        if len(texts) == 1:
            return self._of_one(texts[0])[np.newaxis]
        tokenizer, _ = _load(self._folder)
        rows = np.empty((len(texts), 384), np.float32)
        tokens = [encoding.ids for encoding in tokenizer.encode_batch([f"query: {text}" for text in texts])]
        order = sorted(range(len(texts)), key=lambda index: len(tokens[index]))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            rows[batch] = self._run([tokens[index] for index in batch])
        return rows

    def _of_one(self, text: str) -> Vectors:
        """A message as it is talked about: customers say the same things, and the search wants the vector again."""
        known = _recent.get(text)
        if known is None or known.folder != self._folder:
            tokens = _load(self._folder)[0].encode(f"query: {text}").ids
            known = _Kept(self._folder, self._run([tokens])[0], whole=len(tokens) < _LONGEST)
            _recent[text] = known
            if len(_recent) > _REMEMBERED:
                _recent.popitem(last=False)
        _recent.move_to_end(text)
        return known.vector

    def _run(self, tokens: list[list[int]]) -> Vectors:
        longest = max(map(len, tokens))
        ids = np.array([row + [1] * (longest - len(row)) for row in tokens], np.int64)
        mask = np.array([[position < len(row) for position in range(longest)] for row in tokens], np.int64)
        rows: Vectors = _load(self._folder)[1].run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return rows


@dataclass(frozen=True)
class _Kept:
    folder: Path
    vector: Vectors
    whole: bool  # nothing was cut off


_recent: OrderedDict[str, _Kept] = OrderedDict()


def remembered(text: str) -> SentenceVector | None:
    """The vector of a message that was just understood; None when it was too long to be read whole, or long ago."""
    known = _recent.get(text)
    if known is None or not known.whole:
        return None
    return SentenceVector(text, _version(known.folder), np.asarray(known.vector, "<f4").tobytes())


@lru_cache(maxsize=2)
def _version(folder: Path) -> str:
    return str(json.loads((folder / "e5.json").read_text())["version"])


@lru_cache(maxsize=2)  # training and a loaded model share one copy
def _load(folder: Path) -> tuple[Tokenizer, onnxruntime.InferenceSession]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # a short message is not worth waking a second thread
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(_LONGEST)
    return tokenizer, onnxruntime.InferenceSession(str(folder / "e5.onnx"), options, ["CPUExecutionProvider"])
