"""Counts and times of the console's requests, for Prometheus."""

import time
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from sanic import HTTPResponse, Request, Sanic
from sanic.response import BaseHTTPResponse, raw


def attach(app: Sanic[Any, Any]) -> None:
    """Count every request and serve `/metrics`; each app has a registry of its own."""
    registry = CollectorRegistry()
    requests = Counter(
        "sahayak_console_requests_total", "Requests answered.", ("route", "method", "status"), registry=registry
    )
    seconds = Histogram("sahayak_console_request_seconds", "Time to answer.", ("route",), registry=registry)

    async def start(request: Request) -> None:
        request.ctx.started = time.perf_counter()

    async def count(request: Request, response: BaseHTTPResponse) -> None:
        # the route and not the address, or every mistyped address becomes a series of its own
        route = f"/{request.route.path}" if request.route else "none"
        requests.labels(route, request.method, response.status).inc()
        if started := getattr(request.ctx, "started", None):
            seconds.labels(route).observe(time.perf_counter() - started)

    app.register_middleware(start, "request")
    app.register_middleware(count, "response")

    @app.get("/metrics", name="metrics")
    async def metrics(_: Request) -> HTTPResponse:
        return raw(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
