"""The conversations that are under way, as events in memory; the database stays the truth, and says whether the memory still holds."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from rasa.shared.core.events import Event, SessionStarted

_CONVERSATIONS = 1_000
_EVENTS = 1_000  # a longer conversation is read from the database each time


@dataclass(frozen=True)
class Stamp:
    """What the database holds of a conversation: whoever adds or deletes an event changes it."""

    events: int
    last_id: int


class RecentConversations:
    """Events since the start of the latest session, as Rasa reads them, for the conversations that spoke last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Stamp, tuple[Event, ...]]] = OrderedDict()

    def keep(self, conversation_id: str, stamp: Stamp, events: Sequence[Event]) -> None:
        """Remember a conversation as it is in the database now."""
        self.forget(conversation_id)
        if len(events) > _EVENTS:
            return
        self._kept[conversation_id] = (stamp, _of_latest_session(events))
        if len(self._kept) > _CONVERSATIONS:
            self._kept.popitem(last=False)

    def events(self, conversation_id: str, stamp: Stamp) -> tuple[Event, ...] | None:
        """The events, when the database still holds just these."""
        known, events = self._kept.get(conversation_id, (None, ()))
        return events if known == stamp else None

    def knows(self, conversation_id: str) -> bool:
        """Whether it is worth asking the database for the stamp."""
        return conversation_id in self._kept

    def forget(self, conversation_id: str) -> None:
        """Let it be read from the database next time."""
        self._kept.pop(conversation_id, None)


def _of_latest_session(events: Sequence[Event]) -> tuple[Event, ...]:
    """By time, as the store's own query has it."""
    started = max((event.timestamp for event in events if isinstance(event, SessionStarted)), default=None)
    return tuple(event for event in events if started is None or event.timestamp >= started)
