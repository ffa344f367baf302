"""One entity for each stretch of text: what a pattern or a table found wins over what the statistical extractor guessed there."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

Entity = dict[str, Any]
_SURE = "RegexEntityExtractor"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DistinctEntities(GraphComponent):
    """Stands after all extractors; Rasa itself keeps what each of them found."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "DistinctEntities":
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if message.get(ENTITIES):
                message.set(ENTITIES, distinct(message.get(ENTITIES)), add_to_output=True)
        return messages


def distinct(entities: list[Entity]) -> list[Entity]:
    """Without overlaps, in the order of the text; patterns first, then the longer."""
    kept: list[Entity] = []
    for entity in sorted(entities, key=lambda found: (found.get("extractor") != _SURE, found["start"] - found["end"])):
        if all(entity["end"] <= other["start"] or entity["start"] >= other["end"] for other in kept):
            kept.append(entity)
    return sorted(kept, key=lambda found: int(found["start"]))
