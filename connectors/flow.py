"""The way of one message, the same for every channel: once, in order, within its limits, and never unanswered."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from connectors import speech
from connectors.buttons import issued
from connectors.inbox import Inbox
from connectors.order import Order
from connectors.rates import Rate, Rates, TooFast
from connectors.speaker import Speaker
from connectors.tenants import Tenants
from connectors.typed import PAPERCLIP, clean, harmless, is_blank
from protocol.errors import BadRequest, SahayakError, TooLarge, TooManyRequests
from protocol.languages import Language, recognise
from protocol.messages import MAX_TEXT, InboundMessage

logger = logging.getLogger(__name__)

_LANGUAGES_KEPT = 20_000  # conversations


class Flow:
    """A channel verifies and parses a message and hands it here with a `Speaker` to answer by."""

    def __init__(
        self,
        tenants: Tenants,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
        agent: Callable[[], Agent | None],
        inbox: Inbox,
        rates: Rates,
    ) -> None:
        """`on_new_message` is Rasa's; `agent` gives its agent, which isn't there yet when channels are made."""
        self._tenants = tenants
        self._on_new_message = on_new_message
        self._agent = agent
        self._inbox = inbox
        self._rates = rates
        self._order = Order()
        self._languages: OrderedDict[str, Language] = OrderedDict()

    async def take(self, message: InboundMessage, speaker: Speaker) -> bool:
        """Answer a message by `speaker`; False when it was answered before: the caller sends those replies again.

        Raises TooFast when the sender is over the rate and has been told so.
        """
        conversation_id = str(message.conversation)
        if not await self._inbox.accept(message):
            async with self._order.turn(conversation_id):  # the first one may be under way still
                return False
        rate = self.rate(message)
        if not (rate.allowed or rate.newly):
            await self._inbox.release(message)
            raise TooFast(rate.retry_after)
        async with self._order.turn(conversation_id):
            language = await self.language(message)
            speaker.language = language
            await speaker.start(conversation_id)
            try:
                if rate.allowed:
                    await self._answer(message, language, speaker)
                else:
                    await speech.say(self._agent(), TooManyRequests.utterance, message, language, speaker)
            finally:
                await speaker.stop(conversation_id)
            await self._inbox.finish(message)
        return True

    def rate(self, message: InboundMessage) -> Rate:
        """Count a message of its sender."""
        return self._rates.count(
            str(message.conversation), self._tenants[message.conversation.tenant].messages_per_minute
        )

    async def _answer(self, message: InboundMessage, language: Language, speaker: Speaker) -> None:
        text = clean(message.text)
        utterance = SahayakError.utterance
        if len(text) > MAX_TEXT:
            utterance = TooLarge.utterance
        elif is_blank(text) and not (message.payload or message.attachments):
            utterance = BadRequest.utterance
        else:
            try:
                await self._hear(message, text, speaker)
                if speaker.said or await self._is_paused(message):
                    return
                logger.error("Nothing was said to message %s of %s.", message.message_id, message.conversation)
            except Exception as error:  # whatever breaks in Rasa, the customer hears of it and the operator reads why
                logger.exception("Message %s of %s failed.", message.message_id, message.conversation)
                utterance = error.utterance if isinstance(error, SahayakError) else utterance
        if not speaker.said:
            await speech.say(self._agent(), utterance, message, language, speaker)

    async def _hear(self, message: InboundMessage, text: str, speaker: Speaker) -> None:
        agent = self._agent()
        if agent is None or not agent.is_ready():
            raise SahayakError("No model is loaded, so no message can be answered.", hint="Train one: make train.")
        payload = message.payload or (text if text.startswith("/") else "")
        titles = await issued(agent.tracker_store, str(message.conversation)) if payload else {}
        metadata = message.metadata()
        if payload in titles:
            metadata["title"] = titles[payload]
        await self._on_new_message(
            UserMessage(
                payload if payload in titles else harmless(("" if is_blank(text) else text) or payload or PAPERCLIP),
                output_channel=speaker,
                sender_id=str(message.conversation),
                input_channel=message.conversation.channel,
                message_id=message.message_id,
                metadata=metadata,
            )
        )

    async def _is_paused(self, message: InboundMessage) -> bool:
        """A person has taken over: then the bot's silence is meant."""
        agent = self._agent()
        tracker = await agent.tracker_store.retrieve(str(message.conversation)) if agent else None
        return bool(tracker and tracker.is_paused())

    async def language(self, message: InboundMessage) -> Language:
        """What the customer speaks: this message tells, or the conversation so far, or the tenant's file."""
        conversation_id = str(message.conversation)
        tenant = self._tenants[message.conversation.tenant]
        language = None if message.text.startswith("/") else recognise(message.text)
        language = language or self._languages.get(conversation_id)
        language = language or await speech.spoken_language(self._agent(), conversation_id)
        if language not in tenant.languages:
            language = tenant.language
        self._languages[conversation_id] = language
        self._languages.move_to_end(conversation_id)
        if len(self._languages) > _LANGUAGES_KEPT:
            self._languages.popitem(last=False)
        return language
