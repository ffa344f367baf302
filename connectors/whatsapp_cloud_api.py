"""Meta's Graph API, as far as a channel calls it."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from connectors.failures import NotSent, OutsideWindow, TryAgain
from connectors.provider import Http
from connectors.untrusted import mapping, mappings, string
from protocol.errors import BadRequest

_OUTSIDE_WINDOW = "131047"
# throttling, overload, maintenance: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
_PASSING = frozenset(("1", "2", "4", "80007", "130429", "131000", "131016", "131048", "131056", "131057", "133016"))


class GraphApi:
    """The calls of one phone number."""

    def __init__(self, http: Http, api: str, phone_number_id: str, access_token: str) -> None:
        self._http = http
        self._api = api
        self._messages = f"{api}/{phone_number_id}/messages"
        self._headers = {"Authorization": f"Bearer {access_token}"}

    async def message(self, body: Mapping[str, Any]) -> str:
        """Send one; returns its id. Raises NotSent, TryAgain, OutsideWindow."""
        answer = await self._call("POST", self._messages, body)
        sent = mappings(answer.get("messages"))
        return string(sent[0].get("id")) if sent else ""

    async def read(self, message_id: str) -> None:
        """Mark a message as read, and show that an answer is being typed."""
        body = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": message_id,
            "typing_indicator": {"type": "text"},
        }
        await self._call("POST", self._messages, body)

    async def media_url(self, media_id: str) -> str:
        """Where a file can be had for the next minutes; raises BadRequest when it is gone."""
        try:
            answer = await self._call("GET", f"{self._api}/{quote(media_id, safe='')}", None)
        except TryAgain:
            raise
        except NotSent as error:
            raise BadRequest(f"The file can't be had: {error}") from error
        if not string(answer.get("url")):
            raise BadRequest("The file has no address.")
        return string(answer["url"])

    async def _call(self, method: str, url: str, body: Mapping[str, Any] | None) -> Mapping[str, Any]:
        try:
            async with self._http.session.request(method, url, json=body, headers=self._headers) as response:
                answer = mapping(await response.json(content_type=None)) if response.status != 204 else {}
                if response.status < 300:
                    return answer
                raise _failure(response.status, mapping(answer.get("error")), response.headers.get("Retry-After", ""))
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            raise TryAgain(f"WhatsApp doesn't answer: {type(error).__name__}.") from error


def _failure(status: int, error: Mapping[str, Any], retry_after: str) -> NotSent:
    code = string(error.get("code"))
    message = f"WhatsApp: HTTP {status}, {code} {string(error.get('message'))}".strip()
    if code == _OUTSIDE_WINDOW:
        return OutsideWindow(message)
    if status == 429 or status >= 500 or code in _PASSING:
        return TryAgain(message, float(retry_after) if retry_after.isdigit() else 0.0)
    return NotSent(message)
