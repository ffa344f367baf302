"""What the bot answers, as it travels from an action through Rasa's tracker to a channel."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Source:
    """One passage that an answer rests on; `number` is the [n] in the text."""

    number: int
    id: str
    title: str
    url: str
    text: str
    page: int | None = None


@dataclass(frozen=True)
class AnswerCard:
    """What a channel shows beside the text of an answer."""

    answer_id: str
    language: str
    refused: bool
    confidence: float
    sources: tuple[Source, ...] = ()

    def to_custom(self) -> dict[str, Any]:
        """The `custom` part of a Rasa response."""
        return {"answer": asdict(self)}

    @classmethod
    def from_custom(cls, custom: Mapping[str, Any] | None) -> "AnswerCard | None":
        """The card in a Rasa response, or None when it carries none."""
        answer = (custom or {}).get("answer")
        if not isinstance(answer, Mapping):
            return None
        sources = tuple(Source(**source) for source in answer["sources"])
        return cls(**{**answer, "sources": sources})


RATE_ANSWER = "action_rate_answer"  # called by the web connector itself; no dialogue chooses it
REASONS = ("", "wrong", "incomplete", "unclear", "off_topic")  # why an answer didn't help


@dataclass(frozen=True)
class Rating:
    """A thumb under an answer; raises ValueError for a reason that isn't one of REASONS."""

    answer_id: str
    helpful: bool
    reason: str = ""
    comment: str = ""

    def __post_init__(self) -> None:
        if self.reason not in REASONS:
            raise ValueError(f"`reason` must be one of {', '.join(REASONS[1:])}.")

    def to_metadata(self) -> dict[str, Any]:
        """As it travels with a message to the action."""
        return {"rating": asdict(self)}

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any]) -> "Rating":
        """The inverse; raises KeyError or TypeError when there is none."""
        return cls(**metadata["rating"])
