"""Asks whether a person is there: a port, and the two services that stand behind it, which speak the same protocol."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import aiohttp

from connectors.provider import Http
from connectors.settings import ChannelSettings
from protocol.errors import BadRequest, SettingsError, StoreUnavailable


@dataclass(frozen=True)
class Puzzle:
    """What a page needs to show one."""

    site_key: str
    script: str  # its address; it fills the element of class `element` and adds `field` to the form around it
    element: str
    field: str
    sources: str  # for the page's Content-Security-Policy


class Challenge(Protocol):
    """Port: shown on a page of ours, solved by a person, checked here."""

    puzzle: Puzzle

    async def check(self, answer: str, address: str) -> None:
        """Raises BadRequest unless a person solved it, StoreUnavailable when the service doesn't tell."""

    async def close(self) -> None:
        """The server stops."""


class SiteVerify:
    """`POST <verify>` with `secret`, `response`, `remoteip`; answered with `{"success", "error-codes"}`.

    https://developers.cloudflare.com/turnstile/get-started/server-side-validation/ and https://docs.hcaptcha.com/#verify-the-user-response-server-side
    """

    def __init__(self, puzzle: Puzzle, verify: str, secret: str, http: Http) -> None:
        self.puzzle = puzzle
        self._verify = verify
        self._secret = secret
        self._http = http

    async def check(self, answer: str, address: str) -> None:
        form = {"secret": self._secret, "response": answer}
        if address:
            form["remoteip"] = address
        try:
            async with self._http.session.post(self._verify, data=form) as response:
                verdict = await response.json(content_type=None) if response.status < 500 else None
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            raise StoreUnavailable(f"The challenge can't be checked: {type(error).__name__}.") from error
        if not isinstance(verdict, dict):
            raise StoreUnavailable(f"The challenge can't be checked: HTTP {response.status}.")
        if verdict.get("success") is not True:
            codes = verdict.get("error-codes")
            reasons = ", ".join(map(str, codes)) if isinstance(codes, list) else ""
            raise BadRequest(f"The challenge wasn't solved: {reasons or 'no reason given'}.")

    async def close(self) -> None:
        await self._http.close()


@dataclass(frozen=True)
class _Service:
    script: str
    element: str
    field: str
    sources: str
    verify: str


_SERVICES: Mapping[str, _Service] = {
    "turnstile": _Service(
        "https://challenges.cloudflare.com/turnstile/v0/api.js",
        "cf-turnstile",
        "cf-turnstile-response",
        "https://challenges.cloudflare.com",
        "https://challenges.cloudflare.com/turnstile/v0/siteverify",
    ),
    "hcaptcha": _Service(
        "https://js.hcaptcha.com/1/api.js",
        "h-captcha",
        "h-captcha-response",
        "https://hcaptcha.com https://*.hcaptcha.com",
        "https://api.hcaptcha.com/siteverify",
    ),
}


def make_challenge(settings: ChannelSettings, http: Http) -> Challenge | None:
    """The one that the settings name, or none; raises SettingsError."""
    if not settings.challenge:
        return None
    service = _SERVICES.get(settings.challenge)
    if service is None:
        raise SettingsError(f"CHALLENGE is {settings.challenge!r}, but may be {' or '.join(_SERVICES)}.")
    if not (settings.challenge_site_key and settings.challenge_secret):
        raise SettingsError(f"CHALLENGE={settings.challenge} needs CHALLENGE_SITE_KEY and CHALLENGE_SECRET.")
    puzzle = Puzzle(settings.challenge_site_key, service.script, service.element, service.field, service.sources)
    return SiteVerify(puzzle, settings.challenge_verify_url or service.verify, settings.challenge_secret, http)
