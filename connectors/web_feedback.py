"""`POST /webhooks/web/feedback`: a thumb under an answer, kept by the action server where all feedback is kept."""

import logging
import uuid
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sanic.request import Request
from sanic.response import HTTPResponse

from connectors.sessions import Session
from connectors.typed import clean
from connectors.web_desk import Desk
from connectors.web_guest import guest
from connectors.web_http import read_json
from protocol.answers import RATE_ANSWER, Rating
from protocol.errors import BadRequest, StoreUnavailable, TooLarge

logger = logging.getLogger(__name__)

_LONGEST_COMMENT = 1_000  # characters


async def feedback(request: Request, desk: Desk) -> HTTPResponse:
    """`{"key", "session", "answer_id", "helpful", "reason"?, "comment"?}`; a second one on an answer replaces the first."""
    body = await read_json(request)
    session = guest(request, desk, body.get("key")).session(body.get("session"))
    rating = _parse(body)
    tracker = await _tracker(desk, session)
    language = _language_of(tracker, rating.answer_id)
    # a tracker of its own: the conversation itself hears nothing of a thumb, and no lock is waited for
    heard = tracker.init_copy()
    heard.update(
        UserUttered(
            rating.comment,
            message_id=uuid.uuid4().hex,
            metadata={"tenant": session.conversation.tenant, **rating.to_metadata(), "language": language},
        )
    )
    agent = desk.agent()
    assert agent is not None
    try:
        await RemoteAction(RATE_ANSWER, agent.action_endpoint).run(
            CollectingOutputChannel(), agent.nlg, heard, agent.domain
        )
    except RasaException as error:
        raise StoreUnavailable(f"The feedback can't be kept: {error}.") from error
    return HTTPResponse(status=204)


def _parse(body: dict[str, Any]) -> Rating:
    answer_id, helpful, reason = body.get("answer_id"), body.get("helpful"), body.get("reason") or ""
    comment = body.get("comment") or ""
    if not isinstance(answer_id, str) or not isinstance(helpful, bool) or not isinstance(comment, str):
        raise BadRequest("`answer_id` must be a text, `helpful` true or false, `comment` a text.")
    if len(comment) > _LONGEST_COMMENT:
        raise TooLarge(f"`comment` may have {_LONGEST_COMMENT:,} characters at most.")
    try:
        return Rating(answer_id, helpful, reason, clean(comment))
    except ValueError as error:
        raise BadRequest(str(error)) from error


async def _tracker(desk: Desk, session: Session) -> DialogueStateTracker:
    agent = desk.agent()
    if agent is None or not agent.is_ready():
        raise StoreUnavailable("The conversation can't be read: no model is loaded.")
    tracker = await agent.tracker_store.retrieve_full_tracker(str(session.conversation))
    if tracker is None:
        raise BadRequest("This conversation has no such answer.")
    return tracker


def _language_of(tracker: DialogueStateTracker, answer_id: str) -> str:
    """Raises BadRequest when the bot gave this conversation no such answer."""
    for event in tracker.events:
        if isinstance(event, BotUttered):
            answer = (event.data.get("custom") or {}).get("answer") or {}
            if answer.get("answer_id") == answer_id:
                return str(answer.get("language", ""))
    raise BadRequest("This conversation has no such answer.")
