"""The story of one answer: search, judge, write or quote, check, keep."""

import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from answering.citations import Verdict, check
from answering.confidence import answerable, confidence
from answering.extractive import MODEL as EXTRACTIVE
from answering.extractive import extract
from answering.generative import generate
from answering.llm import LanguageModel
from answering.phrases import phrase
from answering.question import Answer, Draft, Question
from answering.records import AnswerRecords
from protocol.answers import Source
from protocol.errors import ModelUnavailable
from protocol.languages import Language
from retrieval.index import Filters, KnowledgeIndex
from retrieval.search import Hit, Search, SearchResult

FOLLOWING = 2  # passages after the best one that a quote may run into
PASSAGES = 6  # shown to the model, and looked at for the confidence
# searched first; pages in other languages only when these don't answer
READABLE: dict[Language, tuple[Language, ...]] = {"en": ("en",), "hi": ("hi", "en"), "hinglish": ("hinglish", "en")}


class Answerer:
    """Answers free questions from one installation's knowledge."""

    def __init__(
        self, search: Search, index: KnowledgeIndex, model: LanguageModel | None, records: AnswerRecords | None
    ) -> None:
        """Without a `model`, answers are quoted; without `records`, none are kept (the command line asks for that)."""
        self._search = search
        self._index = index
        self._model = model
        self._records = records

    async def answer(self, question: Question) -> Answer:
        """A checked answer or an honest refusal; raises IndexUnavailable when nothing can be searched."""
        clock = _Clock()
        found = await self._find(question)
        clock.stop("search")
        sure = confidence(found)
        draft = await self._draft(question, found.hits) if answerable(found) else None
        clock.stop("write")
        text, verdicts = self._checked(draft, found.hits)
        if draft is not None and draft.model != EXTRACTIVE and not text:  # the model wrote what no passage says
            draft = _step_down(await self._extract(question, found.hits), "citations")
            text, verdicts = self._checked(draft, found.hits)
        clock.stop("check")
        answer = Answer(
            id=str(uuid.uuid4()),
            text=text or phrase(question.language, "refusal", name=question.tenant.name),
            language=question.language,
            refused=not text,
            confidence=sure,
            draft=draft or Draft("", model="none"),
            sources=_sources(found.hits, verdicts) if text else (),
            passages=tuple(_passage(hit) for hit in found.hits),
            citations=tuple(vars(verdict) for verdict in verdicts),
            stages_ms={**clock.stages, **{f"search_{stage}": ms for stage, ms in found.stages_ms.items()}},
        )
        if self._records is not None:
            self._records.keep(question, answer, degraded=found.degraded or "")
        return answer

    async def _find(self, question: Question) -> SearchResult:
        ask = partial(self._search.search, conversation=question.conversation)
        today = f"{datetime.now(UTC).astimezone():%Y-%m-%d}"
        filters = Filters(languages=READABLE[question.language], on=today)
        found = await ask(question.tenant.id, question.text, k=PASSAGES, language=question.language, filters=filters)
        if answerable(found):
            return found
        filters = Filters(on=today)
        anywhere = await ask(question.tenant.id, question.text, k=PASSAGES, language=question.language, filters=filters)
        return anywhere if confidence(anywhere) > confidence(found) else found

    async def _draft(self, question: Question, hits: Sequence[Hit]) -> Draft | None:
        if self._model is None:
            return await self._extract(question, hits)
        try:
            return await generate(question, [hit.chunk for hit in hits], self._model)
        except ModelUnavailable:
            return _step_down(await self._extract(question, hits), "model")

    async def _extract(self, question: Question, hits: Sequence[Hit]) -> Draft:
        first = hits[0].chunk
        around = await self._index.neighbours(question.tenant.id, first.id, before=0, after=FOLLOWING)
        return extract(question, hits, [chunk for chunk in around if chunk.id != first.id])

    @staticmethod
    def _checked(draft: Draft | None, hits: Sequence[Hit]) -> tuple[str, tuple[Verdict, ...]]:
        if draft is None:
            return "", ()
        if draft.model == EXTRACTIVE:  # it is the passage itself
            return draft.text, (Verdict(draft.text, (1,), supported=True),)
        return check(draft.text, [hit.chunk for hit in hits])

    async def close(self) -> None:
        """Let records be written and connections go."""
        if self._records is not None:
            await self._records.close()
        if self._model is not None:
            await self._model.close()


class _Clock:
    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._last = time.perf_counter()

    def stop(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] = round((now - self._last) * 1000, 2)
        self._last = now


def _step_down(draft: Draft, reason: str) -> Draft:
    return Draft(draft.text, model=draft.model, fallback=reason)


def _sources(hits: Sequence[Hit], verdicts: Sequence[Verdict]) -> tuple[Source, ...]:
    """The passages that kept sentences cite, under the numbers they have in the text."""
    numbers = sorted({number for verdict in verdicts if verdict.supported for number in verdict.cited})
    return tuple(
        Source(
            number=number,
            id=hits[number - 1].chunk.id,
            title=hits[number - 1].chunk.title,
            url=hits[number - 1].chunk.url,
            text=hits[number - 1].chunk.text,
            page=hits[number - 1].chunk.page,
        )
        for number in numbers
    )


def _passage(hit: Hit) -> dict[str, object]:
    return {
        "id": hit.chunk.id,
        "title": hit.chunk.title,
        "score": round(hit.score, 4),
        "keyword_rank": hit.keyword_rank,
        "dense_rank": hit.dense_rank,
    }
