"""Hedged requests: a second model starts when the first one is slow to begin, and whoever begins first is heard.

Source: J. Dean and L. Barroso, The Tail at Scale, 2013. It costs up to twice, so it is off unless `hedge_after` is set.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress

from answering.llm import Completion
from protocol.errors import ModelUnavailable

Parts = AsyncIterator[str | Completion]
_Runners = dict["asyncio.Future[str | Completion]", Parts]


async def hedged(first: Parts, start_second: Callable[[], Parts], after: float) -> AsyncGenerator[str | Completion]:
    """The parts of `first`, or of the second when that one begins sooner; raises ModelUnavailable when both fail.

    `start_second` is called `after` seconds without a part; a first that fails before that is the caller's to replace.
    """
    runners: _Runners = {asyncio.ensure_future(anext(first)): first}
    try:
        done, _ = await asyncio.wait(runners, timeout=after)
        if not done:
            second = start_second()
            runners[asyncio.ensure_future(anext(second))] = second
        winner, opening = await _soonest(runners)
        runners = {task: parts for task, parts in runners.items() if parts is not winner}
        await _drop(runners)
        runners = {}
        yield opening
        async for part in winner:
            yield part
    finally:
        await _drop(runners)


async def _soonest(runners: _Runners) -> tuple[Parts, str | Completion]:
    waiting = set(runners)
    failure: BaseException = ModelUnavailable("No model was asked.")
    while waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if task.exception() is None:
                return runners[task], task.result()
            failure = task.exception() or failure
    raise failure


async def _drop(runners: _Runners) -> None:
    for task, parts in runners.items():
        task.cancel()
        with suppress(asyncio.CancelledError, ModelUnavailable, StopAsyncIteration):
            await task
        if isinstance(parts, AsyncGenerator):
            await parts.aclose()
