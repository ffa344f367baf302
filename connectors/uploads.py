"""Pictures and files that customers send: checked by what is in them, stored, and from then on known by an id only."""

import base64
import binascii
import hashlib
import re
import secrets
from pathlib import Path
from typing import Protocol

from connectors.typed import clean
from protocol.conversation import Conversation
from protocol.errors import BadRequest, Forbidden, StoreUnavailable
from protocol.messages import Attachment

_DATA_URL = "data:"
_KINDS = {  # media type: (file ending, what such a file begins with)
    "image/png": (".png", b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": (".jpg", b"\xff\xd8\xff"),
    "image/gif": (".gif", b"GIF8"),
    "application/pdf": (".pdf", b"%PDF-"),
}
_WEBP = ("image/webp", ".webp")
_TEXT = ("text/plain", ".txt")  # logs, lists, CSV
_TYPES = {ending: kind for kind, (ending, _) in _KINDS.items()} | {ending: kind for kind, ending in (_WEBP, _TEXT)}
_ID = re.compile(r"[0-9a-f]{32}-[0-9a-f]{16}(\.[a-z]{3,4})")


class UnsupportedType(BadRequest):
    """A file of a type that isn't read."""


class Uploads(Protocol):
    """Port: where attachments are kept, each for the one conversation that brought it."""

    def store(self, conversation: Conversation, content: bytes, name: str = "") -> Attachment:
        """Keep a file; raises UnsupportedType or StoreUnavailable."""

    def find(self, conversation: Conversation, upload_id: str, name: str = "") -> Attachment:
        """What this conversation brought before; raises Forbidden for anything else."""

    def read(self, tenant_id: str, upload_id: str) -> tuple[bytes, str]:
        """Content and media type, for whoever has the id; raises Forbidden."""


class UploadFolder:
    """Keeps them as `<folder>/<tenant>/<id>`; the id is random, carries its conversation's mark and the file's ending."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def store(self, conversation: Conversation, content: bytes, name: str = "") -> Attachment:
        media_type, ending = kind_of(content)
        random = secrets.token_hex(16)
        upload_id = f"{random}-{_mark(conversation, random)}{ending}"
        file = self._folder / conversation.tenant / upload_id
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        except OSError as error:
            raise StoreUnavailable(f"The upload can't be kept in {file.parent}: {error}.") from error
        return Attachment(upload_id, media_type, len(content), shown_name(name))

    def find(self, conversation: Conversation, upload_id: str, name: str = "") -> Attachment:
        file, media_type = self._file(conversation.tenant, upload_id)
        random, _, rest = upload_id.partition("-")
        if not secrets.compare_digest(rest.partition(".")[0], _mark(conversation, random)):
            raise Forbidden("This conversation has no such upload.")
        return Attachment(upload_id, media_type, file.stat().st_size, shown_name(name))

    def read(self, tenant_id: str, upload_id: str) -> tuple[bytes, str]:
        file, media_type = self._file(tenant_id, upload_id)
        return file.read_bytes(), media_type

    def _file(self, tenant_id: str, upload_id: str) -> tuple[Path, str]:
        shape = _ID.fullmatch(upload_id)
        file = self._folder / tenant_id / upload_id
        if shape is None or shape.group(1) not in _TYPES or not file.is_file():
            raise Forbidden("There is no such upload.")
        return file, _TYPES[shape.group(1)]


def _mark(conversation: Conversation, random: str) -> str:
    # no secret is needed: an id names a file that exists, so nobody can make one that carries another mark
    return hashlib.sha256(f"{conversation}/{random}".encode()).hexdigest()[:16]


def shown_name(name: str) -> str:
    """A file's name as it is shown: no folders, nothing unprintable, of bearable length."""
    last = re.split(r"[/\\]", clean(name))[-1]
    return "".join(character for character in last if character.isprintable())[:120]


def decode(image: str) -> bytes:
    """The bytes of a base64 text or a data URL; raises BadRequest."""
    encoded = image.partition(",")[2] if image.startswith(_DATA_URL) else image
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest("`image` must be base64, or a data URL of it.") from error


def kind_of(content: bytes) -> tuple[str, str]:
    """Media type and file ending by the first bytes, whatever the sender claims; raises UnsupportedType."""
    for media_type, (ending, beginning) in _KINDS.items():
        if content.startswith(beginning):
            return media_type, ending
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _WEBP
    if _is_text(content):
        return _TEXT
    raise UnsupportedType("The file must be a picture (PNG, JPEG, GIF, WebP), a PDF or plain text.")


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    beginning = text.lstrip("\ufeff \t\r\n")[:1]
    # markup is no plain text: browsers and readers may run what is in it
    return beginning not in ("", "<") and not any(
        ord(character) < 32 and character not in "\t\r\n" for character in text
    )
