"""Stands before a real Elasticsearch whose vector search fails, as it does when a node's memory is full, or hangs."""

import asyncio
import json

from aiohttp import web

from tests.fakes.busy_elasticsearch import BusyElasticsearch

_FULL = {"type": "circuit_breaking_exception", "reason": "[parent] Data too large"}


class ElasticsearchWithoutKnn(BusyElasticsearch):
    """Passes everything on until `broken`; from then on it refuses searches by vectors or, with `hangs`, leaves them unanswered."""

    def __init__(self, behind: str) -> None:
        super().__init__(behind, refuse=0)
        self.broken = False
        self.hangs = False

    async def _answer(self, request: web.Request) -> web.Response:
        if self.broken and request.path.endswith("/_search") and b'"knn"' in await request.read():
            if self.hangs:
                await asyncio.sleep(5)
            body = json.dumps({"error": _FULL, "status": 429})
            kind = "application/vnd.elasticsearch+json;compatible-with=8"
            return web.Response(
                text=body, status=429, headers={"Content-Type": kind, "X-elastic-product": "Elasticsearch"}
            )
        return await super()._answer(request)
