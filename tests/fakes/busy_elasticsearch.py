"""Stands before a real Elasticsearch and answers bulks as an overloaded one does: items are put off with status 429."""

import json
from types import TracebackType

import aiohttp
from aiohttp import web

_FULL = {"type": "es_rejected_execution_exception", "reason": "rejected execution: the queue is full"}


class BusyElasticsearch:
    """Passes everything on, but refuses the first item of the first `refuse` bulks."""

    def __init__(self, behind: str, *, refuse: int) -> None:
        self._behind = behind
        self._refuse = refuse
        self.put_off = 0
        self.url = ""

    async def __aenter__(self) -> "BusyElasticsearch":
        application = web.Application(client_max_size=50_000_000)
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if request.path.endswith("/_bulk") and self.put_off < self._refuse:
            self.put_off += 1
            head, *rest = body.decode().splitlines(keepends=True)
            ((operation, named),) = json.loads(head).items()
            rest = rest if operation == "delete" else rest[1:]
            refused = {operation: {"_id": named["_id"], "status": 429, "error": _FULL}}
            done = await self._passed_on(request, "".join(rest).encode()) if rest else {"items": []}
            return self._json({"took": 1, "errors": True, "items": [refused, *done["items"]]})
        async with self._forwarded(request, body) as answer:
            headers = {
                name: answer.headers[name] for name in ("Content-Type", "X-elastic-product") if name in answer.headers
            }
            return web.Response(body=await answer.read(), status=answer.status, headers=headers)

    async def _passed_on(self, request: web.Request, body: bytes) -> dict:
        async with self._forwarded(request, body) as answer:
            return json.loads(await answer.read())

    def _forwarded(self, request: web.Request, body: bytes):
        headers = {name: request.headers[name] for name in ("Content-Type", "Accept") if name in request.headers}
        return aiohttp.request(request.method, f"{self._behind}{request.path_qs}", data=body or None, headers=headers)

    @staticmethod
    def _json(value: dict) -> web.Response:
        return web.Response(
            text=json.dumps(value),
            headers={
                "Content-Type": "application/vnd.elasticsearch+json;compatible-with=8",
                "X-elastic-product": "Elasticsearch",
            },
        )
