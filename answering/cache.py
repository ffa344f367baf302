"""Answers that were given before: to the same question, or to one that means the same.

An answer is shared within a tenant, a language, a version of the knowledge and a version of the prompt; one that used a customer's own data only
within that customer, as long as what is known of them stays the same. A question means the same when its search begins with the same passage, its
vector is near, and its words say the same (`alike.py`): `bench/cache.py` measures that. Refusals, stopped answers and what stood in for a model
are not kept.
"""

import asyncio
import base64
import hashlib
import json
import logging
import re
import time
import unicodedata
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import cast

import numpy as np

from answering.alike import alike
from answering.cache_store import CacheStore
from answering.prompting import compose
from answering.question import Answer, Draft, Question, Step
from protocol.answers import Source
from protocol.errors import SahayakError
from retrieval.embed import Embedder
from retrieval.hits import Hit
from retrieval.index import Vectors

logger = logging.getLogger(__name__)
NEAR = 0.95  # cosine; bench/cache.md
FRESH = 24 * 3600.0  # seconds that an answer is given again while models answer
KEPT = 7 * 24 * 3600.0  # seconds that it stands in for models that don't
# What a question may hold of its asker: their answer is for them alone.
_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|(?:\d[ -]?){9,}\d|\b(?:RS|TKT|INV)[-/\s#]?\d{2,}|\b[A-Z]{5}\d{4}[A-Z]\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Kept:
    """An answer as the cache keeps it; `how` it was found: exact or semantic."""

    question: str
    text: str
    sources: tuple[Source, ...]
    citations: tuple[Mapping[str, object], ...]
    confidence: float
    model: str
    prompt_version: str
    prompt: str  # fingerprint of all that the model was told
    at: float  # Unix time
    vector: str = ""  # base64 of float32
    how: str = "exact"

    def answer(self, question: Question, failed: Draft | None = None) -> Answer:
        """The same again; `failed` is what was tried before it had to stand in."""
        steps = (*failed.steps, Step("cache")) if failed else ()
        return Answer(
            id=str(uuid.uuid4()),
            text=self.text,
            language=question.language,
            refused=False,
            confidence=self.confidence,
            draft=Draft("", self.model, self.prompt_version, failed.route if failed else "", steps),
            sources=self.sources,
            citations=self.citations,
            cache=self.how,
        )


class AnswerCache:
    """Gives each question the shelf on which its answer may lie."""

    def __init__(self, store: CacheStore, embedder: Embedder, *, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._embedder = embedder
        self._now = now

    def shelf(self, question: Question, knowledge: int) -> "Shelf":
        """`knowledge` is the version of the tenant's knowledge."""
        return Shelf(self._store, self._embedder, self._now, question, knowledge)

    async def close(self) -> None:
        """Let go of connections."""
        await self._store.close()


class Shelf:
    """Finds and keeps for one question; a store that fails is as good as empty."""

    def __init__(
        self, store: CacheStore, embedder: Embedder, now: Callable[[], float], question: Question, knowledge: int
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._now = now
        self._question = question
        owner = question.private_to or (question.conversation if _PERSONAL.search(question.text) else "")
        if question.facts:  # another product or number of stores is another answer
            owner += json.dumps(question.facts.values())
        of = (question.tenant.id, question.language, str(knowledge), _digest(owner) if owner else "all")
        self._scope = ":".join(of)
        self._field = _digest(_plain(question.text))
        self._prompt = _digest(compose(question, (), 0).system)

    async def exact(self) -> Kept | None:
        """The answer to these very words."""
        return next((kept for kept in await self._read(self._field) if self._is_fresh(kept)), None)

    async def near(self, hits: Sequence[Hit]) -> Kept | None:
        """The answer to a question that means the same."""
        return await self._nearest(hits, self._is_fresh)

    async def any(self, hits: Sequence[Hit]) -> Kept | None:
        """What stands in for models that fail: also an old answer, or one of another version of the prompt."""
        exact = await self._read(self._field)
        return exact[0] if exact else await self._nearest(hits, lambda kept: True)

    async def keep(self, hits: Sequence[Hit], answer: Answer) -> None:
        """Keep what the first model wrote; refusals, stopped answers and what stood in for it are not."""
        draft = answer.draft
        if answer.refused or draft.stopped or draft.fallback or not answer.sources:
            return
        vector = base64.b64encode((await self._vector()).astype(np.float32).tobytes()).decode()
        kept = Kept(
            self._question.text, answer.text, answer.sources, tuple(dict(one) for one in answer.citations), answer.confidence,
            draft.model, draft.prompt_version, self._prompt, self._now(), vector,
        )  # fmt: skip
        value = json.dumps(asdict(kept), ensure_ascii=False)
        try:
            for place in (self._field, _near(hits)):
                await self._store.put(f"{self._scope}:{place}", self._field, value, KEPT)
        except SahayakError as error:
            logger.warning("%s The answer is not cached.", error)

    async def _nearest(self, hits: Sequence[Hit], fits: Callable[[Kept], bool]) -> Kept | None:
        found = [
            kept for kept in await self._read(_near(hits)) if fits(kept) and alike(kept.question, self._question.text)
        ]
        if not found:
            return None
        vector = await self._vector()
        cosines = [float(np.dot(vector, np.frombuffer(base64.b64decode(kept.vector), np.float32))) for kept in found]
        best = int(np.argmax(cosines))
        return replace(found[best], how="semantic") if cosines[best] >= NEAR else None

    def _is_fresh(self, kept: Kept) -> bool:
        return kept.prompt == self._prompt and self._now() - kept.at < FRESH

    async def _vector(self) -> Vectors:
        vectors = await asyncio.to_thread(self._embedder.embed_queries, [self._question.text])
        return cast(Vectors, vectors[0])

    async def _read(self, place: str) -> list[Kept]:
        try:
            return [_kept(value) for value in await self._store.get(f"{self._scope}:{place}")]
        except SahayakError as error:
            logger.warning("%s No cached answer is looked for.", error)
            return []


def _near(hits: Sequence[Hit]) -> str:
    """Questions whose searches begin with the same passage lie together."""
    return f"near-{_digest(hits[0].chunk.id)}"


def _plain(text: str) -> str:
    """The same words, however they are spaced, cased and ended."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(" ?!.।")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _kept(value: str) -> Kept:
    entry = json.loads(value)
    sources = tuple(Source(**source) for source in entry.pop("sources"))
    return Kept(**{**entry, "sources": sources, "citations": tuple(entry["citations"])})
