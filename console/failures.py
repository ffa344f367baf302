"""What a visitor reads when a page can't be had: a plain page, or one line of JSON; never a stack trace."""

import logging
from typing import Any

from jinja2 import Environment
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import html, json

logger = logging.getLogger(__name__)

WORDS = {
    404: ("There is no such page", "The address may be mistyped, or the page has moved."),
    405: ("That can't be done here", "The page exists, but not for this kind of request."),
    500: ("Something went wrong on our side", "It has been noted. Please try again in a moment."),
}


def attach(app: Sanic[Any, Any], pages: Environment) -> None:
    """Answer every error of the app."""
    template = pages.get_template("failure.html")

    @app.exception(Exception)
    async def answer(request: Request, error: Exception) -> HTTPResponse:
        status = error.status_code if isinstance(error, SanicException) else 500
        if status >= 500:
            logger.error("%s %s failed.", request.method, request.path, exc_info=error)
        title, advice = WORDS.get(status, ("That request can't be answered", "Please check the address."))
        if "text/html" not in request.headers.get("accept", ""):
            return json({"error": {"code": status, "message": f"{title}."}}, status=status)
        policy = {"content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'"}
        return html(template.render(status=status, title=title, advice=advice), status=status, headers=policy)
