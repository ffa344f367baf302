"""The turns under way: where pieces of an answer in the making go, and which of them the customer has stopped."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from protocol.conversation import Conversation
from protocol.errors import BadRequest
from protocol.messages import MAX_TEXT

_LONGEST_PIECE = 4 * MAX_TEXT  # characters


class Turn(Protocol):
    """What a turn must be able to do; `WebOutput` and `ChannelOutput` are such."""

    stopped: bool

    async def stream(self, recipient_id: str, seq: int, delta: str, *, passing: bool = False) -> None:
        """Hand on a piece; a `passing` one gives way to the next of its number."""

    async def interrupt(self, recipient_id: str) -> None:
        """Hand on no more."""


@cache
def turns_of_this_process() -> "Turns":
    """Of all channels: pieces come in by one door, and Rasa makes each channel without knowledge of the others."""
    return Turns()


class Turns:
    """Found by conversation and by the customer's message."""

    def __init__(self) -> None:
        self._turns: dict[tuple[str, str], Turn] = {}

    def begin(self, conversation_id: str, message_id: str, turn: Turn) -> None:
        self._turns[conversation_id, message_id] = turn

    def end(self, conversation_id: str, message_id: str) -> None:
        self._turns.pop((conversation_id, message_id), None)

    async def stop(self, conversation_id: str, message_id: str) -> bool:
        """The customer wants no more of this answer; False when nothing is being made any more."""
        turn = self._turns.get((conversation_id, message_id))
        if turn is None:
            return False
        await turn.interrupt(conversation_id)
        return True

    async def hear(self, piece: Mapping[str, Any]) -> bool:
        """Hand on `{"conversation", "message_id", "seq", "text"}`; True when whoever writes it should stop.

        A piece without text only asks that, unless it is `passing`: such a one is replaced by the next of its number, and may take all
        away that was seen under it.
        """
        conversation_id, message_id, seq, text = (
            piece.get(name) for name in ("conversation", "message_id", "seq", "text")
        )
        if not (isinstance(conversation_id, str) and isinstance(message_id, str) and isinstance(text, str)):
            raise BadRequest("`conversation`, `message_id` and `text` must be texts.")
        if type(seq) is not int or not 0 <= seq < 10_000 or len(text) > _LONGEST_PIECE:
            raise BadRequest("`seq` must be a number from 0 up, and `text` no longer than an answer.")
        passing = piece.get("passing", False)
        if not isinstance(passing, bool):
            raise BadRequest("`passing` must be true or false.")
        Conversation.parse(conversation_id)
        turn = self._turns.get((conversation_id, message_id))
        if turn is None:
            return False  # over already: the whole answer tells it
        if (text or passing) and not turn.stopped:
            await turn.stream(conversation_id, seq, text, passing=passing)
        return turn.stopped
