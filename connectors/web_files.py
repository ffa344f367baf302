"""`/webhooks/web/uploads`: a file is sent by HTTP, with progress, and a message then names it by its id."""

from typing import Any
from urllib.parse import quote

from sanic.request import Request
from sanic.response import HTTPResponse, raw
from sanic.response import json as json_response

from connectors.rates import TooFast
from connectors.sessions import Session
from connectors.web_desk import Desk
from connectors.web_guest import guest
from connectors.web_http import read_body
from protocol.errors import BadRequest
from protocol.messages import Attachment

MAX_UPLOAD = 10_000_000  # bytes
MAX_ATTACHMENTS = 5  # to one message
UPLOADS_PER_MINUTE = 20  # by one conversation


async def upload(request: Request, desk: Desk) -> HTTPResponse:
    """`POST ?key&session&name` with the file as the body; answers with its id."""
    session = guest(request, desk, request.args.get("key")).session(request.args.get("session"))
    rate = desk.upload_rates.count(str(session.conversation), UPLOADS_PER_MINUTE)
    if not rate.allowed:
        raise TooFast(rate.retry_after)
    content = await read_body(request, MAX_UPLOAD)
    if not content:
        raise BadRequest("The file is empty.")
    attachment = desk.uploads.store(session.conversation, content, request.args.get("name") or "")
    return json_response(shown(attachment), status=201)


async def download(request: Request, desk: Desk, upload_id: str) -> HTTPResponse:
    """`GET /<id>?key`: the id can't be guessed, so that a page may show a picture without a header of its own."""
    tenant = desk.tenants.by_web_key(request.args.get("key"))
    content, media_type = desk.uploads.read(tenant.id, upload_id)
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    if not media_type.startswith("image/"):
        headers["Content-Disposition"] = f"attachment; filename={quote(upload_id)}"
    return raw(content, content_type=media_type, headers=headers)


def named_uploads(entries: object, session: Session, desk: Desk) -> tuple[Attachment, ...]:
    """`[{"id", "name"?} | id]` of a message; raises BadRequest, or Forbidden for what another conversation brought."""
    if entries is None:
        return ()
    if not isinstance(entries, list) or len(entries) > MAX_ATTACHMENTS:
        raise BadRequest(f"`attachments` must be a list of {MAX_ATTACHMENTS} at most.")
    return tuple(_named(entry, session, desk) for entry in entries)


def shown(attachment: Attachment) -> dict[str, Any]:
    """As the web reads it."""
    return {
        "id": attachment.id,
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size": attachment.size,
    }


def _named(entry: object, session: Session, desk: Desk) -> Attachment:
    upload_id, name = (entry.get("id"), entry.get("name", "")) if isinstance(entry, dict) else (entry, "")
    if not isinstance(upload_id, str) or not isinstance(name, str):
        raise BadRequest("Each of `attachments` must be an upload's id, or an object with it as `id`.")
    return desk.uploads.find(session.conversation, upload_id, name)
