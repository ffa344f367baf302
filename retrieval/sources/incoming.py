"""One file on its way into the index."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Incoming:
    """A file that lies at `path`, or the reason why it couldn't be had."""

    name: str  # what it is called in the index: its path within the knowledge folder, through zips and lists
    path: Path | None = None
    url: str = ""  # where it was fetched from
    refused: str = ""
    gone: bool = False  # its server says that it doesn't exist any more
