"""The web channel: `connectors.web.WebInput` in credentials.yml, served below `/webhooks/web`."""

import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from socketio import AsyncServer

from connectors.flow import Flow
from connectors.identity import HostTokens
from connectors.inbox import MemoryInbox
from connectors.rates import Rates
from connectors.sessions import Sessions
from connectors.tenants import Tenants
from connectors.uploads import UploadFolder
from connectors.web_desk import Desk
from connectors.web_mail import Mail
from connectors.web_routes import WebBlueprint
from connectors.web_turns import Turns
from protocol.errors import SettingsError
from protocol.secret import read_or_make_secret, token

PROJECT = Path(__file__).resolve().parent.parent
OPENAPI = Path(__file__).with_name("web_openapi.json")


class WebInput(InputChannel):
    """The widget's socket, and the chat API beside it."""

    @classmethod
    def name(cls) -> str:
        return "web"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "WebInput":
        """Keys, all optional: `secret`, and the folders `tenants` and `var`; else SAHAYAK_SECRET, _TENANTS and _VAR."""
        given = credentials or {}
        var = _folder(given, "var")
        try:
            secret = given.get("secret") or os.environ.get("SAHAYAK_SECRET") or read_or_make_secret(var / "secret")
            tenants = Tenants.read(_folder(given, "tenants"))
            tokens = HostTokens.read(tenants.on_the_web(), os.environ)
            return cls(tenants, Sessions(secret), tokens, var / "uploads", token(secret, "deltas"))
        except SettingsError as error:
            raise RasaException(str(error)) from error  # Rasa prints these in one line and stops

    def __init__(
        self, tenants: Tenants, sessions: Sessions, tokens: HostTokens, uploads: Path, deltas_token: str
    ) -> None:
        """`deltas_token` is what the action server shows when it brings pieces of an answer."""
        self._tenants = tenants
        self._sessions = sessions
        self._tokens = tokens
        self._uploads = uploads
        self._deltas_token = deltas_token
        self._desk: Desk | None = None

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Called once by Rasa, with its handler of messages."""
        blueprint = WebBlueprint(self._tenants, self._deltas_token)
        sio = AsyncServer(async_mode="sanic", cors_allowed_origins=blueprint.is_origin_known, cors_credentials=False)
        flow = Flow(self._tenants, on_new_message, blueprint.agent, MemoryInbox(), Rates())
        uploads = UploadFolder(self._uploads)
        desk = Desk(
            self._tenants,
            self._sessions,
            self._tokens,
            uploads,
            Rates(),
            flow,
            Mail(sio),
            Turns(),
            sio,
            blueprint.agent,
        )
        blueprint.serve(desk)
        self._desk = desk
        return blueprint

    def get_output_channel(self) -> OutputChannel | None:
        """How a person, a reminder or another program speaks through the bot."""
        return self._desk.output() if self._desk else None


def _folder(credentials: Mapping[str, Any], name: str) -> Path:
    variable = f"SAHAYAK_{name.upper()}"
    return PROJECT / (credentials.get(name) or os.environ.get(variable) or name)
