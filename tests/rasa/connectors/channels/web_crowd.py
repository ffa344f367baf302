"""Visitors of a web page, each on a real socket: they write, lose the server, come back, and bring what it didn't confirm."""

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Coroutine
from typing import Any, TypeVar

import httpx

from tests.rasa.connectors.channels.server import ChannelsServer
from tests.rasa.connectors.customer import Tab

T = TypeVar("T")


class WebCrowd:
    """`count` messages by `senders` visitors; message n asks for the order RS-n."""

    def __init__(self, server: ChannelsServer, senders: int, count: int) -> None:
        self._server = server
        self._count = count
        self._tabs = [Tab() for _ in range(senders)]
        self.heard: set[tuple[str, int]] = set()  # (order, number on the line) of all answers that reached a socket
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._run(self._open())

    def write(self) -> "list[int]":
        """Write everything, as far as the server lives; returns what it didn't confirm."""
        return self._run(self._write([*range(self._count)]))

    def come_back(self, numbers: list[int]) -> None:
        """New connections to the same sessions, which say how far they have heard, and these messages again."""

        async def again() -> None:
            for tab in self._tabs:
                with contextlib.suppress(Exception):
                    await tab.close()
            self._tabs = [self._successor(tab) for tab in self._tabs]
            await self._open()
            assert await self._write(numbers) == []

        self._run(again())

    def answers(self) -> list[str]:
        """The order of every answer that was made and heard; one that the line repeated counts once."""
        for tab in self._tabs:
            for said in tab.payloads("bot_uttered"):
                self.heard.add((_order(said["text"]), said["metadata"].get("seq", 0)))
        numbered = [order for order, seq in self.heard if seq]
        return numbered + [order for order, seq in self.heard if not seq and order not in numbered]

    def kept(self) -> "Counter[str]":
        """How often each order was answered, as a reload shows it."""
        found: Counter[str] = Counter()
        for tab in self._tabs:
            query = {"key": "demo", "session": tab.session}
            answer = httpx.get(f"{self._server.url}/webhooks/web/history", params=query, timeout=60).raise_for_status()
            found.update(_order(said["text"]) for said in answer.json()["messages"] if said["from"] == "bot")
        return found

    def close(self) -> None:
        async def leave() -> None:
            for tab in self._tabs:
                await tab.close()

        self._run(leave())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self, work: "Coroutine[Any, Any, T]") -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(600)

    def _successor(self, tab: Tab) -> Tab:
        self.answers()
        successor = Tab()
        successor.session = tab.session
        numbers = [said["metadata"]["seq"] for said in tab.payloads("bot_uttered") if "seq" in said["metadata"]]
        successor.last_seq = max(numbers, default=0)
        return successor

    async def _open(self) -> None:
        for tab in self._tabs:
            await tab.open(self._server.url, session=tab.session or None, last_seq=tab.last_seq)

    async def _write(self, numbers: list[int]) -> list[int]:
        """Each visitor one message after the other; returns those without a confirmation."""

        async def visitor(index: int, tab: Tab) -> list[int]:
            mine = [number for number in numbers if number % len(self._tabs) == index]
            for done, number in enumerate(mine):
                if not await _confirmed(tab, number):
                    return mine[done:]
            return []

        rests = await asyncio.gather(*(visitor(index, tab) for index, tab in enumerate(self._tabs)))
        return [number for rest in rests for number in rest]


async def _confirmed(tab: Tab, number: int) -> bool:
    said = asyncio.ensure_future(tab.say(f"where is my order RS-{number}", message_id=f"kill{number}"))
    while not said.done():
        await asyncio.wait([said], timeout=0.1)
        if not tab.client.connected and not said.done():
            said.cancel()
            return False
    return said.exception() is None and said.result() == {"message_id": f"kill{number}"}


def _order(text: str) -> str:
    return text.split()[1].rstrip(".")
