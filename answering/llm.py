"""The port of the language model."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Prompt:
    """What the model is told (`system`, ours) and shown (`user`: fenced documents and the question)."""

    system: str
    user: str
    version: str  # of the prompt's text, kept with each answer
    max_tokens: int = 700


@dataclass(frozen=True)
class Completion:
    """What the model wrote, and what it counted."""

    text: str
    model: str
    tokens_in: int
    tokens_out: int
    cost_usd: float


class LanguageModel(Protocol):
    """One model behind one API."""

    @property
    def name(self) -> str:
        """As the provider calls it."""

    @property
    def context_tokens(self) -> int:
        """How much it can be shown."""

    async def complete(self, prompt: Prompt) -> Completion:
        """Write an answer; raises ModelUnavailable, whatever went wrong."""

    async def close(self) -> None:
        """Let go of connections."""
