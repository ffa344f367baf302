"""`/health`: this process answers."""

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json


def blueprint() -> Blueprint:
    """The route."""
    routes = Blueprint("health")

    @routes.get("/health")
    async def health(_: Request) -> HTTPResponse:
        return json({"status": "ok", "process": "console"}, headers={"cache-control": "no-store"})

    return routes
