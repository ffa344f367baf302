"""Free questions, error reports and everything that wasn't understood: answered from the tenant's documents."""

from collections.abc import Mapping

from rasa_sdk.executor import CollectingDispatcher

from actions.pieces import WebPieces
from actions.recollection import Recalled, Recollection
from actions.turn import Event, Turn, TurnAction
from answering.answerer import Answerer
from answering.question import Question
from protocol.tenants import Tenant


class Answer(TurnAction):
    """Answers with sources, or says honestly that no document tells and offers a ticket or a person."""

    def __init__(
        self,
        tenants: Mapping[str, Tenant],
        answerer: Answerer,
        recollection: Recollection,
        name: str = "action_answer",
        *,
        pieces: WebPieces | None = None,
    ) -> None:
        """With `pieces`, customers of channels that can show it read along while a model writes."""
        super().__init__(tenants)
        self._answerer = answerer
        self._recollection = recollection
        self._pieces = pieces
        self._name = name

    def name(self) -> str:
        return self._name

    async def act(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[Event]:
        return await self._answer(turn, await self._recollection.hear(turn), dispatcher)

    async def _answer(self, turn: Turn, recalled: Recalled, dispatcher: CollectingDispatcher) -> list[Event]:
        answer = await self._answerer.answer(
            Question(
                tenant=turn.tenant,
                text=turn.text,
                language=turn.language,
                conversation=turn.conversation,
                message_id=turn.message_id,
                correlation_id=turn.correlation_id,
                said=turn.said,
                facts=recalled.facts,
                private_to=turn.known_as if recalled.facts else "",
            ),
            self._pieces.audience(turn) if self._pieces else None,
        )
        card = answer.card().to_custom()
        if answer.refused and not answer.policy:
            dispatcher.utter_message(response="utter_no_source", json_message=card)
        else:
            buttons = [{"title": title, "payload": title} for title in answer.choices]
            dispatcher.utter_message(text=answer.text, json_message=card, buttons=buttons)
        return recalled.ask(turn, dispatcher, calm=not (answer.refused or answer.choices))
