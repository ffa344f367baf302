"""From passages to a draft: the models of the chain, then a quotation; every step is kept for the record."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from answering.chain import ModelChain, Route
from answering.extractive import extract
from answering.language_check import speaks
from answering.preview import Audience, Preview
from answering.prompting import compose
from answering.question import Draft, Question, Step
from retrieval.index import KnowledgeIndex
from retrieval.search import Hit

NO_ANSWER = "NO_ANSWER"  # what the prompt has models say
FOLLOWING = 2  # passages after the best one that a quote may run into
Check = Callable[[str], str]  # what stands of a text


class Writer:
    """Writes by the chain when there is one, and quotes when no model can be used."""

    def __init__(self, index: KnowledgeIndex, chain: ModelChain | None) -> None:
        self._index = index
        self._chain = chain

    async def write(
        self, question: Question, hits: Sequence[Hit], route: Route, check: Check, audience: Audience | None
    ) -> Draft:
        """A draft with [n] citations into `hits`; its text is empty when the model finds no answer in them."""
        steps: tuple[Step, ...] = ()
        if self._chain is not None:
            preview = Preview(check, audience)
            passages = [hit.chunk for hit in hits]
            version = compose(question, passages, 0).version

            def judge(text: str) -> str:
                if NO_ANSWER in text:
                    return ""
                stands = check(text)
                return "citations" if not stands else "" if speaks(question.language, stands) else "language"

            written = await self._chain.write(lambda tokens: compose(question, passages, tokens), route, preview, judge)
            steps = written.steps
            if NO_ANSWER in written.text:
                return Draft("", written.model, version, route, steps)
            if written.text or preview.stopped:
                return Draft(written.text, written.model, version, route, steps)
        began = time.perf_counter()
        draft = await self.quote(question, hits)
        step = Step("extractive", ms=round((time.perf_counter() - began) * 1000, 1))
        return replace(draft, route=route if self._chain else "", steps=(*steps, step))

    async def quote(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """The best passage's own words."""
        first = hits[0].chunk
        around = await self._index.neighbours(question.tenant.id, first.id, before=0, after=FOLLOWING)
        return extract(question, hits, [chunk for chunk in around if chunk.id != first.id])

    async def close(self) -> None:
        """Let go of connections."""
        if self._chain is not None:
            await self._chain.close()
