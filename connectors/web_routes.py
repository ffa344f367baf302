"""What is served below `/webhooks/web`: the routes, and the socket beside them."""

import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from ruamel.yaml import YAML
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from connectors import origins
from connectors.retention import Retention
from connectors.tenants import Tenants
from connectors.web_challenge import ChallengePage
from connectors.web_chat import chat
from connectors.web_desk import Desk
from connectors.web_feedback import feedback
from connectors.web_files import download, upload
from connectors.web_guest import guest
from connectors.web_history import history
from connectors.web_http import answers_errors, guard_origins, read_json
from connectors.web_inbox import WebInbox
from connectors.web_resume import resume
from connectors.web_socket import WebSocket
from protocol.errors import Forbidden

OPENAPI = Path(__file__).with_name("web_openapi.yml")


class WebBlueprint(Blueprint):
    """Routes below the channel's prefix, and the socket, whose library wants the application itself."""

    def __init__(self, tenants: Tenants, deltas_token: str) -> None:
        super().__init__("web_webhook")
        self.ctx.tenants = tenants
        self.ctx.deltas_token = deltas_token
        self.ctx.openapi = YAML(typ="safe", pure=True).load(OPENAPI.read_text("utf-8"))
        self.ctx.app = None

    def agent(self) -> Agent | None:
        """Rasa's agent, once it is loaded."""
        return getattr(self.ctx.app.ctx, "agent", None) if self.ctx.app else None

    def is_origin_known(self, origin: str | None, environ: Mapping[str, Any]) -> bool:
        """Which tenant is meant is known only after the handshake; `WebSocket` looks again then."""
        tenants: Tenants = self.ctx.tenants
        return origins.any_allows(tenants.on_the_web(), origin)

    def serve(self, desk: Desk, inbox: WebInbox, retention: Retention, challenge: ChallengePage | None) -> None:
        """`challenge` is the page that asks whether a person is there, where a service for that is configured."""
        self.ctx.desk, self.ctx.inbox, self.ctx.retention, self.ctx.challenge = desk, inbox, retention, challenge
        WebSocket(desk).listen()
        for method, path, handler in (
            ("GET", "/", self._health),
            ("GET", "/health", self._health),
            ("GET", "/openapi.json", self._openapi),
            ("GET", "/history", self._history),
            ("POST", "/chat", self._chat),
            ("POST", "/uploads", self._upload),
            ("GET", "/uploads/<upload_id>", self._download),
            ("POST", "/feedback", self._feedback),
            ("GET", "/challenge", self._challenge),
            ("POST", "/challenge", self._challenge),
            ("POST", "/deltas", self._deltas),
        ):
            name = f"{method} {path}"
            self.add_route(answers_errors(handler), path, methods=[method], name=name, stream=method == "POST")

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        prefix = (options.get("url_prefix") or "").rstrip("/")
        self.ctx.app = app
        self.ctx.desk.sio.attach(app, f"{prefix}/socket.io")
        guard_origins(app, prefix, self.ctx.tenants)
        app.register_listener(self._begin, "after_server_start")
        app.register_listener(self._end, "after_server_stop")
        super().register(app, options)  # type: ignore[no-untyped-call]

    async def _end(self, _: Sanic, __: object) -> None:
        self.ctx.retention.stop()
        if self.ctx.challenge:
            await self.ctx.challenge.close()

    async def _begin(self, _: Sanic, __: object) -> None:
        await resume(self.ctx.desk, self.ctx.inbox)
        self.ctx.retention.start()
        agent = self.agent()
        if agent and agent.is_ready():
            await agent.parse_message("hello")  # the first one takes up to a second, which no customer should wait

    async def _health(self, _: Request) -> HTTPResponse:
        agent = self.agent()
        ready = bool(agent and agent.is_ready())
        return json_response({"status": "ok" if ready else "no model is loaded"}, status=200 if ready else 503)

    async def _history(self, request: Request) -> HTTPResponse:
        desk: Desk = self.ctx.desk
        session = guest(request, desk, request.args.get("key")).session(request.args.get("session"))
        return json_response({"session": session.id, "messages": await history(self.agent(), session.conversation)})

    async def _chat(self, request: Request) -> HTTPResponse | None:
        return await chat(request, self.ctx.desk)

    async def _upload(self, request: Request) -> HTTPResponse:
        return await upload(request, self.ctx.desk)

    async def _download(self, request: Request, upload_id: str) -> HTTPResponse:
        return await download(request, self.ctx.desk, upload_id)

    async def _feedback(self, request: Request) -> HTTPResponse:
        return await feedback(request, self.ctx.desk)

    async def _challenge(self, request: Request) -> HTTPResponse:
        page: ChallengePage | None = self.ctx.challenge
        if page is None:
            raise Forbidden("No challenge is configured.", hint="See CHALLENGE in docs/settings.md.")
        return await (page.solve if request.method == "POST" else page.show)(request, self.ctx.desk)

    async def _deltas(self, request: Request) -> HTTPResponse:
        """From the action server only: a piece of an answer in the making; answered with whether to go on."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self.ctx.deltas_token.encode()):
            raise Forbidden("Only the action server brings pieces of answers.")
        stopped = await self.ctx.desk.turns.hear(await read_json(request))
        return json_response({"stopped": stopped})

    async def _openapi(self, _: Request) -> HTTPResponse:
        return json_response(self.ctx.openapi, headers={"Cache-Control": "public, max-age=300"})
