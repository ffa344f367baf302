"""The bot's messages on their way to browsers: numbered, kept for a while, and sent again to who missed them."""

import time
import uuid
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any

from socketio import AsyncServer

_KEPT = 60  # messages per conversation; the tracker has them all
_CONVERSATIONS = 5_000


@dataclass
class _Letter:
    seq: int
    replies_to: str  # a customer's message id
    message: dict[str, Any]
    delivered: bool


@dataclass
class _Box:
    letters: deque[_Letter] = field(default_factory=lambda: deque(maxlen=_KEPT))
    seq: int = 0
    latest: str = ""  # the customer's message that was handled last
    counts: dict[str, int] = field(default_factory=dict)


class Mail:
    """Sends to all tabs of a conversation at once."""

    def __init__(self, sio: AsyncServer) -> None:
        self._sio = sio
        self._boxes: OrderedDict[str, _Box] = OrderedDict()

    async def post(self, conversation_id: str, message: dict[str, Any], replies_to: str, *, held: bool) -> None:
        """Stamp `metadata.id` and `metadata.seq`, keep the message, emit it; `held`: its reader gets it by HTTP too."""
        box = self._box(conversation_id)
        box.latest = replies_to or box.latest
        # Rises across restarts of the server as well, so that a browser's last number stays good.
        box.seq = max(box.seq + 1, int(time.time() * 1_000))
        message["metadata"].update(id=self._id(box), seq=box.seq)
        delivered = held or self._someone_listens(conversation_id)
        box.letters.append(_Letter(box.seq, replies_to, message, delivered))
        await self._sio.emit("bot_uttered", message, room=conversation_id)

    async def catch_up(self, conversation_id: str, socket_id: str, last_seq: int | None) -> None:
        """Send a socket what came after `last_seq`, or, when it can't tell, what nobody was there to hear."""
        for letter in list(self._box(conversation_id).letters):
            if letter.seq > last_seq if last_seq is not None else not letter.delivered:
                letter.delivered = True
                await self._sio.emit("bot_uttered", letter.message, room=socket_id)

    def replies(self, conversation_id: str, message_id: str) -> list[dict[str, Any]]:
        """What was answered to one message."""
        letters = self._boxes[conversation_id].letters if conversation_id in self._boxes else ()
        return [letter.message for letter in letters if letter.replies_to == message_id]

    def _box(self, conversation_id: str) -> _Box:
        box = self._boxes.setdefault(conversation_id, _Box())
        self._boxes.move_to_end(conversation_id)
        if len(self._boxes) > _CONVERSATIONS:
            self._boxes.popitem(last=False)
        return box

    def _someone_listens(self, conversation_id: str) -> bool:
        return any(True for _ in self._sio.manager.get_participants("/", conversation_id))

    @staticmethod
    def _id(box: _Box) -> str:
        """`<customer's message id>:<n>`; history makes the same of the tracker, so that nothing is shown twice."""
        if not box.latest:
            return uuid.uuid4().hex
        count = box.counts.get(box.latest, 0) + 1
        box.counts = {box.latest: count}
        return f"{box.latest}:{count}"
