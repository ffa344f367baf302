"""Several language models behind one: routed, with a breaker each, one after the other until a draft can be used."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from answering.hedging import hedged
from answering.llm import Completion, LanguageModel, Prompt
from answering.preview import Preview
from answering.question import Step
from answering.tokens import count
from protocol.errors import ModelUnavailable
from retrieval.circuit import Circuit

Route = Literal["small", "large", "cheapest"]
Compose = Callable[[int], Prompt]  # of the tokens that a model can be shown
Judge = Callable[[str], Awaitable[str]]  # what is wrong with a draft, in a word; "" for nothing
_LEAST = 0.5  # seconds worth beginning with


@dataclass(frozen=True)
class Link:
    """A model of the chain; `small` ones are asked first on the route of that name."""

    model: LanguageModel
    small: bool = False
    breaker: Circuit = field(default_factory=Circuit)


@dataclass(frozen=True)
class Written:
    """What came of it; no `text` when every model failed."""

    text: str
    model: str
    steps: tuple[Step, ...]


class ModelChain:
    """Asks models in the order that a route gives them."""

    def __init__(self, links: Sequence[Link], *, deadline: float = 30.0, hedge_after: float = 0.0) -> None:
        """`deadline` seconds for all models together; `hedge_after` seconds of silence start the next one beside, 0 never does."""
        self._links = tuple(links)
        self._deadline = deadline
        self._hedge_after = hedge_after

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(link.model.name for link in self._links)

    async def write(self, compose: Compose, route: Route, preview: Preview, judge: Judge) -> Written:
        """The first draft that `judge` has nothing against."""
        ends = time.perf_counter() + self._deadline
        steps: list[Step] = []
        links = self._order(route)
        for place, link in enumerate(links):
            left = ends - time.perf_counter()
            if left < _LEAST:
                steps.append(Step(link.model.name, "no time left"))
            elif not link.breaker.admits():
                steps.append(Step(link.model.name, "resting"))
            else:
                step, text = await self._attempt(link, links[place + 1 :], compose, left, preview, judge)
                steps.append(step)
                if text or preview.stopped:
                    return Written(text, step.name, tuple(steps))
                preview.restart()
        return Written("", "", tuple(steps))

    def _order(self, route: Route) -> list[Link]:
        if route == "cheapest":
            return sorted(self._links, key=lambda link: link.model.price)[:1]
        return sorted(self._links, key=lambda link: link.small != (route == "small"))

    async def _attempt(
        self,
        link: Link,
        others: Sequence[Link],
        compose: Compose,
        left: float,
        preview: Preview,
        judge: Judge,
    ) -> tuple[Step, str]:
        began = time.perf_counter()
        prompt = compose(link.model.context_tokens)
        completion, outcome = None, "answered"
        try:
            async with asyncio.timeout(min(link.model.timeout, left)) as limit:
                loop = asyncio.get_running_loop()
                async with preview.stoppable(lambda: limit.reschedule(loop.time())):
                    completion = await _listen(self._parts(link, others, compose, prompt), preview)
            link.breaker.succeeded()
            outcome = await judge(completion.text) or "answered"
        except ModelUnavailable as error:
            link.breaker.failed(error.retry_after)
            outcome = error.kind
        except TimeoutError:
            if preview.stopped:
                link.breaker.left()
                outcome = "stopped"
            else:
                link.breaker.failed()
                outcome = "timeout"
        except BaseException:
            link.breaker.left()
            raise
        ms = round((time.perf_counter() - began) * 1000, 1)
        text = (completion.text if completion else preview.written) if outcome in ("answered", "stopped") else ""
        if completion:
            spent = (completion.tokens_in, completion.tokens_out, completion.cost_usd, completion.retries)
            return Step(completion.model, outcome, ms, *spent), text
        return _broken_off(link.model, outcome, ms, prompt, preview.written), text

    def _parts(
        self, link: Link, others: Sequence[Link], compose: Compose, prompt: Prompt
    ) -> AsyncIterator[str | Completion]:
        parts = link.model.stream(prompt)
        second = next((other.model for other in others if other.breaker.state == "closed"), None)
        if not self._hedge_after or second is None:
            return parts
        return hedged(parts, lambda: second.stream(compose(second.context_tokens)), self._hedge_after)

    async def close(self) -> None:
        """Let go of connections."""
        for link in self._links:
            await link.model.close()


async def _listen(parts: AsyncIterator[str | Completion], preview: Preview) -> Completion:
    try:
        async for part in parts:
            if isinstance(part, Completion):
                return part
            await preview.hear(part)
    finally:
        if isinstance(parts, AsyncGenerator):
            await parts.aclose()  # or the model would go on writing for nobody
    raise ModelUnavailable("The model ended without a word.", kind="empty")


def _broken_off(model: LanguageModel, outcome: str, ms: float, prompt: Prompt, written: str) -> Step:
    """Nobody counted, but a provider charges for what was begun."""
    if not written and outcome not in ("timeout", "stopped"):
        return Step(model.name, outcome, ms)
    tokens_in, tokens_out = count(prompt.system) + count(prompt.user), count(written) if written else 0
    return Step(model.name, outcome, ms, tokens_in, tokens_out, model.cost(tokens_in, tokens_out))
