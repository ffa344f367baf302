"""What the web's routes and its socket work with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rasa.core.agent import Agent
from socketio import AsyncServer

from connectors.flow import Flow
from connectors.identity import HostTokens
from connectors.rates import Rates
from connectors.sessions import Sessions
from connectors.tenants import Tenants
from connectors.turns import Turns
from connectors.uploads import Uploads
from connectors.web_address import Floods
from connectors.web_history import replies
from connectors.web_mail import Mail
from connectors.web_output import Listener, WebOutput
from protocol.messages import InboundMessage


@dataclass(frozen=True)
class Desk:
    """Made once per server; handed to each route."""

    tenants: Tenants
    sessions: Sessions
    tokens: HostTokens
    uploads: Uploads
    upload_rates: Rates
    flow: Flow
    mail: Mail
    turns: Turns
    sio: AsyncServer
    agent: Callable[[], Agent | None]
    floods: Floods
    proxies: int  # of our own, between the visitors and this process

    def output(
        self, message: InboundMessage | None = None, *, held: bool = False, listener: Listener | None = None
    ) -> WebOutput:
        """A way out; `held`: the reader gets what is said by HTTP as well."""
        return WebOutput(self.sio, self.mail, self.turns, message, held=held, listener=listener)

    async def replies(self, message: InboundMessage) -> list[dict[str, Any]]:
        """What was answered to a message, by this process or by one before; raises StoreUnavailable."""
        known = self.mail.replies(str(message.conversation), message.message_id)
        return known or await replies(self.agent(), message)
