"""The supervisor: starts the processes, waits until they answer, restarts one that dies, stops them all."""

import asyncio
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from runtime.settings import PROJECT

START_LIMIT = 240.0  # seconds; Rasa's first import from a cold disk takes more than one minute
STOP_LIMIT = 10.0
LONGEST_PAUSE = 30.0  # between restarts of a process that keeps dying
_STEADY = 60.0  # a process that lived this long starts again with the shortest pause


@dataclass(frozen=True)
class Child:
    """One process; it is ready when `health` answers 200."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    health: str


class Supervisor:
    """Runs children until it is told to stop."""

    def __init__(self, children: Sequence[Child], logs: Path) -> None:
        self._children = children
        self._logs = logs
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._stopping = asyncio.Event()

    async def serve(self, announce: Callable[[], None]) -> int:
        """Start all, call `announce` once all are ready, keep them alive; returns the exit code after Ctrl-C or SIGTERM."""
        loop = asyncio.get_running_loop()
        for stop in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(stop, self._stopping.set)
        self._logs.mkdir(parents=True, exist_ok=True)
        keepers = [asyncio.create_task(self._keep(child)) for child in self._children]
        waiting = asyncio.gather(*(self._ready(child) for child in self._children))
        stopped = asyncio.create_task(self._stopping.wait())
        either: set[asyncio.Future[Any]] = {waiting, stopped}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        code = 0
        if waiting.done() and not self._stopping.is_set():
            late = [name for name in waiting.result() if name]
            if late:
                _say(f"{', '.join(late)} did not answer within {START_LIMIT:.0f} s; see {self._logs}/{late[0]}.log")
                code = 1
                self._stopping.set()
            else:
                announce()
        await stopped
        waiting.cancel()
        for keeper in keepers:
            keeper.cancel()
        await self._stop_all()
        return code

    async def _keep(self, child: Child) -> None:
        pause = 1.0
        while not self._stopping.is_set():
            started = time.monotonic()
            process = await self._start(child)
            code = await process.wait()
            if self._stopping.is_set():
                return
            if time.monotonic() - started > _STEADY:
                pause = 1.0
            _say(f"{child.name} ended with code {code} ({self._last_line(child)}); starting it again in {pause:.0f} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _start(self, child: Child) -> asyncio.subprocess.Process:
        _say(f"starting {child.name} (log: {self._logs}/{child.name}.log)")
        with (self._logs / f"{child.name}.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *child.command, env=dict(child.environment), cwd=PROJECT, stdin=asyncio.subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, preexec_fn=_die_with_parent,
            )  # fmt: skip
        self._processes[child.name] = process
        return process

    async def _ready(self, child: Child) -> str:
        """ "" when the child answers, its name when it takes too long."""
        started = time.monotonic()
        told = started
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
            while time.monotonic() - started < START_LIMIT:
                try:
                    if (await client.get(child.health)).status_code == httpx.codes.OK:
                        _say(f"{child.name} is ready after {time.monotonic() - started:.0f} s")
                        return ""
                except httpx.HTTPError:
                    pass
                if time.monotonic() - told > 15:
                    told = time.monotonic()
                    _say(f"waiting for {child.name} ({told - started:.0f} s)")
                await asyncio.sleep(0.25)
        return child.name

    async def _stop_all(self) -> None:
        running = [process for process in self._processes.values() if process.returncode is None]
        for process in running:
            _signal(process, signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_LIMIT):
                await asyncio.gather(*(process.wait() for process in running))
        except TimeoutError:
            for process in running:
                _signal(process, signal.SIGKILL)
        _say("stopped")

    def _last_line(self, child: Child) -> str:
        try:
            with (self._logs / f"{child.name}.log").open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - 4_096))
                lines = [line for line in log.read().decode("utf-8", "replace").splitlines() if line.strip()]
        except OSError:
            return "no log"
        return lines[-1].strip()[:200] if lines else "no log"


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """To the whole group: a child's own children go too."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _die_with_parent() -> None:
    """Linux only: children don't outlive a supervisor that was killed outright."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def _say(line: str) -> None:
    print(f"sahayak: {line}", file=sys.stderr, flush=True)
