"""The flow of every webhook: verify, parse, keep, answer 200, and only then work. A provider fills in the rest."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from multidict import MultiDict
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic
from sanic.exceptions import PayloadTooLarge
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import text as text_response

from connectors.channel import Channel
from connectors.output import ChannelOutput
from connectors.provider import Http, Provider, WebhookRequest
from connectors.settings import ChannelSettings
from connectors.tenants import Tenants
from protocol.errors import BadRequest, Forbidden, SahayakError, StoreUnavailable, TooLarge

logger = logging.getLogger(__name__)

MAX_BODY = 1_000_000  # bytes; providers send links, never files


class WebhookInput(InputChannel):
    """A channel of Rasa's credentials.yml; a subclass names its provider and nothing else."""

    provider: type[Provider[Any]]

    @classmethod
    def name(cls) -> str:
        return cls.provider.name

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "WebhookInput":
        """Keys, both optional: the folders `tenants` and `var`. The accounts are in the tenants' files."""
        try:
            settings = ChannelSettings.read(credentials)
            return cls(Tenants.read(settings.tenants), settings)
        except SahayakError as error:
            raise RasaException(str(error)) from error  # Rasa prints these in one line and stops

    def __init__(self, tenants: Tenants, settings: ChannelSettings) -> None:
        accounts = {
            tenant.id: self.provider.account(tenant, tenant.channels[self.provider.name])
            for tenant in tenants
            if self.provider.name in tenant.channels
        }
        self._channel = Channel(self.provider(accounts, settings, Http()), tenants, settings) if accounts else None

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Called once by Rasa, with its handler of messages. Without an account there is nothing to serve."""
        blueprint = _WebhookBlueprint(f"{self.provider.name}_webhook")
        if self._channel:
            self._channel.connect(on_new_message, blueprint.agent)
            blueprint.serve(self._channel)
        return blueprint

    def get_output_channel(self) -> OutputChannel | None:
        """How a person, a reminder or another program speaks through the bot."""
        return ChannelOutput(self._channel.provider, self._channel.dispatch) if self._channel else None


class _WebhookBlueprint(Blueprint):
    """`GET` and `POST` of `/webhooks/<channel>/webhook`, and of `/webhooks/<channel>/webhook/<tenant>`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.ctx.app = None

    def agent(self) -> Agent | None:
        """Rasa's agent, once it is loaded."""
        return getattr(self.ctx.app.ctx, "agent", None) if self.ctx.app else None

    def serve(self, channel: Channel) -> None:
        self.ctx.channel = channel

        async def challenge(request: Request, tenant: str = "") -> HTTPResponse:  # Sanic marks functions, not methods
            return await self._challenge(request, tenant)

        async def receive(request: Request, tenant: str = "") -> HTTPResponse:
            return await self._receive(request, tenant)

        for path, name in (("/webhook", "webhook"), ("/webhook/<tenant:str>", "tenant_webhook")):
            self.add_route(challenge, path, methods=["GET"], name=f"{name}_challenge")
            self.add_route(receive, path, methods=["POST"], name=name, stream=True)

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        self.ctx.app = app
        if hasattr(self.ctx, "channel"):
            app.register_listener(self._resume, "after_server_start")
            app.register_listener(self._close, "after_server_stop")
        super().register(app, options)  # type: ignore[no-untyped-call]

    async def _resume(self, _: Sanic, __: object) -> None:
        await self.ctx.channel.resume()

    async def _close(self, _: Sanic, __: object) -> None:
        await self.ctx.channel.close()

    async def _challenge(self, request: Request, tenant: str) -> HTTPResponse:
        try:
            return text_response(self.ctx.channel.provider.challenge(self._read(request, tenant, b"")))
        except SahayakError as error:
            return _refusal(error)

    async def _receive(self, request: Request, tenant: str) -> HTTPResponse:
        try:
            body = await _body(request)
            await self.ctx.channel.receive(self._read(request, tenant, body))
        except SahayakError as error:
            return _refusal(error)
        text, content_type = self.ctx.channel.provider.acknowledgement
        return text_response(text, content_type=content_type)

    def _read(self, request: Request, tenant: str, body: bytes) -> WebhookRequest:
        query = f"?{request.query_string}" if request.query_string else ""
        return WebhookRequest(
            url=f"{self.ctx.channel.settings.public_url}{request.path}{query}",
            headers={name.lower(): value for name, value in request.headers.items()},
            query=MultiDict(request.get_query_args(keep_blank_values=True)),
            body=body,
            tenant=tenant,
        )


async def _body(request: Request) -> bytes:
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MAX_BODY:
        raise TooLarge(f"A webhook may have {MAX_BODY:,} bytes at most.")
    incoming: Any = request  # Sanic leaves these two untyped
    incoming.stream.request_max_size = MAX_BODY
    try:
        await incoming.receive_body()
    except PayloadTooLarge as error:
        raise TooLarge(f"A webhook may have {MAX_BODY:,} bytes at most.") from error
    return bytes(request.body)


def _refusal(error: SahayakError) -> HTTPResponse:
    """One line, and the status by which the provider knows whether to try again: only 503 means so."""
    statuses = ((TooLarge, 413), (BadRequest, 400), (Forbidden, 403), (StoreUnavailable, 503))
    status = next((status for kind, status in statuses if isinstance(error, kind)), 500)
    log = logger.error if status >= 500 else logger.warning
    log("A webhook was refused with %d: %s", status, error)
    return text_response(str(error), status=status)
