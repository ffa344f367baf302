"""Runs a Rasa NLU pipeline without Rasa's server: the same components, in the same order, on examples in memory."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasa.engine.recipes.default_components  # noqa: F401  registers Rasa's own components
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import class_from_module_path

from bot.sentences import Encoder

Step = dict[str, Any]


@dataclass
class Trained:
    """A trained pipeline; `seconds` is what training took."""

    components: list[Any]
    seconds: float

    def parse(self, texts: Sequence[str]) -> list[Message]:
        messages = [Message.build(text) for text in texts]
        for component in self.components:
            messages = component.process(messages)
        return messages


def train(steps: Sequence[Step], data: TrainingData, examples: Sequence[Message]) -> Trained:
    """Trains on copies of the examples, with the patterns, tables and synonyms of `data`."""
    part = TrainingData(
        [_plain(example) for example in examples], data.entity_synonyms, data.regex_features, data.lookup_tables
    )
    storage = LocalModelStorage.create(Path(tempfile.mkdtemp()))
    started, components = time.perf_counter(), []
    for number, step in enumerate(steps):
        known = _component(step["name"])
        name = f"{number}_{known.__name__}"
        config = {**known.get_default_config(), **{key: value for key, value in step.items() if key != "name"}}
        component = known.create(config, storage, Resource(name), ExecutionContext(GraphSchema({}), node_name=name))
        if hasattr(component, "train"):
            component.train(part)
        if hasattr(component, "process_training_data"):
            part = component.process_training_data(part)
        components.append(component)
    return Trained(components, time.perf_counter() - started)


def remember_vectors() -> None:
    """Sentence vectors depend on nothing that a fold changes: each text's is made once for all folds and pipelines."""
    known: dict[str, Any] = {}
    made = Encoder.vectors

    def vectors(self: Encoder, texts: list[str]) -> Any:
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known.update(zip(missing, made(self, missing), strict=True))
        return np.vstack([known[text] for text in texts])

    Encoder.vectors = vectors


def _component(name: str) -> Any:
    if "." in name:
        return class_from_module_path(name)
    return DefaultV1Recipe._registered_components[name].clazz


def _plain(example: Message) -> Message:
    return Message({key: example.get(key) for key in (TEXT, INTENT, ENTITIES) if example.get(key) is not None})
