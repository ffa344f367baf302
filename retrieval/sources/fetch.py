"""Fetches a page with limits: no private addresses, only what can be read, not too much of it and not for ever."""

import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import httpcore

from protocol.errors import DocumentRefused
from retrieval.loaders import LOADERS, MAX_BYTES
from retrieval.sources.guarded_network import AddressRefused, GuardedNetwork

_REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)
_AGENT = "Sahayak (reads pages for a help desk)"
_ENDINGS = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "text/markdown": ".md",
    "application/pdf": ".pdf", "application/json": ".json", "text/csv": ".csv", "application/epub+zip": ".epub",
    "text/xml": ".xml", "application/xml": ".xml", "application/rss+xml": ".xml", "application/atom+xml": ".xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}  # fmt: skip


class PageGone(DocumentRefused):
    """The server says that the page doesn't exist any more."""


class Fetcher(Protocol):
    def fetch(self, url: str, folder: Path) -> Path:
        """The page as a file in the folder, its ending telling its type; raises DocumentRefused or PageGone."""
        ...


class WebFetcher:
    """Over HTTP and HTTPS; `private_hosts` are the only ones that may stand inside of the own network."""

    def __init__(self, *, private_hosts: Iterable[str] = (), max_bytes: int = MAX_BYTES, seconds: float = 30.0) -> None:
        self._private_hosts = frozenset(private_hosts)
        self._max_bytes = max_bytes
        self._seconds = seconds

    def fetch(self, url: str, folder: Path) -> Path:
        until = time.monotonic() + self._seconds
        with httpcore.ConnectionPool(network_backend=GuardedNetwork(self._private_hosts, until)) as pool:
            try:
                for _ in range(_REDIRECTS):
                    _check(url)
                    with pool.stream("GET", url, headers=_headers(url)) as response:
                        headers = {key.decode().lower(): value.decode("latin-1") for key, value in response.headers}
                        if response.status in _MOVED and "location" in headers:
                            url = urljoin(url, headers["location"])
                            continue
                        return self._kept(response, headers, url, folder)
            except AddressRefused as error:
                raise DocumentRefused(str(error)) from error
            except (httpcore.TimeoutException, TimeoutError) as error:
                raise DocumentRefused(f"the page took more than {self._seconds:g} s") from error
            except (
                httpcore.NetworkError,
                httpcore.ProtocolError,
                OSError,
                zlib.error,
                UnicodeError,
                ValueError,
            ) as error:
                raise DocumentRefused(
                    f"the page can't be fetched: {str(error)[:160] or type(error).__name__}"
                ) from error
        raise DocumentRefused(f"the page is redirected more than {_REDIRECTS} times")

    def _kept(self, response: httpcore.Response, headers: dict[str, str], url: str, folder: Path) -> Path:
        if response.status in (404, 410):
            raise PageGone(f"the page is gone: its server answers {response.status}")
        if response.status != 200:
            raise DocumentRefused(f"its server answers {response.status}")
        media = headers.get("content-type", "").partition(";")[0].strip().lower()
        ending = _ENDINGS.get(media) or Path(urlsplit(url).path).suffix.lower()
        if ending not in LOADERS or (media not in _ENDINGS and media not in ("", "application/octet-stream")):
            raise DocumentRefused(f"pages of type {media or 'unknown'} are not read")
        path = folder / f"page{ending}"
        taken = 0
        with path.open("wb") as file:
            for block in _unpacked(response.iter_stream(), headers.get("content-encoding", "")):
                taken += len(block)
                if taken > self._max_bytes:
                    raise DocumentRefused(f"the page has more than the limit of {self._max_bytes / 1e6:.0f} MB")
                file.write(block)
        return path


def _headers(url: str) -> dict[bytes | str, bytes | str]:
    return {"Host": urlsplit(url).netloc.rpartition("@")[2], "User-Agent": _AGENT, "Accept-Encoding": "gzip"}


def _check(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DocumentRefused("it is no web address: those begin with http:// or https://")
    if parts.username or parts.password:
        raise DocumentRefused("addresses with a password are not fetched")


def _unpacked(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Bounded: a block of a bomb is unpacked a megabyte at a time."""
    if encoding not in ("gzip", "x-gzip"):
        if encoding not in ("", "identity"):
            raise DocumentRefused(f"its server sends it packed as {encoding}")
        yield from blocks
        return
    packed = zlib.decompressobj(zlib.MAX_WBITS | 16)
    for block in blocks:
        while block:
            yield packed.decompress(block, 1 << 20)
            block = packed.unconsumed_tail
    yield packed.flush()
