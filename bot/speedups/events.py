"""Events and slots: Rasa looks through all classes of events for each event it reads, and copies every slot some hundred times a turn."""

from collections.abc import Callable
from typing import Any

from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot


def install() -> None:
    """Change both (`Event.resolve_by_type`, `copy.copy` of a slot)."""
    Event.resolve_by_type = staticmethod(_remembering(Event.resolve_by_type))
    Slot.__copy__ = _copy_slot


def _remembering(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """An event's class by its type name, looked up once; names that none has are asked for each time, as before."""
    known: dict[str, Any] = {}

    def resolve_by_type(type_name: str, default: Any = None) -> Any:
        found = known.get(type_name)
        if found is None:
            found = resolve(type_name, default)
            if found is not None and found is not default:
                known[type_name] = found
        return found

    return resolve_by_type


def _copy_slot(slot: Slot) -> Slot:
    """What `copy.copy` does with a plain object, without asking first how to take it apart."""
    copied = object.__new__(type(slot))
    copied.__dict__.update(slot.__dict__)
    return copied
