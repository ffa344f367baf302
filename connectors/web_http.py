"""HTTP as the web channel speaks it: which origins may read an answer, and errors of one line."""

import json
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl

from sanic import Sanic
from sanic.exceptions import PayloadTooLarge, SanicException
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse
from sanic.response import json as json_response
from sanic_cors.core import SANIC_CORS_EVALUATED

from connectors.guard import ChallengeNeeded
from connectors.identity import TokenExpired
from connectors.origins import any_allows
from connectors.rates import TooFast
from connectors.tenants import Tenants
from connectors.uploads import UnsupportedType
from protocol.errors import BadRequest, Forbidden, SahayakError, StoreUnavailable, TooLarge, TooManyRequests

logger = logging.getLogger(__name__)

MAX_BODY = 1_000_000  # bytes
MAX_FORM = 20_000
_ANSWERS: tuple[tuple[type[SahayakError], int, str], ...] = (  # the first that fits
    (TooLarge, 413, "too_large"),
    (TooManyRequests, 429, "too_many_requests"),
    (UnsupportedType, 415, "unsupported_type"),
    (BadRequest, 400, "bad_request"),
    (TokenExpired, 401, "token_expired"),
    (ChallengeNeeded, 403, "challenge_needed"),
    (Forbidden, 403, "forbidden"),
    (StoreUnavailable, 503, "unavailable"),
)
Handler = Callable[..., Coroutine[Any, Any, HTTPResponse | None]]


def error_body(error: SahayakError) -> dict[str, Any]:
    """`{"error": {"code", "message", "challenge"?}}`."""
    challenge = {"challenge": error.url} if isinstance(error, ChallengeNeeded) else {}
    return {"error": {"code": _answer(error)[1], "message": str(error), **challenge}}


def answers_errors(handler: Handler) -> Handler:
    """Turn what a route raises into a JSON error; a stack trace is for the log only."""

    @wraps(handler)
    async def route(request: Request, *parts: Any, **named: Any) -> HTTPResponse | None:
        try:
            return await handler(request, *parts, **named)
        except SahayakError as error:
            status = _answer(error)[0]
            if status >= 500:
                logger.error("%s", error)
            headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooFast) else None
            return json_response(error_body(error), status=status, headers=headers)
        except SanicException as error:
            return _error("bad_request", f"{error}".partition("\n")[0] or "Bad request.", error.status_code)
        except Exception:
            logger.exception("%s %s failed.", request.method, request.path)
            return _error("failed", "Something went wrong on our side. Please try again.", 500)

    return route


async def read_json(request: Request) -> dict[str, Any]:
    """The JSON object that a streamed request carries; raises BadRequest, TooLarge, UnsupportedType."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedType("Send JSON, with `Content-Type: application/json`.")
    content = await read_body(request, MAX_BODY)
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The request isn't JSON.") from error
    if not isinstance(body, dict):
        raise BadRequest("The request must be a JSON object.")
    return body


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a streamed form; raises BadRequest, TooLarge."""
    content = await read_body(request, MAX_FORM)
    try:
        return dict(parse_qsl(content.decode("utf-8"), max_num_fields=50))
    except ValueError as error:
        raise BadRequest("The request isn't a form.") from error


async def read_body(request: Request, most: int) -> bytes:
    """What a streamed request carries; raises TooLarge before more than `most` bytes are read."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > most:
        raise TooLarge(f"The request may have {most:,} bytes at most.")
    incoming: Any = request  # Sanic leaves these two untyped
    incoming.stream.request_max_size = most
    try:
        await incoming.receive_body()
    except PayloadTooLarge as error:
        raise TooLarge(f"The request may have {most:,} bytes at most.") from error
    return request.body


def guard_origins(app: Sanic, prefix: str, tenants: Tenants) -> None:
    """Answer preflights below `prefix`, and say who may read the rest: by tenants' origins, not `rasa run --cors`."""
    socket_path = f"{prefix}/socket.io"

    async def before(request: Request) -> HTTPResponse | None:
        if not request.path.startswith(f"{prefix}/"):
            return None
        setattr(request.ctx, SANIC_CORS_EVALUATED, "1")  # keeps Rasa's own CORS headers away
        return HTTPResponse(status=204) if request.method == "OPTIONS" else None

    async def after(request: Request, response: BaseHTTPResponse) -> None:
        if not response or not request.path.startswith(f"{prefix}/"):
            return
        if request.path.startswith(socket_path) and request.method != "OPTIONS":
            return  # the socket's library sets its own
        if response.status in (404, 405):  # Sanic's own page
            response.body = _error("not_found", f"{request.method} {request.path[:200]} is not served.", 404).body
            response.content_type = "application/json"
        if response.status == 405:  # Sanic leaves it out when the refused request had a body
            response.headers["Allow"] = ", ".join(_served(app, request.path))
        response.headers["Vary"] = "Origin"
        origin = request.headers.get("origin")
        if origin and any_allows(tenants.on_the_web(), origin):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "Retry-After"
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
                response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Accept"
                response.headers["Access-Control-Max-Age"] = "600"

    async def install(_: Sanic, __: object) -> None:  # after Rasa's own, which goes to the front at this time, too
        app.request_middleware.appendleft(before)
        app.response_middleware.append(after)

    app.register_listener(install, "before_server_start")


def _served(app: Sanic, path: str) -> Iterator[str]:
    for method in ("GET", "POST"):
        with suppress(SanicException):
            app.router.get(path, method, None)
            yield method


def _error(code: str, message: str, status: int) -> HTTPResponse:
    return json_response({"error": {"code": code, "message": message}}, status=status)


def _answer(error: SahayakError) -> tuple[int, str]:
    for kind, status, code in _ANSWERS:
        if isinstance(error, kind):
            return status, code
    return 500, "failed"
