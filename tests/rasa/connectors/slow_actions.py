"""An action server whose answers take as long as a test wants, or come in pieces; `action_missing` it doesn't know at all."""

import asyncio
import threading
from typing import Any

from aiohttp import ClientSession, web

from protocol.answers import RATE_ANSWER
from protocol.secret import token
from tests.rasa.connectors.server import SECRET


class SlowActions:
    """Speaks the webhook protocol of action servers over real HTTP."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.url = f"http://127.0.0.1:{port}/webhook"
        self.seconds = 0.0
        self.pieces: list[str] = []  # of the next answers; `seconds` lie between two
        self.passing = False  # whether the first half of each is seen before it
        self.deltas = ""  # where pieces go
        self.calls: list[dict[str, Any]] = []
        self.ratings: list[dict[str, Any]] = []
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()

    def serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application(client_max_size=20_000_000)
        app.router.add_post("/webhook", self._act)
        runner = web.AppRunner(app)
        self._loop.run_until_complete(runner.setup())
        self._loop.run_until_complete(web.TCPSite(runner, "127.0.0.1", self._port).start())
        self._ready.set()
        self._loop.run_forever()

    def wait_until_ready(self) -> None:
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _act(self, request: web.Request) -> web.Response:
        call = await request.json()
        if call["next_action"] == RATE_ANSWER:
            self.ratings.append(call["tracker"]["latest_message"]["metadata"])
            return web.json_response({"events": [], "responses": []})
        if call["next_action"] != "action_slow":
            return web.json_response({"error": "unknown action", "action_name": call["next_action"]}, status=404)
        self.calls.append(call)
        if self.pieces:
            return web.json_response({"events": [], "responses": [{"text": await self._stream(call)}]})
        await asyncio.sleep(self.seconds)
        heard = call["tracker"]["latest_message"]["text"]
        return web.json_response({"events": [], "responses": [{"text": f"Slowly: {heard}"}]})

    async def _stream(self, call: dict[str, Any]) -> str:
        """Bring the pieces one by one, and no more once the customer has enough."""
        metadata = call["tracker"]["latest_message"]["metadata"]
        told = ""
        async with ClientSession(headers={"Authorization": f"Bearer {token(SECRET, 'deltas')}"}) as http:
            for seq, text in enumerate(self.pieces):
                told += text
                piece = {
                    "conversation": call["sender_id"],
                    "message_id": metadata["message_id"],
                    "seq": seq,
                    "text": text,
                }
                if self.passing:
                    begun = {**piece, "text": text[: len(text) // 2], "passing": True}
                    async with http.post(self.deltas, json=begun) as response:
                        assert response.status == 200, await response.text()
                async with http.post(self.deltas, json=piece) as response:
                    if (await response.json())["stopped"]:
                        break
                await asyncio.sleep(self.seconds)
        return told
