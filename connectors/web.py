"""The web channel: `connectors.web.WebInput` in credentials.yml, served below `/webhooks/web`."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from socketio import AsyncServer

from connectors.challenge import Challenge, make_challenge
from connectors.database import open_database
from connectors.flow import Flow
from connectors.guard import Challenges, Guard
from connectors.identity import HostTokens
from connectors.provider import Http
from connectors.rates import Rates
from connectors.retention import Retention
from connectors.sessions import Sessions
from connectors.settings import ChannelSettings
from connectors.sql_inbox import SqlInbox
from connectors.tenants import Tenants
from connectors.turns import turns_of_this_process
from connectors.uploads import UploadFolder
from connectors.web_address import Floods
from connectors.web_challenge import ChallengePage
from connectors.web_desk import Desk
from connectors.web_inbox import WebInbox
from connectors.web_mail import Mail
from connectors.web_routes import WebBlueprint
from protocol.errors import SahayakError
from protocol.secret import read_or_make_secret, token


class WebInput(InputChannel):
    """The widget's socket, and the chat API beside it."""

    @classmethod
    def name(cls) -> str:
        return "web"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "WebInput":
        """Keys, all optional: `secret`, and the folders `tenants` and `var`; else SAHAYAK_SECRET, _TENANTS and _VAR."""
        given = credentials or {}
        try:
            settings = ChannelSettings.read(given)
            secret = (
                given.get("secret") or os.environ.get("SAHAYAK_SECRET") or read_or_make_secret(settings.var / "secret")
            )
            tenants = Tenants.read(settings.tenants)
            tokens = HostTokens.read(tenants.on_the_web(), os.environ)
            database = open_database(settings)
            inbox, retention = WebInbox(SqlInbox(database, cls.name())), Retention(database, cls.name(), settings)
            challenge = make_challenge(settings, Http())
            return cls(
                tenants, Sessions(secret), tokens, settings, token(secret, "deltas"), inbox, retention, challenge
            )
        except SahayakError as error:
            raise RasaException(str(error)) from error  # Rasa prints these in one line and stops

    def __init__(
        self,
        tenants: Tenants,
        sessions: Sessions,
        tokens: HostTokens,
        settings: ChannelSettings,
        deltas_token: str,
        inbox: WebInbox,
        retention: Retention,
        challenge: Challenge | None,
    ) -> None:
        """`deltas_token` is what the action server shows when it brings pieces of an answer."""
        self._tenants = tenants
        self._sessions = sessions
        self._tokens = tokens
        self._settings = settings
        self._deltas_token = deltas_token
        self._inbox = inbox
        self._retention = retention
        self._challenge = challenge
        self._desk: Desk | None = None

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Called once by Rasa, with its handler of messages."""
        blueprint = WebBlueprint(self._tenants, self._deltas_token)
        sio = AsyncServer(async_mode="sanic", cors_allowed_origins=blueprint.is_origin_known, cors_credentials=False)
        challenges = Challenges(f"{self._settings.public_url}/webhooks/web/challenge")
        page = ChallengePage(self._challenge, challenges) if self._challenge else None
        flow = Flow(self._tenants, on_new_message, blueprint.agent, self._inbox, Guard(challenges if page else None))
        uploads = UploadFolder(self._settings.var / "uploads")
        desk = Desk(
            self._tenants,
            self._sessions,
            self._tokens,
            uploads,
            Rates(),
            flow,
            Mail(sio),
            turns_of_this_process(),
            sio,
            blueprint.agent,
            Floods(),
            self._settings.trusted_proxies,
        )
        blueprint.serve(desk, self._inbox, self._retention, page)
        self._desk = desk
        return blueprint

    def get_output_channel(self) -> OutputChannel | None:
        """How a person, a reminder or another program speaks through the bot."""
        return self._desk.output() if self._desk else None
