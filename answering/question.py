"""What is asked, and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from protocol.answers import AnswerCard, Source
from protocol.languages import Language
from protocol.tenants import Tenant


@dataclass(frozen=True)
class Question:
    """A free question of one customer; the ids tie its record to the conversation."""

    tenant: Tenant
    text: str
    language: Language
    conversation: str = ""
    message_id: str = ""
    correlation_id: str = ""


@dataclass(frozen=True)
class Draft:
    """A text with [n] citations into the passages it was made from, before they are checked."""

    text: str
    model: str
    prompt_version: str = ""
    fallback: str = ""  # which step down was taken, "" for none
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True)
class Answer:
    """A checked answer and everything its record keeps."""

    id: str
    text: str
    language: Language
    refused: bool
    confidence: float  # 0 to 1: the chance that a passage found really answers the question
    draft: Draft
    sources: tuple[Source, ...] = ()
    passages: tuple[Mapping[str, object], ...] = ()  # what was found, with scores and ranks
    citations: tuple[Mapping[str, object], ...] = ()  # verdict of the check, sentence by sentence
    stages_ms: Mapping[str, float] = field(default_factory=dict)

    def card(self) -> AnswerCard:
        """What channels show beside the text."""
        return AnswerCard(self.id, self.language, self.refused, round(self.confidence, 3), self.sources)
