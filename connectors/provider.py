"""What a messaging provider fills in; everything else is `webhook`, `intake` and `dispatch`. See docs/adding-a-channel.md."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import aiohttp
from multidict import MultiDict

from connectors.failures import NotSent
from connectors.incoming import Incoming, Media, Parsed
from connectors.outbox import Part
from connectors.settings import ChannelSettings
from protocol.conversation import Conversation
from protocol.errors import Forbidden
from protocol.tenants import Tenant


@dataclass(frozen=True)
class Account:
    """One tenant's account with the provider; each provider adds its keys."""

    tenant: str


A = TypeVar("A", bound=Account)


@dataclass(frozen=True)
class WebhookRequest:
    """A call of the provider, its body untouched."""

    url: str  # as the provider called it, with the query
    headers: Mapping[str, str]  # names in lower case
    query: "MultiDict[str]"
    body: bytes
    tenant: str = ""  # of a webhook that has one in its path


class Provider(ABC, Generic[A]):
    """Three blanks: verify, parse, send; and the shape of what is sent."""

    name: str  # of the channel: in conversation ids, routes and tenants' files
    window: float = 0.0  # seconds after the customer's last message in which anything may be sent; 0: always
    per_second: float = 20.0  # sends by one account
    acknowledgement: tuple[str, str] = ("", "text/plain")  # what a webhook is answered with, and its type

    def __init__(self, accounts: Mapping[str, A], settings: ChannelSettings, http: "Http") -> None:
        """`accounts` by tenant."""
        self.accounts = accounts
        self.settings = settings
        self.http = http

    @classmethod
    @abstractmethod
    def account(cls, tenant: Tenant, entry: Mapping[str, Any]) -> A:
        """Read `channels.<name>` of the tenant's file; raises SettingsError that names the key."""

    @abstractmethod
    def verify(self, request: WebhookRequest) -> A:
        """Whose webhook this is; raises Forbidden unless the provider itself signed it."""

    @abstractmethod
    def parse(self, account: A, request: WebhookRequest) -> Parsed:
        """What it brings; raises BadRequest only for what can't be of the provider's making."""

    @abstractmethod
    def render(self, response: Mapping[str, Any], language: str, route: Mapping[str, Any]) -> list[Part]:
        """One of the bot's responses as messages of this channel, each within its limits."""

    @abstractmethod
    async def send(self, account: A, conversation: Conversation, part: Part) -> str:
        """Send one; returns the provider's id of it. Raises NotSent, TryAgain or OutsideWindow."""

    @abstractmethod
    async def fetch(self, account: A, media: Media) -> bytes:
        """The content of a file. Raises TooLarge, BadRequest, or TryAgain."""

    def challenge(self, request: WebhookRequest) -> str:
        """Answers the provider's GET, by which it asks whether the webhook is ours; raises Forbidden."""
        raise Forbidden("This webhook takes POST only.")

    async def begin(self, account: A, incoming: Incoming) -> None:
        """The bot is working on a message: a read receipt, a typing sign, an answered button."""

    async def stream(self, account: A, incoming: Incoming, text: str) -> None:
        """An answer as far as it is made."""

    async def invite(self, account: A, conversation: Conversation, language: str) -> None:
        """Send the template that asks an absent customer to write; raises NotSent."""
        raise NotSent("The customer's window is closed and the account has no template.")

    def numbered(self, buttons: list[dict[str, Any]]) -> bool:
        """Whether these are shown as a list of numbers, one of which the customer types."""
        return False


class Http:
    """The channel's connections, opened by the first that needs one, and closed with the server."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30, connect=10))
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
