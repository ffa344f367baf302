"""The way out of a messaging channel: what the bot says is rendered, kept in the outbox, and sent from there."""

import logging
from typing import Any

from connectors import background
from connectors.dispatch import Dispatch
from connectors.incoming import Incoming
from connectors.provider import Account, Provider
from connectors.speaker import Speaker
from connectors.turns import turns_of_this_process
from protocol.answers import AnswerCard
from protocol.conversation import Conversation

logger = logging.getLogger(__name__)

_STREAM_EVERY = 40  # characters between two drafts of an answer in the making


class ChannelOutput(Speaker):
    """Speaks to one customer in reply to `incoming`, or to anybody when there is none (a person, a reminder)."""

    def __init__(self, provider: Provider[Any], dispatch: Dispatch, incoming: Incoming | None = None) -> None:
        super().__init__()
        self._provider = provider
        self._dispatch = dispatch
        self._incoming = incoming
        self._parts = 0
        self.stopped = False
        self._streamed = ""
        self._shown = 0

    def name(self) -> str:  # Rasa asks for responses of this channel by it
        return self._provider.name

    async def deliver(self, recipient_id: str, response: dict[str, Any]) -> None:
        card = AnswerCard.from_custom(response.get("custom"))
        language = card.language if card else self.language
        route = self._incoming.route if self._incoming else {}
        parts = self._provider.render(response, language, route)
        replies_to = self._incoming.message.message_id if self._incoming else ""
        await self._dispatch.queue(recipient_id, replies_to, self._parts, parts)
        self._parts += len(parts)
        self._streamed, self._shown = "", 0

    async def start(self, recipient_id: str) -> None:
        if self._incoming:
            turns_of_this_process().begin(recipient_id, self._incoming.message.message_id, self)
            account: Account = self._provider.accounts[Conversation.parse(recipient_id).tenant]
            background.start(_quietly(self._provider.begin(account, self._incoming)))

    async def stop(self, recipient_id: str) -> None:
        if self._incoming:
            turns_of_this_process().end(recipient_id, self._incoming.message.message_id)

    async def interrupt(self, recipient_id: str) -> None:
        """No messaging app has a button for it; here for whoever stops a turn by its number."""
        self.stopped = True

    async def stream(self, recipient_id: str, seq: int, delta: str, *, passing: bool = False) -> None:
        if passing:
            return  # apps that redraw a draft a few times a minute wait for the sentence
        self._streamed += delta
        if self._incoming and len(self._streamed) - self._shown >= _STREAM_EVERY:
            self._shown = len(self._streamed)
            account = self._provider.accounts[Conversation.parse(recipient_id).tenant]
            await _quietly(self._provider.stream(account, self._incoming, self._streamed))


async def _quietly(sign: Any) -> None:
    """Signs and drafts are a courtesy: the answer comes without them, too."""
    try:
        await sign
    except Exception as error:
        logger.info("A sign to the customer was not sent: %s", error)
