"""Voice notes become text: a port, an OpenAI-compatible service behind it, and what happens without one."""

import asyncio
from typing import Protocol

import aiohttp

from connectors.provider import Http
from connectors.settings import ChannelSettings
from protocol.errors import SahayakError

_SECONDS = 60


class Unheard(SahayakError):
    """A voice note can't be made into text; the customer is asked to type."""

    utterance = "utter_please_type"


class Transcriber(Protocol):
    """Port: sound in, text out."""

    async def transcribe(self, content: bytes, name: str, media_type: str) -> str:
        """What is said; raises Unheard."""


class OpenAITranscriber:
    """`POST <base>/audio/transcriptions`, as OpenAI and many local servers of Whisper speak it."""

    def __init__(self, settings: ChannelSettings, http: Http) -> None:
        self._settings = settings
        self._http = http

    async def transcribe(self, content: bytes, name: str, media_type: str) -> str:
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name, content_type=media_type)
        form.add_field("model", self._settings.transcription_model)
        form.add_field("response_format", "json")
        key = self._settings.transcription_api_key
        try:
            async with self._http.session.post(
                f"{self._settings.transcription_base_url}/audio/transcriptions",
                data=form,
                headers={"Authorization": f"Bearer {key}"} if key else {},
                timeout=aiohttp.ClientTimeout(total=_SECONDS),
            ) as response:
                if response.status != 200:
                    raise Unheard(f"The transcription service answers HTTP {response.status}.")
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            raise Unheard(f"The transcription service doesn't answer: {type(error).__name__}.") from error
        if not isinstance(answer, dict) or not isinstance(answer.get("text"), str):
            raise Unheard("The transcription service answers without a text.")
        text: str = answer["text"]
        return text


class NoTranscriber:
    """None is configured."""

    async def transcribe(self, content: bytes, name: str, media_type: str) -> str:
        raise Unheard("No transcription service is configured.", hint="Set TRANSCRIPTION_BASE_URL.")


def make_transcriber(settings: ChannelSettings, http: Http) -> Transcriber:
    """The one that the settings name."""
    return OpenAITranscriber(settings, http) if settings.transcription_base_url else NoTranscriber()
