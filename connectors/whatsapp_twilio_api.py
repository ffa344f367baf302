"""Twilio's API, as far as a channel calls it."""

import asyncio
import base64
from collections.abc import Mapping
from typing import Any

import aiohttp

from connectors.failures import NotSent, OutsideWindow, TryAgain
from connectors.provider import Http
from connectors.untrusted import mapping, string

_OUTSIDE_WINDOW = "63016"
_PASSING = frozenset(("20429", "63018", "63021", "63022", "14107", "30001"))  # rates, queues, WhatsApp's own failures
_LANGUAGES = {"en": "en", "hi": "hi", "hinglish": "en"}


class TwilioApi:
    """The calls of one account."""

    def __init__(self, http: Http, api: str, content_api: str, account_sid: str, auth_token: str) -> None:
        self._http = http
        self._messages = f"{api}/2010-04-01/Accounts/{account_sid}/Messages.json"
        self._contents = f"{content_api}/v1/Content"
        self.authorization = "Basic " + base64.b64encode(f"{account_sid}:{auth_token}".encode()).decode()

    async def message(self, fields: Mapping[str, str]) -> str:
        """Send one; returns its id. Raises NotSent, TryAgain, OutsideWindow."""
        return string((await self._post(self._messages, data=fields)).get("sid"))

    async def content(self, name: str, language: str, types: Mapping[str, Any]) -> str:
        """Make a content (buttons, a list); returns its id. Within the window it needs nobody's approval."""
        body = {"friendly_name": f"sahayak-{name}", "language": _LANGUAGES.get(language, "en"), "types": types}
        return string((await self._post(self._contents, json=body)).get("sid"))

    async def _post(self, url: str, **body: Any) -> Mapping[str, Any]:
        try:
            headers = {"Authorization": self.authorization}
            async with self._http.session.post(url, headers=headers, **body) as response:
                answer = mapping(await response.json(content_type=None))
                if response.status < 300:
                    return answer
                raise _failure(response.status, answer, response.headers.get("Retry-After", ""))
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            raise TryAgain(f"Twilio doesn't answer: {type(error).__name__}.") from error


def _failure(status: int, answer: Mapping[str, Any], retry_after: str) -> NotSent:
    code = string(answer.get("code"))
    message = f"Twilio: HTTP {status}, {code} {string(answer.get('message'))}".strip()
    if code == _OUTSIDE_WINDOW:
        return OutsideWindow(message)
    if status == 429 or status >= 500 or code in _PASSING:
        return TryAgain(message, float(retry_after) if retry_after.isdigit() else 0.0)
    return NotSent(message)
