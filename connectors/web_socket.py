"""Rasa's socket protocol: connect, `session_request`, `session_confirm`, `user_uttered`, `bot_uttered`."""

import json
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from socketio.exceptions import ConnectionRefusedError as Refused

from connectors import background, origins
from connectors.identity import Visitor
from connectors.sessions import Session
from connectors.web_address import address_of
from connectors.web_desk import Desk
from connectors.web_files import named_uploads
from connectors.web_history import history
from connectors.web_http import error_body
from connectors.web_visitor import introduce
from protocol.errors import BadRequest, Forbidden, SahayakError
from protocol.messages import InboundMessage
from protocol.tenants import Tenant

logger = logging.getLogger(__name__)

_SESSIONS_PER_SOCKET = 20


@dataclass
class _Guest:
    tenant: Tenant
    visitor: Visitor
    address: str
    sessions: dict[str, Session] = field(default_factory=dict)  # by id; the socket may speak in these only


class WebSocket:
    """All sockets of this server."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._guests: dict[str, _Guest] = {}

    def listen(self) -> None:
        """Register the events."""
        for name in ("connect", "disconnect", "session_request", "session_history", "visitor", "user_uttered", "stop"):
            self._desk.sio.on(name, getattr(self, f"_{name}"))

    async def _connect(self, socket_id: str, environ: Mapping[str, Any], auth: object) -> None:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        given = auth if isinstance(auth, Mapping) else {}
        try:
            tenant = self._desk.tenants.by_web_key(given.get("key") or query.get("key", [None])[0])
            origins.check(tenant, environ.get("HTTP_ORIGIN"))
            visitor = self._desk.tokens.visitor(tenant, given.get("token"))
        except Forbidden as error:
            raise Refused(str(error), error_body(error)["error"]) from error
        self._guests[socket_id] = _Guest(tenant, visitor, address_of(environ["sanic.request"], self._desk.proxies))

    async def _disconnect(self, socket_id: str, _reason: object = None) -> None:
        self._guests.pop(socket_id, None)

    async def _session_request(self, socket_id: str, data: object = None) -> None:
        """`{"session_id": string | null, "last_seq"?: number}`; an id that isn't ours is answered with a new one."""
        guest = self._guests[socket_id]
        request = data if isinstance(data, Mapping) else {}
        session = self._desk.sessions.resume_or_start(
            request.get("session_id"), guest.tenant.id, guest.visitor.identity
        )
        if session.id not in guest.sessions and len(guest.sessions) >= _SESSIONS_PER_SOCKET:
            await self._refuse(socket_id, Forbidden("Too many sessions on one connection."))
            return
        guest.sessions[session.id] = session
        conversation_id = str(session.conversation)
        await self._desk.sio.enter_room(socket_id, conversation_id)
        await self._desk.sio.emit("session_confirm", session.id, room=socket_id)
        last_seq = request.get("last_seq")
        await self._desk.mail.catch_up(conversation_id, socket_id, last_seq if type(last_seq) is int else None)

    async def _session_history(self, socket_id: str, data: object = None) -> dict[str, Any]:
        """`{"session_id"}` is answered, as the acknowledgement and as an event, with the messages so far."""
        try:
            session = self._session(socket_id, data if isinstance(data, Mapping) else {})
            messages = await history(self._desk.agent(), session.conversation)
        except SahayakError as error:
            return await self._refuse(socket_id, error)
        answer = {"session_id": session.id, "messages": messages}
        await self._desk.sio.emit("session_history", answer, room=socket_id)
        return answer

    async def _visitor(self, socket_id: str, data: object = None) -> dict[str, Any]:
        """`{"session_id", "person"?, "phone"?, "email"?}`: what the form before the chat was told."""
        try:
            fields = data if isinstance(data, Mapping) else {}
            session = self._session(socket_id, fields)
            await introduce(self._desk, session, fields)
        except SahayakError as error:
            return await self._refuse(socket_id, error)
        return {"session_id": session.id}

    async def _stop(self, socket_id: str, data: object = None) -> dict[str, Any]:
        """`{"session_id", "message_id"}`: no more of the answer to this message; `stopped` is false when it is over."""
        try:
            request = data if isinstance(data, Mapping) else {}
            session = self._session(socket_id, request)
            stopped = await self._desk.turns.stop(str(session.conversation), str(request.get("message_id")))
        except SahayakError as error:
            return await self._refuse(socket_id, error)
        return {"stopped": stopped}

    async def _user_uttered(self, socket_id: str, data: object = None) -> dict[str, Any]:
        """`{"message", "session_id", "metadata" | "customData"}`; acknowledged once it is kept, answered by `bot_uttered`."""
        try:
            if not isinstance(data, Mapping) or not isinstance(data.get("message", ""), str):
                raise BadRequest("`user_uttered` takes an object with a text as `message`.")
            message = self._parse(data, self._session(socket_id, data))
            self._desk.floods.check(self._guests[socket_id].tenant, self._guests[socket_id].address)
        except SahayakError as error:
            return await self._refuse(socket_id, error)
        is_new = await self._desk.flow.accept(message)
        background.start(self._answer(socket_id, message, is_new))
        return {"message_id": message.message_id}

    async def _answer(self, socket_id: str, message: InboundMessage, is_new: bool) -> None:
        try:
            if not await self._desk.flow.answer(message, self._desk.output(message), is_new=is_new):
                for reply in await self._desk.replies(message):
                    await self._desk.sio.emit("bot_uttered", reply, room=socket_id)
        except SahayakError as error:
            await self._refuse(socket_id, error, message.message_id)
        except Exception:
            logger.exception("Message %s of %s was lost.", message.message_id, message.conversation)
            await self._refuse(socket_id, SahayakError("Something went wrong on our side."), message.message_id)

    def _session(self, socket_id: str, data: Mapping[str, Any]) -> Session:
        guest = self._guests[socket_id]
        guest.visitor.check()
        sessions = guest.sessions
        session_id = data.get("session_id")
        if not session_id and len(sessions) == 1:  # some clients of Rasa's protocol leave it out
            return next(iter(sessions.values()))
        if not isinstance(session_id, str) or session_id not in sessions:
            raise Forbidden("This connection holds no such session.", hint="Emit session_request first.")
        return sessions[session_id]

    async def _refuse(self, socket_id: str, error: SahayakError, message_id: str = "") -> dict[str, Any]:
        body = error_body(error)
        await self._desk.sio.emit("user_refused", {**body, "message_id": message_id}, room=socket_id)
        return body

    def _parse(self, data: Mapping[str, Any], session: Session) -> InboundMessage:
        metadata = _metadata(data)
        message_id = metadata.get("message_id")
        return InboundMessage(
            conversation=session.conversation,
            message_id=message_id if isinstance(message_id, str) and 0 < len(message_id) <= 128 else uuid.uuid4().hex,
            text=data.get("message", ""),
            attachments=named_uploads(metadata.get("attachments"), session, self._desk),
            identity=session.identity,
            correlation_id=uuid.uuid4().hex,
        )


def _metadata(data: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = data.get("metadata") or data.get("customData") or {}
    if isinstance(metadata, str):  # Rasa's own connector takes it as JSON, too
        try:
            metadata = json.loads(metadata)
        except ValueError as error:
            raise BadRequest("`metadata` is neither an object nor JSON.") from error
    return metadata if isinstance(metadata, Mapping) else {}
