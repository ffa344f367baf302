"""What customers think of us."""

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import Engine

from actions.turn import Event, Turn, TurnAction
from protocol.answers import RATE_ANSWER, Rating
from protocol.tenants import Tenant
from reviews.feedback import Feedback, keep_feedback

_RATING = re.compile(r"[1-5]")


class RecordFeedback(TurnAction):
    """Keeps an opinion, with its rating where one was given."""

    def __init__(self, tenants: Mapping[str, Tenant], engine: Engine) -> None:
        super().__init__(tenants)
        self._engine = engine

    def name(self) -> str:
        return "action_record_feedback"

    async def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        rating = _RATING.fullmatch(turn.slot("rating"))
        await keep_feedback(
            self._engine,
            Feedback(
                tenant=turn.tenant.id,
                conversation=turn.conversation,
                language=turn.language,
                comment=turn.slot("comment") or turn.text,
                rating=int(rating.group()) if rating else None,
                dedupe_key=turn.once,
            ),
        )
        dispatcher.utter_message(response="utter_feedback_recorded")
        return [SlotSet("rating", None), SlotSet("comment", None)]


class RateAnswer(Action):
    """Keeps the thumb under an answer; what goes wrong is the web connector's to tell, so nothing is said here."""

    def __init__(self, tenants: Mapping[str, Tenant], engine: Engine) -> None:
        self._tenants = tenants
        self._engine = engine

    def name(self) -> str:
        return RATE_ANSWER

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        turn = Turn.read(tracker, self._tenants)
        metadata = tracker.latest_message["metadata"]
        rating = Rating.from_metadata(metadata)
        await keep_feedback(
            self._engine,
            Feedback(
                tenant=turn.tenant.id,
                conversation=turn.conversation,
                language=str(metadata.get("language") or turn.language),
                comment=f"[{rating.reason}] {rating.comment}".strip() if rating.reason else rating.comment,
                rating=5 if rating.helpful else 1,
                answer_id=rating.answer_id,
                dedupe_key=f"{turn.conversation}:answer:{rating.answer_id}",
            ),
        )
        return []
