"""What was said before a question, as much of it as is worth its tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from answering.tokens import count

TOKENS = 600  # of what was said before: what a follow-up leans on stands in the last few turns
_ONE = 120  # of one of the assistant's messages; what it was about stands at its beginning
Speaker = Literal["customer", "assistant"]


@dataclass(frozen=True)
class Said:
    """One message of the conversation."""

    speaker: Speaker
    text: str


def recent(said: Sequence[Said], tokens: int = TOKENS) -> tuple[Said, ...]:
    """The last messages that fit, in order; long ones of the assistant are cut, a customer's message is whole or left out."""
    kept: list[Said] = []
    for message in reversed(said):
        text = " ".join(message.text.split())
        if message.speaker == "assistant":
            text = _beginning(text)
        tokens -= count(text)
        if tokens < 0:
            break
        if text:
            kept.append(Said(message.speaker, text))
    return tuple(reversed(kept))


def _beginning(text: str) -> str:
    words = text.split(" ")
    while count(" ".join(words)) > _ONE:
        words = words[: max(len(words) * 3 // 4, 1)] if len(words) > 1 else [words[0][:_ONE]]
    return " ".join(words)
