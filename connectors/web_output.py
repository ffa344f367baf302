"""The way out to the web."""

from collections.abc import Awaitable, Callable
from typing import Any

from socketio import AsyncServer

from connectors.speaker import Speaker
from connectors.turns import Turns
from connectors.web_mail import Mail
from connectors.web_render import socket_message
from protocol.messages import InboundMessage

Listener = Callable[[str, dict[str, Any]], Awaitable[None]]


class WebOutput(Speaker):
    """Speaks in one conversation, to all its tabs; keeps what it said for the chat API."""

    @classmethod
    def name(cls) -> str:
        return "web"

    def __init__(
        self,
        sio: AsyncServer,
        mail: Mail,
        turns: Turns,
        message: InboundMessage | None,
        *,
        held: bool,
        listener: Listener | None,
    ) -> None:
        """`message` is replied to (none: a person or a reminder speaks); `listener` hears each event by its name."""
        super().__init__()
        self._sio = sio
        self._mail = mail
        self._turns = turns
        self._message = message
        self._held = held
        self._listener = listener
        self.stopped = False  # by the customer: no more pieces are sent, only the whole
        self.messages: list[dict[str, Any]] = []

    async def deliver(self, recipient_id: str, response: dict[str, Any]) -> None:
        metadata: dict[str, Any] = {}
        if self._message:
            metadata["message_id"] = self._message.message_id
            metadata["correlation_id"] = self._message.correlation_id
        if self.language:
            metadata["language"] = self.language
        if self.stopped:
            metadata["stopped"] = True
        message = socket_message(response, metadata)
        replies_to = self._message.message_id if self._message else ""
        await self._mail.post(recipient_id, message, replies_to, held=self._held)
        self.language = message["metadata"].get("language", self.language)  # an answer knows its own better
        self.messages.append(message)
        if self._listener:
            await self._listener("message", message)

    async def start(self, recipient_id: str) -> None:
        if self._message:
            self._turns.begin(recipient_id, self._message.message_id, self)
        await self._sio.emit("bot_typing", {"typing": True}, room=recipient_id)

    async def stop(self, recipient_id: str) -> None:
        if self._message:
            self._turns.end(recipient_id, self._message.message_id)
        await self._sio.emit("bot_typing", {"typing": False}, room=recipient_id)

    async def interrupt(self, recipient_id: str) -> None:
        """The customer wants no more of this: the pieces end here, the message follows as far as it was made."""
        self.stopped = True
        await self._sio.emit("bot_typing", {"typing": False}, room=recipient_id)

    async def stream(self, recipient_id: str, seq: int, delta: str, *, passing: bool = False) -> None:
        message_id = self._message.message_id if self._message else ""
        piece: dict[str, Any] = {"message_id": message_id, "seq": seq, "text": delta}
        if passing:
            piece["passing"] = True
        await self._sio.emit("bot_stream", piece, room=recipient_id)
        if self._listener:
            await self._listener("delta", piece)
