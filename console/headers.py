"""Headers that keep browsers from being talked into things."""

from typing import Any

from sanic import Request, Sanic
from sanic.response import BaseHTTPResponse

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
NOTHING = "default-src 'none'; frame-ancestors 'none'"


def attach(app: Sanic[Any, Any]) -> None:
    """Give every answer the headers; a page that needs more than nothing names its own policy."""

    async def add_headers(_: Request, response: BaseHTTPResponse) -> None:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("content-security-policy", NOTHING)

    app.register_middleware(add_headers, "response")


def page_policy(chat_server: str) -> str:
    """The policy of a page that carries the widget: our own files, and the chat server by HTTP and by socket."""
    socket = chat_server.replace("http", "ws", 1)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data: {chat_server}",
            "font-src 'self'",
            f"connect-src 'self' {chat_server} {socket}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        )
    )
