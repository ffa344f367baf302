"""Intents: logistic regression over words, characters and the sentence vectors that stand before it in the pipeline.

Rasa's own LogisticRegressionClassifier takes raw counts, doesn't scale and fixes C; `bench/nlu.md` shows what that costs here.
"""

from typing import Any

import numpy as np
import skops.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bot.linear import Scorer
from bot.spelling import alike

_FILE = "intents.skops"
_TRUSTED = ["scipy.sparse._csr.csr_matrix"]  # the only type in the file that skops doesn't know for harmless
_RANKED = 10
_WORD = r"\S+"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntents(GraphComponent, IntentClassifier):
    """Sets `intent` and `intent_ranking`. `C` is the inverse of regularisation, `dense_weight` what one standardised
    number of the sentence vector counts beside TF-IDF rows of length 1, `one_spelling` whether both scripts share theirs."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"C": 30.0, "dense_weight": 0.05, "words": [1, 2], "characters": [1, 5], "one_spelling": True}

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._parts: dict[str, Any] = {}
        self._scorer: Scorer | None = None  # made by the first message

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LinearIntents":
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        if not examples:
            return self._resource
        words, characters = tuple(self._config["words"]), tuple(self._config["characters"])
        texts, vectors = self._texts(examples), _vectors(examples)
        self._parts = {
            "words": TfidfVectorizer(token_pattern=_WORD, ngram_range=words, sublinear_tf=True).fit(texts),
            "characters": TfidfVectorizer(analyzer="char_wb", ngram_range=characters, sublinear_tf=True).fit(texts),
        }
        if vectors is not None:
            self._parts["scaler"] = StandardScaler().fit(vectors)
        # One against the rest by coordinate descent: as good here as the multinomial form, and trained in a tenth of the time.
        classifier = LogisticRegression(
            C=self._config["C"],
            class_weight="balanced",
            solver="liblinear",
            dual=True,
            multi_class="ovr",
            random_state=0,
        )
        self._scorer = None
        self._parts["classifier"] = classifier.fit(self._rows(texts, vectors), [e.get(INTENT) for e in examples])
        with self._model_storage.write_to(self._resource) as folder:
            skops.io.dump(self._parts, folder / _FILE)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "LinearIntents":
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._parts = skops.io.load(folder / _FILE, trusted=_TRUSTED)
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        spoken = [message for message in messages if message.get(TEXT)]
        if not (spoken and self._parts):
            return messages
        if self._scorer is None:
            self._scorer = Scorer(self._parts, self._config["dense_weight"])
        vectors = _vectors(spoken)
        for number, (message, text) in enumerate(zip(spoken, self._texts(spoken), strict=True)):
            sure = self._scorer.probabilities(text, None if vectors is None else vectors[number])
            best = np.argsort(-sure)[:_RANKED]
            ranking = [{"name": self._scorer.classes[index], "confidence": float(sure[index])} for index in best]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _texts(self, messages: list[Message]) -> list[str]:
        texts = [str(message.get(TEXT)).lower() for message in messages]
        return [alike(text) for text in texts] if self._config["one_spelling"] else texts

    def _rows(self, texts: list[str], vectors: Any) -> csr_matrix:
        blocks = [self._parts["words"].transform(texts), self._parts["characters"].transform(texts)]
        if vectors is not None:
            blocks.append(csr_matrix(self._parts["scaler"].transform(vectors) * self._config["dense_weight"]))
        return hstack(blocks).tocsr()


def _vectors(messages: list[Message]) -> Any:
    """The dense sentence features, one row a message, or None when the pipeline has no featurizer for them."""
    features = [message.get_dense_features(TEXT)[1] for message in messages]
    return None if any(found is None for found in features) else np.vstack([found.features for found in features])
