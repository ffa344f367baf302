"""Works through the inbox: each sender's messages in order, their files fetched, every one answered once."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rasa.core.agent import Agent

from connectors import speech
from connectors.dispatch import Dispatch
from connectors.drain import Drain
from connectors.files import Files
from connectors.flow import Flow
from connectors.incoming import Incoming
from connectors.output import ChannelOutput
from connectors.presses import pressed, was_answered
from connectors.provider import Provider
from connectors.rates import Rates, TooFast
from connectors.sql_inbox import Entry, SqlInbox
from connectors.tenants import Tenants

logger = logging.getLogger(__name__)

_AT_ONCE = 16  # conversations; Rasa thinks about one message at a time anyway, but waits for actions meanwhile
_ATTEMPTS = 3


class Intake:
    """One channel's messages on their way into the flow."""

    def __init__(
        self,
        provider: Provider[Any],
        inbox: SqlInbox,
        dispatch: Dispatch,
        flow: Flow,
        files: Files,
        tenants: Tenants,
        agent: Callable[[], Agent | None],
    ) -> None:
        self._provider = provider
        self._inbox = inbox
        self._dispatch = dispatch
        self._flow = flow
        self._files = files
        self._tenants = tenants
        self._agent = agent
        self._rates = Rates()
        self._drain = Drain(self._next, _AT_ONCE)

    async def accept(self, incoming: Incoming) -> bool:
        """Keep a message; once this returns it is safe. False when it came before. Raises StoreUnavailable."""
        return await self._inbox.accept(incoming)

    def work(self, incoming: Incoming) -> None:
        """Begin to answer what was accepted."""
        self._drain.wake(str(incoming.message.conversation))

    async def resume(self) -> None:
        """After a start: take up what a dead process had accepted."""
        for conversation_id in await self._inbox.unfinished():
            self._drain.wake(conversation_id)

    async def _next(self, conversation_id: str) -> bool:
        entry = await self._inbox.begin(conversation_id)
        if entry is None:
            return False
        tenant = entry.incoming.message.conversation.tenant
        if tenant not in self._provider.accounts:
            await self._inbox.finish(entry, "The tenant has no account with this channel any more.")
            return True
        await self._pace(tenant)
        await self._dispatch.heard(conversation_id)
        try:
            await self._answer(entry)
        except TooFast as error:
            await self._inbox.finish(entry, str(error))
        except Exception as error:
            logger.exception("Message %s of %s failed.", entry.incoming.message.message_id, conversation_id)
            if entry.attempts >= _ATTEMPTS:
                await self._inbox.finish(entry, f"{type(error).__name__}: {error}")
            else:
                await asyncio.sleep(2.0**entry.attempts)
        else:
            await self._inbox.finish(entry)
        return True

    async def _answer(self, entry: Entry) -> None:
        incoming = entry.incoming
        agent = self._agent()
        ready = agent is not None and agent.is_ready()
        if entry.attempts > 1 and agent and ready and await was_answered(agent, incoming.message):
            return  # the process died between the turn's end and ours
        if incoming.media:
            incoming = await self._files.fetch(self._provider, incoming)
        if agent and ready and not incoming.utterance:
            incoming = replace(incoming, message=await pressed(agent, incoming.message, self._provider.numbered))
        output = ChannelOutput(self._provider, self._dispatch, incoming)
        if incoming.utterance:
            await self._refuse(incoming, output)
        else:
            await self._flow.take(incoming.message, output)

    async def _refuse(self, incoming: Incoming, output: ChannelOutput) -> None:
        conversation_id = str(incoming.message.conversation)
        rate = self._flow.rate(incoming.message)
        if not rate.allowed:
            raise TooFast(rate.retry_after)
        output.language = await self._flow.language(incoming.message)
        await output.start(conversation_id)
        await speech.say(self._agent(), incoming.utterance, incoming.message, output.language, output)
        await output.stop(conversation_id)

    async def _pace(self, tenant: str) -> None:
        """Messages over the tenant's rate wait here; nothing is lost."""
        while not (rate := self._rates.count(tenant, self._tenants[tenant].messages_per_minute_in_all)).allowed:
            if rate.newly:
                logger.warning("Tenant %s gets more messages than its limit; they wait.", tenant)
            await asyncio.sleep(min(rate.retry_after, 1.0))
