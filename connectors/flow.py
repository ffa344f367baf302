"""The way of one message, the same for every channel: once, in order, within its limits, and never unanswered."""

import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from connectors import speech
from connectors.buttons import issued
from connectors.guard import ChallengeNeeded, Guard
from connectors.inbox import Inbox
from connectors.order import Order
from connectors.rates import Rate, TooFast
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
        guard: Guard,
    ) -> None:
        """`on_new_message` is Rasa's; `agent` gives its agent, which isn't there yet when channels are made."""
        self._tenants = tenants
        self._on_new_message = on_new_message
        self._agent = agent
        self._inbox = inbox
        self._guard = guard
        self._arrivals = Order()
        self._order = Order()
        self._languages: OrderedDict[str, Language] = OrderedDict()

    async def take(self, message: InboundMessage, speaker: Speaker) -> bool:
        """Accept a message and answer it; the same as the two."""
        return await self.answer(message, speaker, is_new=await self.accept(message))

    async def accept(self, message: InboundMessage) -> bool:
        """Keep a message; False when it came before. Messages of one conversation leave here in the order they came."""
        async with self._arrivals.turn(str(message.conversation)):
            return await self._inbox.accept(message)

    async def answer(self, message: InboundMessage, speaker: Speaker, *, is_new: bool) -> bool:
        """Answer an accepted message by `speaker`; False when it was answered before: the caller sends those replies again.

        Raises TooFast when the sender is over the rate and has been told so, ChallengeNeeded when a machine seems to write.
        """
        conversation_id = str(message.conversation)
        if not is_new:
            async with self._order.turn(conversation_id):  # the first one may be under way still
                return False
        try:
            rate = self.rate(message)
        except ChallengeNeeded:
            await self._inbox.release(message)
            raise
        if not (rate.allowed or rate.newly):
            await self._inbox.release(message)
            raise TooFast(rate.retry_after)
        async with self._order.turn(conversation_id):
            await self._speak(message, speaker, is_too_fast=not rate.allowed)
        return True

    @asynccontextmanager
    async def turn(self, conversation_id: str) -> AsyncIterator[Callable[[InboundMessage, Speaker], Awaitable[None]]]:
        """Hold the conversation; gives what answers one of its messages, whatever the rate: it was accepted before."""
        async with self._order.turn(conversation_id):
            yield self._speak

    async def _speak(self, message: InboundMessage, speaker: Speaker, *, is_too_fast: bool = False) -> None:
        conversation_id = str(message.conversation)
        language = await self.language(message)
        speaker.language = language
        await speaker.start(conversation_id)
        try:
            if is_too_fast:
                await speech.say(self._agent(), TooManyRequests.utterance, message, language, speaker)
            else:
                await self._answer(message, language, speaker)
        finally:
            await speaker.stop(conversation_id)
        await self._inbox.finish(message)

    def rate(self, message: InboundMessage) -> Rate:
        """Count a message of its sender; raises ChallengeNeeded."""
        return self._guard.judge(message, self._tenants[message.conversation.tenant].messages_per_minute)

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
