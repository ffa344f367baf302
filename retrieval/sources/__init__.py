"""Where files come from: folders, zips, lists of web addresses. `Incoming` is one file on its way in, wherever it came from."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from protocol.errors import DocumentRefused
from retrieval.loaders import MAX_BYTES, source_files
from retrieval.sources import archive, web_list
from retrieval.sources.fetch import Fetcher
from retrieval.sources.incoming import Incoming

__all__ = ["Incoming", "Sources", "holds_many"]


@dataclass(frozen=True)
class Sources:
    """Turns what the operator names into files; what it unpacks or fetches lies in a temporary folder until the next file is asked for."""

    fetcher: Fetcher
    max_bytes: int = MAX_BYTES

    def incoming(self, path: Path, root: Path) -> Generator[Incoming]:
        """Everything in a folder, a zip or a list of web addresses, or the one file; raises DocumentRefused when it doesn't exist."""
        if path.is_dir():
            for file in source_files(path):
                yield from self.incoming(file, root)
            return
        name = path.relative_to(root).as_posix()
        if path.suffix.lower() == archive.ENDING:
            yield from archive.members(path, name, self.max_bytes)
        elif path.suffix.lower() == web_list.ENDING:
            yield from web_list.pages(path, name, self.fetcher)
        elif path.exists():
            yield Incoming(name, path)
        else:
            raise DocumentRefused(f"{path} doesn't exist.")

    def count(self, path: Path) -> int:
        """How many files `incoming` will give."""
        if path.is_dir():
            return sum(map(self.count, source_files(path)))
        if path.suffix.lower() == archive.ENDING:
            return archive.count(path)
        return web_list.count(path) if path.suffix.lower() == web_list.ENDING else 1


def holds_many(path: Path) -> bool:
    """Whether files come from within this path; what is no longer there can then be forgotten."""
    return path.is_dir() or path.suffix.lower() in (archive.ENDING, web_list.ENDING)
