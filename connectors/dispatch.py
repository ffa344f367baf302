"""Sends what is in the outbox: in order, at the provider's pace, again when it may help, and no more when it can't."""

import asyncio
import logging
import random
import time
import uuid
from collections.abc import Sequence
from typing import Any

from connectors.drain import Drain
from connectors.failures import NotSent, OutsideWindow, TryAgain
from connectors.outbox import Outbox, Parcel, Part
from connectors.provider import Provider
from connectors.sql_inbox import SqlInbox
from protocol.conversation import Conversation

logger = logging.getLogger(__name__)

_AT_ONCE = 32  # conversations
_ATTEMPTS = 10
_FIRST_WAIT = 0.5  # seconds; doubled each time
_LONGEST_WAIT = 60.0


class Dispatch:
    """One channel's way to its provider."""

    def __init__(self, provider: Provider[Any], outbox: Outbox, inbox: SqlInbox) -> None:
        self._provider = provider
        self._outbox = outbox
        self._inbox = inbox
        self._drain = Drain(self._next, _AT_ONCE)
        self._free_at: dict[str, float] = {}  # by tenant: when the account may send again

    async def queue(self, conversation_id: str, replies_to: str, first: int, parts: Sequence[Part]) -> None:
        """Keep what the bot says, then send it."""
        await self._outbox.put(conversation_id, replies_to or uuid.uuid4().hex, first, parts)
        self._drain.wake(conversation_id)

    async def heard(self, conversation_id: str) -> None:
        """The customer wrote, so that the window is open: what waited for it goes out."""
        if await self._outbox.release(conversation_id):
            self._drain.wake(conversation_id)

    async def resume(self) -> None:
        """After a start: send what a dead process had not."""
        for conversation_id in await self._outbox.unsent():
            self._drain.wake(conversation_id)

    async def _next(self, conversation_id: str) -> bool:
        parcel = await self._outbox.begin(conversation_id)
        if parcel is None:
            return False
        conversation = Conversation.parse(conversation_id)
        if conversation.tenant not in self._provider.accounts:
            await self._give_up(parcel, "The tenant has no account with this channel any more.")
            return True
        try:
            if await self._is_window_closed(conversation_id):
                raise OutsideWindow("The customer hasn't written for too long.")
            await self._pace(conversation.tenant)
            account = self._provider.accounts[conversation.tenant]
            await self._outbox.sent(parcel, await self._provider.send(account, conversation, parcel.part))
        except OutsideWindow as error:
            await self._invite(parcel, conversation, error)
        except TryAgain as error:
            await self._later(parcel, error)
        except NotSent as error:
            await self._give_up(parcel, str(error))
        except Exception as error:
            logger.exception("Part %d to %s failed.", parcel.id, conversation_id)
            await self._later(parcel, TryAgain(f"{type(error).__name__}: {error}"))
        return True

    async def _later(self, parcel: Parcel, error: TryAgain) -> None:
        if parcel.attempts >= _ATTEMPTS:
            await self._give_up(parcel, f"Given up after {parcel.attempts} attempts: {error}")
            return
        await self._outbox.retried(parcel, str(error))
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (parcel.attempts - 1))
        await asyncio.sleep(max(error.seconds, wait * random.uniform(0.5, 1.0)))  # noqa: S311 - no secret

    async def _invite(self, parcel: Parcel, conversation: Conversation, error: OutsideWindow) -> None:
        """Ask the customer to write by a template, once, and hold the rest until then."""
        try:
            if await self._outbox.hold(parcel):
                account = self._provider.accounts[conversation.tenant]
                await self._provider.invite(account, conversation, str(parcel.part.get("language", "")))
        except TryAgain as later:
            await self._later(parcel, later)
        except NotSent as refused:
            await self._give_up(parcel, f"{error} {refused}")

    async def _give_up(self, parcel: Parcel, reason: str) -> None:
        logger.error("Part %d to %s can't be delivered: %s", parcel.id, parcel.conversation, reason)
        await self._outbox.failed(parcel, reason)

    async def _is_window_closed(self, conversation_id: str) -> bool:
        if not self._provider.window:
            return False
        return time.time() - await self._inbox.last_heard(conversation_id) > self._provider.window

    async def _pace(self, tenant: str) -> None:
        now = time.monotonic()
        free_at = max(now, self._free_at.get(tenant, 0.0))
        self._free_at[tenant] = free_at + 1 / self._provider.per_second
        await asyncio.sleep(free_at - now)
