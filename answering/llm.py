"""The port of the language model."""

from collections.abc import AsyncIterator
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
    """What the model wrote, and what it counted; `retries` before the provider took the request."""

    text: str
    model: str
    tokens_in: int
    tokens_out: int
    cost_usd: float
    retries: int = 0


class LanguageModel(Protocol):
    """One model behind one API."""

    @property
    def name(self) -> str:
        """As the installation calls it; unique in a chain."""

    @property
    def context_tokens(self) -> int:
        """How much it can be shown."""

    @property
    def timeout(self) -> float:
        """Seconds for a whole answer."""

    @property
    def price(self) -> float:
        """US dollars per million tokens, in and out together: what "cheaper" means."""

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """US dollars."""

    def stream(self, prompt: Prompt) -> AsyncIterator[str | Completion]:
        """Pieces of an answer as they are written, the Completion at last; raises ModelUnavailable, whatever goes wrong."""

    async def close(self) -> None:
        """Let go of connections."""
