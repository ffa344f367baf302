"""Work that goes on when the request that began it is gone: Rasa must not be stopped half way through a turn."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_running: set["asyncio.Task[Any]"] = set()  # the loop itself holds its tasks only weakly


def start(work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
    """Run `work` to its end, whoever waits for it."""
    task = asyncio.ensure_future(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task
