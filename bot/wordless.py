"""Messages without a letter: a number informs, the few emoji that are an answer get its intent, the rest the intent `wordless`."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

INTENT = "wordless"
_MEANINGS = {
    "affirm": "👍👌✅✔☑💯",
    "deny": "👎❌✖🙅",
    "thank": "🙏❤💖😍🥰",
    "greet": "👋",
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class WordlessMessages(GraphComponent):
    """Overrides the classifiers before it, which see no feature in such a message and would guess."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "WordlessMessages":
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            if not any(character.isalpha() for character in text):
                intent = {"name": meaning_of(text), "confidence": 1.0}
                message.set("intent", intent, add_to_output=True)
                message.set("intent_ranking", [intent], add_to_output=True)
        return messages


def meaning_of(text: str) -> str:
    """The intent of a message without letters: digits inform, else its first telling sign decides."""
    if any(character.isdigit() for character in text):
        return "inform"
    for sign in text:
        for intent, signs in _MEANINGS.items():
            if sign in signs:
                return intent
    return INTENT
