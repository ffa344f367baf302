"""From passages to a draft: the models of the chain, or the passage's own words; every step is kept for the record."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from answering.budget import Level
from answering.chain import ModelChain, Route
from answering.extractive import extract
from answering.language_check import speaks
from answering.preview import Audience, Preview
from answering.prompting import compose
from answering.question import Draft, Question, Step
from answering.steps import asks_how, beginning, has_steps, steps_first
from answering.untrusted import Guard, harmless_passage
from retrieval.hits import Hit
from retrieval.index import KnowledgeIndex

NO_ANSWER = "NO_ANSWER"  # what the prompt has models say
FOLLOWING = 2  # passages after the best one that a quote may run into
LONGEST_PAGE = 40  # passages before it that are looked at for where the answer begins
Check = Callable[[str], Awaitable[str]]  # what stands of a text


class Writer:
    """Writes by the chain when there is one; quotes when no model can be used."""

    def __init__(self, index: KnowledgeIndex, chain: ModelChain | None) -> None:
        self._index = index
        self._chain = chain

    @property
    def has_models(self) -> bool:
        return self._chain is not None

    async def write(
        self,
        question: Question,
        hits: Sequence[Hit],
        route: Route,
        budget: Level,
        check: Check,
        passing: Callable[[str], str],
        audience: Audience | None,
    ) -> Draft | None:
        """A model's draft with [n] citations into `hits`, without text when they hold no answer; None when there is no model.

        No draft of any model can be used: one without text whose last step failed.
        """
        if self._chain is None:
            return None
        if budget == "spent":
            return Draft("", "", route=route, steps=(Step("budget", "spent"),))
        route = "cheapest" if budget == "cheaper" else route
        passages = [hit.chunk for hit in hits]
        preview = Preview(check, audience, passing)

        async def judge(text: str) -> str:
            stands = await check(text)
            if not stands and NO_ANSWER in text:
                return ""
            if not speaks(question.language, stands or text):
                return "language"
            return "" if stands else "citations"

        began = time.perf_counter()
        written = await self._chain.write(lambda tokens: compose(question, passages, tokens), route, preview, judge)
        return Draft(
            text=written.text,
            model=written.model,
            prompt_version=compose(question, passages, 0).version,
            route=route,
            steps=written.steps,
            first_piece_ms=round((preview.first_shown - began) * 1000, 1) if preview.first_shown else 0.0,
        )

    async def quote(self, question: Question, hits: Sequence[Hit], failed: Draft | None) -> Draft:
        """The best passage's own words, after what a `failed` draft has been through."""
        began = time.perf_counter()
        best, *others = steps_first(question.text, hits)
        before = LONGEST_PAGE if asks_how(question.text) and not has_steps(best.chunk.text) else 0
        page = await self._index.neighbours(question.tenant.id, best.chunk.id, before=before, after=FOLLOWING)
        page = tuple(harmless_passage(chunk, question.tenant) for chunk in page)
        first = beginning(question.text, best.chunk, page)
        places = {chunk.id: place for place, chunk in enumerate(page)}
        following = page[places.get(first.id, len(page)) + 1 :][:FOLLOWING]
        hits = [replace(best, chunk=first), *(hit for hit in (best, *others) if hit.chunk.id != first.id)]
        draft = extract(question, hits, [chunk for chunk in following if chunk.text])
        step = Step("extractive", ms=round((time.perf_counter() - began) * 1000, 1))
        tried = failed.steps if failed else ()
        return replace(draft, route=failed.route if failed else "", steps=(*tried, step))

    @staticmethod
    def guard(question: Question, hits: Sequence[Hit]) -> Guard:
        """What looks after a draft to this question."""
        told = compose(question, (), 0).system
        return Guard(told, question, [hit.chunk for hit in hits])

    async def close(self) -> None:
        """Let go of connections."""
        if self._chain is not None:
            await self._chain.close()
