"""What is asked, and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from answering.conversation import Said
from customers.facts import NOTHING, Facts
from protocol.answers import AnswerCard, Source
from protocol.languages import Language
from protocol.tenants import Tenant
from retrieval.documents import Chunk


@dataclass(frozen=True)
class Question:
    """A free question of one customer; the ids tie its record to the conversation.

    Raises ValueError for facts of a customer without `private_to`: an answer made with them is for nobody else.
    """

    tenant: Tenant
    text: str
    language: Language
    conversation: str = ""
    message_id: str = ""
    correlation_id: str = ""
    said: tuple[Said, ...] = ()  # before it, oldest first
    typed: str = ""  # what the customer wrote, when `text` was made of it to stand alone
    private_to: str = ""  # the customer whose data the answer may hold; "" when everybody would get the same
    facts: Facts = NOTHING  # what is known of them; their language is `language` already

    def __post_init__(self) -> None:
        if self.facts and not self.private_to:
            raise ValueError("A question with a customer's facts must be private to that customer.")


@dataclass(frozen=True)
class Step:
    """One step on the way to a draft: a model that was asked, or what stood in for one."""

    name: str  # a model, `cache`, `extractive`
    outcome: str = "answered"  # or why it didn't: 429, timeout, cut off, resting, citations, language, ...
    ms: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0
    retries: int = 0


@dataclass(frozen=True)
class Draft:
    """A text with [n] citations into the passages it was made from, before they are checked."""

    text: str
    model: str
    prompt_version: str = ""
    route: str = ""  # which model was to be asked first, "" when none is configured
    steps: tuple[Step, ...] = ()
    quoted: tuple[Chunk, ...] = ()  # what [n] points into when that isn't the passages found
    first_piece_ms: float = 0.0  # until the audience read something; 0 when nobody read along

    @property
    def failed(self) -> bool:
        """Nothing that could be used came of it."""
        return bool(self.steps) and self.steps[-1].outcome not in ("answered", "stopped")

    @property
    def fallback(self) -> str:
        """The step that failed last, as `<name>: <outcome>`; "" when the first one answered."""
        failed = [f"{step.name}: {step.outcome}" for step in self.steps if step.outcome not in ("answered", "stopped")]
        return failed[-1] if failed else ""

    @property
    def tokens_in(self) -> int:
        return sum(step.tokens_in for step in self.steps)

    @property
    def tokens_out(self) -> int:
        return sum(step.tokens_out for step in self.steps)

    @property
    def cost_usd(self) -> float:
        """Of all steps: what a model wrote in vain was paid, too."""
        return sum(step.cost_usd for step in self.steps)

    @property
    def stopped(self) -> bool:
        """The customer had enough before it was whole."""
        return any(step.outcome == "stopped" for step in self.steps)


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
    choices: tuple[str, ...] = ()  # when `text` asks back what is meant
    policy: str = ""  # by which it was declined (answering/policies.py); `text` says so
    cache: str = ""  # exact or semantic, when it was given before
    budget: str = ""  # how far the tenant's day was used up: warned, cheaper, spent
    facts: tuple[str, ...] = ()  # names of the customer's facts that it was made with
    embedding_calls: int = 0  # texts that went through the embedding model

    def card(self) -> AnswerCard:
        """What channels show beside the text."""
        return AnswerCard(self.id, self.language, self.refused, round(self.confidence, 3), self.sources)
