"""Who may go on writing: rates for everybody, and for whoever looks like a machine a challenge, where there is one."""

import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from connectors.rates import Rate, Rates
from connectors.suspicion import Suspicion
from protocol.errors import Forbidden
from protocol.messages import InboundMessage

logger = logging.getLogger(__name__)

_TICKET_SECONDS = 900.0
_TRUSTED_SECONDS = 24 * 3600.0
_KEPT = 10_000


class ChallengeNeeded(Forbidden):
    """The sender must show at `url` that a person is there; then the message may be brought again."""

    def __init__(self, url: str) -> None:
        super().__init__("Please confirm that you are a person.", hint="The address in `challenge` asks for it.")
        self.url = url


class Challenges:
    """Tickets of the conversations that are challenged, and those that have passed, in this process."""

    def __init__(self, page: str, clock: Callable[[], float] = time.monotonic) -> None:
        """`page` is the address where a challenge is shown; a ticket in its query takes the session's place there."""
        self._page = page
        self._clock = clock
        self._tickets: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._passed: OrderedDict[str, float] = OrderedDict()

    def url(self, conversation_id: str) -> str:
        """Where this conversation is challenged."""
        ticket = secrets.token_urlsafe(18)
        self._tickets[ticket] = (self._clock() + _TICKET_SECONDS, conversation_id)
        if len(self._tickets) > _KEPT:
            self._tickets.popitem(last=False)
        return f"{self._page}?ticket={ticket}"

    def conversation(self, ticket: str) -> str:
        """Whose ticket it is; raises Forbidden."""
        until, conversation_id = self._tickets.get(ticket, (0.0, ""))
        if not conversation_id or self._clock() > until:
            raise Forbidden("This challenge is over.", hint="Write again in the chat.")
        return conversation_id

    def passed(self, ticket: str) -> str:
        """Trust the ticket's conversation for a day; returns it. Raises Forbidden."""
        conversation_id = self.conversation(ticket)
        del self._tickets[ticket]
        self._passed[conversation_id] = self._clock() + _TRUSTED_SECONDS
        if len(self._passed) > _KEPT:
            self._passed.popitem(last=False)
        return conversation_id

    def is_trusted(self, conversation_id: str) -> bool:
        return self._clock() < self._passed.get(conversation_id, 0.0)


class Guard:
    """One channel's."""

    def __init__(self, challenges: Challenges | None = None) -> None:
        """`challenges`: of a channel whose visitors can open a page."""
        self._challenges = challenges
        self._rates = Rates()
        self._suspicion = Suspicion()
        self._refused = Rates()

    def judge(self, message: InboundMessage, per_minute: int) -> Rate:
        """Count a message of its sender; raises ChallengeNeeded."""
        conversation_id = str(message.conversation)
        rate = self._rates.count(conversation_id, per_minute)
        reason = self._suspicion.of(message) if rate.allowed else ""
        if not reason:
            return rate
        if self._challenges and self._challenges.is_trusted(conversation_id):
            return rate
        logger.warning("Message %s of %s is held for spam: %s.", message.message_id, conversation_id, reason)
        if self._challenges:
            raise ChallengeNeeded(self._challenges.url(conversation_id))
        return self._refused.count(conversation_id, 0)
