"""`POST /webhooks/web/chat`: the conversation for programs, whole or as server-sent events."""

import asyncio
import json
import uuid
from typing import Any

from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from connectors import background
from connectors.sessions import Session
from connectors.uploads import UnsupportedType, decode, kind_of
from connectors.web_address import address_of
from connectors.web_desk import Desk
from connectors.web_files import named_uploads
from connectors.web_guest import guest
from connectors.web_http import error_body, read_json
from connectors.web_output import WebOutput
from connectors.web_render import chat_message
from protocol.errors import BadRequest, SahayakError
from protocol.messages import Attachment, InboundMessage


async def chat(request: Request, desk: Desk) -> HTTPResponse | None:
    """Answer one message: `{"key", "session"?, "text", "image"?, "attachments"?, "message_id"?}`.

    Raises SahayakError before anything is sent; later failures are events of the stream.
    """
    body = await read_json(request)
    visitor = guest(request, desk, body.get("key"))
    session = visitor.session_or_new(_text(body, "session"))
    message = _parse(body, session, desk)
    desk.floods.check(visitor.tenant, address_of(request, desk.proxies))
    if "text/event-stream" in request.headers.get("accept", ""):
        await _stream(request, desk, session, message)
        return None
    turn = background.start(_whole(desk, session, message, desk.output(message, held=True)))
    return json_response(await asyncio.shield(turn))


def _parse(body: dict[str, Any], session: Session, desk: Desk) -> InboundMessage:
    if not {"text", "image", "attachments"} & set(body):
        raise BadRequest("`text` is missing.")
    image = _text(body, "image")
    message_id = _text(body, "message_id")
    if len(message_id) > 128:
        raise BadRequest("`message_id` may have 128 characters at most.")
    return InboundMessage(
        conversation=session.conversation,
        message_id=message_id or uuid.uuid4().hex,
        text=_text(body, "text"),
        attachments=(*_picture(image, session, desk), *named_uploads(body.get("attachments"), session, desk)),
        identity=session.identity,
        correlation_id=uuid.uuid4().hex,
    )


def _picture(image: str, session: Session, desk: Desk) -> tuple[Attachment, ...]:
    if not image:
        return ()
    content = decode(image)
    if not kind_of(content)[0].startswith("image/"):
        raise UnsupportedType("The image must be PNG, JPEG, GIF or WebP.")
    return (desk.uploads.store(session.conversation, content),)


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRequest(f"`{name}` must be a text.")
    return value


async def _whole(desk: Desk, session: Session, message: InboundMessage, output: WebOutput) -> dict[str, Any]:
    messages = output.messages
    if not await desk.flow.take(message, output):
        messages = await desk.replies(message)
    language = output.language or next((said["metadata"].get("language") for said in reversed(messages)), "")
    return {"session": session.id, "messages": [chat_message(said) for said in messages], "language": language}


async def _stream(request: Request, desk: Desk, session: Session, message: InboundMessage) -> None:
    """Events: `message` (one of the bot's), `delta` (a piece of one in the making), `done` (the whole), `error`."""
    events: asyncio.Queue[tuple[str, dict[str, Any]] | None] = asyncio.Queue()

    async def listen(event: str, data: dict[str, Any]) -> None:
        events.put_nowait((event, chat_message(data) if event == "message" else data))

    async def answer() -> None:
        try:
            whole = await _whole(desk, session, message, desk.output(message, held=True, listener=listen))
            events.put_nowait(("done", whole))
        except SahayakError as error:
            events.put_nowait(("error", error_body(error)))
        finally:
            events.put_nowait(None)

    turn = background.start(answer())
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    response = await request.respond(content_type="text/event-stream; charset=utf-8", headers=headers)
    while (item := await events.get()) is not None:
        event, data = item
        await response.send(f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n")
    await turn
    await response.eof()
