"""After a start: answers what a dead process had acknowledged to browsers and not answered."""

import logging

from connectors import background
from connectors.presses import was_answered
from connectors.web_desk import Desk
from connectors.web_inbox import WebInbox
from protocol.errors import SahayakError
from protocol.messages import InboundMessage

logger = logging.getLogger(__name__)


async def resume(desk: Desk, inbox: WebInbox) -> None:
    """Start the work and return; messages of one conversation keep their order, and new ones come behind them."""
    try:
        messages = await inbox.unfinished()
    except SahayakError as error:
        logger.error("Messages of the web that a dead process left can't be read: %s", error)
        return
    if messages:
        logger.info("%d messages of the web are answered that a dead process left.", len(messages))
    for message in messages:
        background.start(_answer(desk, inbox, message))


async def _answer(desk: Desk, inbox: WebInbox, message: InboundMessage) -> None:
    conversation_id = str(message.conversation)
    try:
        async with desk.flow.turn(conversation_id) as answer:
            agent = desk.agent()
            if agent and agent.is_ready() and await was_answered(agent, message):
                await _deliver_again(desk, message)
                await inbox.finish(message)
            else:
                await answer(message, desk.output(message))
    except Exception:
        logger.exception("Message %s of %s failed.", message.message_id, conversation_id)


async def _deliver_again(desk: Desk, message: InboundMessage) -> None:
    """The turn was over but perhaps not heard; a browser that has the reply knows it by its id."""
    for reply in await desk.replies(message):
        await desk.mail.post(str(message.conversation), reply, message.message_id, held=False)
