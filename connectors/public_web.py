"""Fetches files from addresses that somebody else wrote: never from a private network, never without limits."""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver

from connectors.failures import TryAgain
from protocol.errors import BadRequest, Forbidden, TooLarge

_REDIRECTS = 3
_SECONDS = 30


async def fetch(
    url: str, limit: int, trusted: str, headers: Mapping[str, str], keep_headers_for: tuple[str, ...]
) -> bytes:
    """At most `limit` bytes of `url`.

    `trusted` is the provider's own address, as the operator wrote it; every other host must be on the public internet and
    speak HTTPS. `headers` (credentials) go to it and to hosts that end with one of `keep_headers_for`, and nowhere else.
    Raises Forbidden, TooLarge, BadRequest, and TryAgain when the server may answer later.
    """
    origin = urlsplit(trusted)
    for _ in range(_REDIRECTS + 1):
        target = urlsplit(url)
        own = (target.scheme, target.netloc) == (origin.scheme, origin.netloc)
        if not own:
            _check(target.scheme, target.hostname)
        known = own or any((target.hostname or "").endswith(ending) for ending in keep_headers_for)
        resolver = None if own else PublicOnly()
        try:
            async with (
                aiohttp.ClientSession(
                    connector=aiohttp.TCPConnector(resolver=resolver, force_close=True),
                    timeout=aiohttp.ClientTimeout(total=_SECONDS, connect=10),
                ) as session,
                session.get(url, headers=headers if known else {}, allow_redirects=False) as response,
            ):
                if response.status in (301, 302, 303, 307, 308) and "location" in response.headers:
                    url = urljoin(url, response.headers["location"])
                    continue
                return await _read(response, limit)
        except (aiohttp.ClientConnectorError, aiohttp.ClientPayloadError, asyncio.TimeoutError) as error:
            if isinstance(error.__cause__ or getattr(error, "os_error", None), _NotPublic):
                raise Forbidden("The file is on a private address.") from error
            raise TryAgain(f"The file can't be fetched: {type(error).__name__}.") from error
        except (aiohttp.ClientError, ValueError) as error:
            raise BadRequest(f"The file can't be fetched: {type(error).__name__}.") from error
    raise BadRequest("The file's address leads from one to the next.")


class PublicOnly(AbstractResolver):
    """Resolves names, but only to public addresses; the connection goes to the very address that was checked."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[dict[str, Any]]:
        found = [dict(address) for address in await self._resolver.resolve(host, port, family)]
        public = [address for address in found if is_public(str(address["host"]))]
        if not public:
            raise _NotPublic(f"{host} has no public address.")
        return public

    async def close(self) -> None:
        await self._resolver.close()


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's, not of a network, a machine or a cloud's own services."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return (mapped or ip).is_global and not ip.is_multicast


class _NotPublic(OSError):
    """What a resolver may raise."""


def _check(scheme: str, host: str | None) -> None:
    if scheme != "https" or not host:
        raise Forbidden("Files are fetched by HTTPS only.")
    try:
        literal = is_public(host)  # names are looked up, and checked, by the resolver
    except ValueError:
        return
    if not literal:
        raise Forbidden("The file is on a private address.")


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if response.status == 429 or response.status >= 500:
        raise TryAgain(f"The file can't be fetched: HTTP {response.status}.")
    if response.status != 200:
        raise BadRequest(f"The file can't be fetched: HTTP {response.status}.")
    content = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        content += chunk
        if len(content) > limit:
            raise TooLarge(f"The file has more than {limit:,} bytes.")
    return bytes(content)
