"""Customers as the tests play them: one program on the chat API, and one browser tab on the socket."""

import asyncio
import json
import time
from typing import Any

import aiohttp
import httpx
import socketio

# python-engineio asks for a name that aiohttp 3.9, which Rasa pins, doesn't have yet; there it is a plain number.
if not hasattr(aiohttp, "ClientWSTimeout"):
    aiohttp.ClientWSTimeout = lambda ws_close, **_: ws_close


def post(url: str, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
    """`POST /webhooks/web/chat` with the demo tenant's key unless the body says another."""
    whole = json.dumps({"key": "demo", **body})  # as ASCII, so that a test can send what UTF-8 can't
    headers = {"content-type": "application/json", **(headers or {})}
    return httpx.post(f"{url}/webhooks/web/chat", content=whole, headers=headers, timeout=60)


def ask(url: str, text: str, session: str | None = None, **body: Any) -> dict[str, Any]:
    """The whole answer to one message."""
    response = post(url, text=text, session=session, **body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def texts(answer: dict[str, Any]) -> list[str]:
    return [message["text"] for message in answer["messages"]]


class Tab:
    """A real Socket.IO client; `heard` are all events in their order."""

    def __init__(self) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.heard: list[tuple[str, Any]] = []
        for event in (
            "connect_error",
            "session_confirm",
            "bot_uttered",
            "bot_typing",
            "bot_stream",
            "user_refused",
            "session_history",
            "challenge_passed",
        ):
            self.client.on(event, self._listener(event))
        self.session = ""
        self.last_seq: int | None = None

    async def open(
        self,
        url: str,
        *,
        session: object = None,
        key: str | None = "demo",
        origin: str | None = None,
        token: str | None = None,
        **request: Any,
    ) -> "Tab":
        await self.connect(url, key=key, origin=origin, token=token)
        await self.client.emit("session_request", {"session_id": session, **request})
        self.session = await self.wait_for("session_confirm")
        return self

    async def connect(
        self, url: str, *, key: str | None = "demo", origin: str | None = None, token: str | None = None
    ) -> None:
        await self.client.connect(
            url,
            socketio_path="/webhooks/web/socket.io",
            auth={"key": key, **({"token": token} if token else {})} if key else None,
            headers={"Origin": origin} if origin else {},
            wait_timeout=10,
        )

    async def say(self, message: Any, session: str | None = None, **metadata: Any) -> Any:
        """Returns what the server acknowledges."""
        uttered = {"message": message, "session_id": self.session if session is None else session, "metadata": metadata}
        return await self.client.call("user_uttered", uttered, timeout=30)

    async def wait_for(self, event: str, count: int = 1, seconds: float = 30) -> Any:
        """The last of the first `count` payloads of `event`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            payloads = self.payloads(event)
            if len(payloads) >= count:
                return payloads[count - 1]
            await asyncio.sleep(0.02)
        raise AssertionError(f"{count} x {event} didn't come; heard {self.heard}")

    def payloads(self, event: str) -> list[Any]:
        return [payload for name, payload in self.heard if name == event]

    async def close(self) -> None:
        await self.client.disconnect()

    def _listener(self, event: str) -> Any:
        async def listen(payload: Any = None) -> None:
            self.heard.append((event, payload))

        return listen
