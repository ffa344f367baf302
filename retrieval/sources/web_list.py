"""Lists of web addresses: a file with one address a line; '#' begins a remark."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urldefrag, urlsplit

from protocol.errors import DocumentRefused
from retrieval.loaders.decoding import decoded
from retrieval.sources.fetch import Fetcher, PageGone
from retrieval.sources.incoming import Incoming

ENDING = ".urls"
_ADDRESSES = 5_000


def pages(path: Path, name: str, fetcher: Fetcher) -> Iterator[Incoming]:
    """Each page as "<list>/<address without its scheme>"; one that can't be had is refused and the others go on."""
    try:
        addresses = _addresses(path)
    except (DocumentRefused, OSError) as error:
        yield Incoming(name, refused=f"the list can't be read: {error}")
        return
    if len(addresses) > _ADDRESSES:
        yield Incoming(name, refused=f"it lists {len(addresses):,} addresses, more than the limit of {_ADDRESSES:,}")
        return
    with TemporaryDirectory(prefix="pages-") as folder:
        for address in addresses:
            parts = urlsplit(address)
            inside = f"{name}/{parts.netloc}{parts.path.rstrip('/')}" + (f"?{parts.query}" if parts.query else "")
            try:
                file = fetcher.fetch(address, Path(folder))
            except PageGone as gone:
                yield Incoming(inside, refused=gone.message, gone=True)
            except DocumentRefused as refused:
                yield Incoming(inside, refused=refused.message)
            else:
                yield Incoming(inside, file, url=address)
                file.unlink(missing_ok=True)


def count(path: Path) -> int:
    """How many addresses it lists."""
    try:
        return len(_addresses(path))
    except (DocumentRefused, OSError):
        return 1


def _addresses(path: Path) -> list[str]:
    lines = (line.split(" #")[0].strip() for line in decoded(path.read_bytes()).splitlines())
    return list(dict.fromkeys(urldefrag(line).url for line in lines if line and not line.startswith("#")))
