"""Files that customers send: fetched from the provider, checked by what is in them, kept, or turned into text."""

import logging
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

from connectors.incoming import Incoming, Media
from connectors.provider import Provider
from connectors.transcription import Transcriber, Unheard
from connectors.uploads import UnsupportedType, kind_of
from protocol.errors import BadRequest, Forbidden, StoreUnavailable
from protocol.messages import Attachment

logger = logging.getLogger(__name__)

MAX_FILE = 16_000_000  # bytes; no provider's own limit for what we read is higher
_AT_MOST = 10  # files of one message
PLEASE_TYPE = "utter_please_type"
CANNOT_READ = BadRequest.utterance
_SOUNDS = (  # (media type, file ending, where it stands, what stands there)
    ("audio/ogg", ".ogg", 0, b"OggS"),
    ("audio/mpeg", ".mp3", 0, b"ID3"),
    ("audio/mpeg", ".mp3", 0, b"\xff\xfb"),
    ("audio/mpeg", ".mp3", 0, b"\xff\xf3"),
    ("audio/aac", ".aac", 0, b"\xff\xf1"),
    ("audio/amr", ".amr", 0, b"#!AMR"),
    ("audio/mp4", ".m4a", 4, b"ftyp"),
    ("audio/wav", ".wav", 8, b"WAVE"),
)


class Files:
    """Keeps them as the web's uploads are kept: `<folder>/<tenant>/<id>`."""

    def __init__(self, folder: Path, transcriber: Transcriber) -> None:
        self._folder = folder
        self._transcriber = transcriber

    async def fetch(self, provider: Provider[Any], incoming: Incoming) -> Incoming:
        """The message with its files as attachments and its voice notes as text, or with what to say instead.

        Raises TryAgain when the provider doesn't answer.
        """
        tenant = incoming.message.conversation.tenant
        attachments: list[Attachment] = []
        texts = [incoming.message.text]
        utterance = ""
        for media in incoming.media[:_AT_MOST]:
            try:
                content = await provider.fetch(provider.accounts[tenant], media)
                if media.kind == "voice":
                    texts.append(await self._heard(content))
                else:
                    attachments.append(self._keep(tenant, content, media))
            except Unheard:
                utterance = PLEASE_TYPE
            except (BadRequest, Forbidden) as error:
                logger.info("A file of %s was refused: %s", incoming.message.conversation, error)
                utterance = CANNOT_READ
        text = "\n".join(text for text in texts if text.strip())
        message = replace(incoming.message, text=text, attachments=(*incoming.message.attachments, *attachments))
        nothing_left = not text and not attachments
        return replace(incoming, message=message, utterance=utterance if nothing_left else "")

    async def _heard(self, content: bytes) -> str:
        kind = next((sound for sound in _SOUNDS if content[sound[2] :].startswith(sound[3])), None)
        if kind is None:
            raise UnsupportedType("This is no sound that can be read.")
        text = await self._transcriber.transcribe(content, f"voice{kind[1]}", kind[0])
        if not text.strip():
            raise Unheard("Nothing was said, or it couldn't be heard.")
        return text.strip()

    def _keep(self, tenant: str, content: bytes, media: Media) -> Attachment:
        media_type, ending = ("application/pdf", ".pdf") if content.startswith(b"%PDF-") else kind_of(content)
        upload_id = secrets.token_hex(16) + ending
        file = self._folder / tenant / upload_id
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        except OSError as error:
            raise StoreUnavailable(f"The upload can't be kept in {file.parent}: {error}.") from error
        return Attachment(upload_id, media_type, len(content), Path(media.name).name[:100])
