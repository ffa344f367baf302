"""The story of one answer: search, judge, write or quote, check, keep."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from answering import policies
from answering.budget import Budgets
from answering.cache import AnswerCache, Shelf
from answering.chain import ModelChain
from answering.citations import CitationCheck, Verdict
from answering.clarifying import ask_back, choices
from answering.clock import Clock
from answering.confidence import confidence, enough
from answering.extractive import MODEL as EXTRACTIVE
from answering.indian_formats import indian
from answering.own_product import first, of_own_product, with_own_product
from answering.passing import Passing
from answering.phrases import phrase
from answering.preview import Audience
from answering.prompting import told
from answering.question import Answer, Draft, Question
from answering.records import AnswerRecords
from answering.rewriting import Rewriter
from answering.routing import route_of
from answering.similarity import Similarity
from answering.untrusted import Guard, harmless
from answering.writer import Writer
from protocol.answers import Source
from protocol.languages import Language
from protocol.tenants import Tenant
from retrieval.documents import Chunk
from retrieval.embed import counting_calls
from retrieval.hits import Hit, SearchResult
from retrieval.index import Filters, KnowledgeIndex
from retrieval.search import Search

PASSAGES = 6  # shown to the model, and looked at for the confidence
# searched first; pages in other languages only when these don't answer
READABLE: dict[Language, tuple[Language, ...]] = {"en": ("en",), "hi": ("hi", "en"), "hinglish": ("hinglish", "en")}


class Answerer:
    """Answers free questions from one installation's knowledge."""

    def __init__(
        self,
        search: Search,
        index: KnowledgeIndex,
        chain: ModelChain | None,
        records: AnswerRecords | None,
        *,
        cache: AnswerCache | None = None,
        budgets: Budgets | None = None,
        similarity: Similarity | None = None,
    ) -> None:
        """Without a `chain` of models, answers are quoted; without `records`, none are kept (the command line asks for that).

        `similarity` compares sentences with what they cite; by default with the search's embedding model and little patience.
        """
        self._search = search
        self._index = index
        self._writer = Writer(index, chain)
        self._similarity = similarity or Similarity(search.embedder)
        self._rewriter = Rewriter(chain)
        self._records = records
        self._cache = cache if chain else None
        self._budgets = budgets or Budgets(None)

    async def answer(self, question: Question, audience: Audience | None = None) -> Answer:
        """A checked answer or an honest refusal, told to `audience` while it is made; raises IndexUnavailable when nothing can be searched."""
        clock = Clock()
        with counting_calls() as calls:
            question, steps = await self._rewriter.rewrite(question)
            asked, question = question, with_own_product(question)
            clock.stop("rewrite")
            answer, degraded = await self._answer(question, audience, clock)
        if steps:
            answer = replace(answer, draft=replace(answer.draft, steps=(*steps, *answer.draft.steps)))
        shown = told(question) if answer.draft.prompt_version else ()
        own = ("product",) if question is not asked else ()
        facts = tuple(sorted({*answer.facts, *shown, *own}))
        answer = replace(
            answer, stages_ms={**clock.stages, **answer.stages_ms}, embedding_calls=sum(calls), facts=facts
        )
        self._budgets.spend(question.tenant.id, answer.draft.cost_usd, answer.draft.tokens_in + answer.draft.tokens_out)
        if self._records is not None:
            self._records.keep(question, answer, degraded=degraded)
        return answer

    async def _answer(self, question: Question, audience: Audience | None, clock: Clock) -> tuple[Answer, str]:
        policy = policies.declined(question.text, question.tenant)
        if policy:
            return self._declined(question, policy), ""
        shelf = await self._shelf(question)
        kept = await shelf.exact() if shelf else None
        clock.stop("cache")
        if kept:
            return kept.answer(question), ""
        found, sure = await self._find(question)
        clock.stop("search")
        can_answer = enough(sure) and bool(found.hits)
        found = replace(found, hits=harmless(found.hits, question.tenant))
        elsewhere = policies.of_another_product(question.text, question.tenant, [hit.chunk for hit in found.hits[:1]])
        if elsewhere or not (can_answer and found.hits):
            return self._made(question, found, sure, Draft("", model="none")), found.degraded or ""
        titles = choices(question, found.hits)
        mine = of_own_product(question, titles)
        if mine:
            found = replace(found, hits=first(mine, found.hits))
        elif titles:
            return self._asked_back(question, found, sure, titles), found.degraded or ""
        kept = await shelf.near(found.hits) if shelf else None
        clock.stop("cache")
        if kept:
            return kept.answer(question), found.degraded or ""
        budget = await self._budgets.level(question.tenant) if self._writer.has_models else ""
        passages = [hit.chunk for hit in found.hits]
        checking = CitationCheck(
            passages, question.tenant.name, language=question.language, similarity=self._similarity
        )
        guard = self._writer.guard(question, found.hits)
        checked = partial(_checked, checking, guard, passages, question.tenant)
        passing = Passing(guard, passages, question.tenant).words

        async def stands(text: str) -> str:
            return (await checked(text))[0]

        if self._writer.has_models and budget != "spent":
            checking.begin()
        try:
            draft = await self._writer.write(question, found.hits, route_of(sure), budget, stands, passing, audience)
        finally:
            await checking.end()
        clock.stop("write")
        if shelf and draft is not None and draft.failed and (kept := await shelf.any(found.hits)):
            return replace(kept.answer(question, draft), budget=budget), found.degraded or ""
        if draft is None or draft.failed:
            draft = await self._writer.quote(question, found.hits, draft)
            clock.stop("quote")
        text, verdicts = _quoted(draft) if draft.model == EXTRACTIVE else await checked(draft.text)
        answer = self._made(question, found, sure, draft, text, verdicts)
        answer = replace(answer, budget=budget, facts=("product",) if mine else ())
        clock.stop("check")
        if shelf:
            await shelf.keep(found.hits, answer)
        return answer, found.degraded or ""

    @staticmethod
    def _declined(question: Question, policy: str) -> Answer:
        """What a policy keeps us from answering, said so."""
        return Answer(
            id=str(uuid.uuid4()),
            text=phrase(question.language, policy, name=question.tenant.name),
            language=question.language,
            refused=True,
            confidence=0.0,
            draft=Draft("", model="none"),
            policy=policy,
        )

    @staticmethod
    def _asked_back(question: Question, found: SearchResult, sure: float, titles: tuple[str, ...]) -> Answer:
        return Answer(
            id=str(uuid.uuid4()),
            text=ask_back(question, titles),
            language=question.language,
            refused=False,
            confidence=sure,
            draft=Draft("", model="none"),
            passages=tuple(_passage(hit) for hit in found.hits),
            choices=titles,
        )

    async def _shelf(self, question: Question) -> Shelf | None:
        if self._cache is None:
            return None
        return self._cache.shelf(question, await self._index.knowledge_version(question.tenant.id))

    @staticmethod
    def _made(
        question: Question,
        found: SearchResult,
        sure: float,
        draft: Draft,
        text: str = "",
        verdicts: tuple[Verdict, ...] = (),
    ) -> Answer:
        """Of what the check left of a draft; nothing is a refusal."""
        passages = draft.quoted or [hit.chunk for hit in found.hits]
        stages = {f"search_{stage}": ms for stage, ms in found.stages_ms.items()}
        return Answer(
            id=str(uuid.uuid4()),
            text=text
            or phrase(question.language, "stopped" if draft.stopped else "refusal", name=question.tenant.name),
            language=question.language,
            refused=not text and not draft.stopped,
            confidence=sure,
            draft=draft,
            sources=_sources(passages, verdicts) if text else (),
            passages=tuple(_passage(hit) for hit in found.hits),
            citations=tuple(vars(verdict) for verdict in verdicts),
            stages_ms={**stages, "first_piece": draft.first_piece_ms} if draft.first_piece_ms else stages,
        )

    async def _find(self, question: Question) -> tuple[SearchResult, float]:
        """What the search gives, and the confidence in it."""
        ask = partial(self._search.search, conversation=question.conversation)
        today = f"{datetime.now(UTC).astimezone():%Y-%m-%d}"
        filters = Filters(languages=READABLE[question.language], on=today)
        found = await ask(question.tenant.id, question.text, k=PASSAGES, language=question.language, filters=filters)
        sure = confidence(found)
        if enough(sure):
            return found, sure
        filters = Filters(on=today)
        anywhere = await ask(question.tenant.id, question.text, k=PASSAGES, language=question.language, filters=filters)
        wider = confidence(anywhere)
        return (anywhere, wider) if wider > sure else (found, sure)

    async def close(self) -> None:
        """Let records be written and connections go."""
        if self._records is not None:
            await self._records.close()
        await self._writer.close()
        self._similarity.close()
        if self._cache is not None:
            await self._cache.close()


def _quoted(draft: Draft) -> tuple[str, tuple[Verdict, ...]]:
    """A quotation is the passages themselves: there is nothing to check."""
    cited = tuple(range(1, len(draft.quoted) + 1))
    return draft.text, (Verdict(draft.text, cited, supported=True, by="verbatim"),)


async def _checked(
    checking: CitationCheck, guard: Guard, passages: Sequence[Chunk], tenant: Tenant, text: str
) -> tuple[str, tuple[Verdict, ...]]:
    """What the checks leave of a text that a model writes, and the verdicts."""
    text, verdicts = await checking.check(policies.kept(guard.clean(text), tenant, passages))
    return indian(text), verdicts


def _sources(passages: Sequence[Chunk], verdicts: Sequence[Verdict]) -> tuple[Source, ...]:
    """The passages that kept sentences cite, under the numbers they have in the text."""
    numbers = sorted({number for verdict in verdicts if verdict.supported for number in verdict.cited})
    cited = {number: passages[number - 1] for number in numbers}
    return tuple(
        Source(number=number, id=chunk.id, title=chunk.title, url=chunk.url, text=chunk.text, page=chunk.page)
        for number, chunk in cited.items()
    )


def _passage(hit: Hit) -> dict[str, object]:
    return {
        "id": hit.chunk.id,
        "title": hit.chunk.title,
        "score": round(hit.score, 4),
        "keyword_rank": hit.keyword_rank,
        "dense_rank": hit.dense_rank,
    }
