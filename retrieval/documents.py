"""What the index holds: documents as loaders read them, and the chunks that searches find."""

from dataclasses import dataclass
from typing import Literal

from protocol.languages import Language

Status = Literal["current", "outdated"]


@dataclass(frozen=True)
class Section:
    """One stretch of a document under one heading; `text` is Markdown, so that lists and tables survive."""

    text: str
    headings: tuple[str, ...] = ()  # from the outermost inwards, without the document's title
    page: int | None = None  # where it starts, counted from 1; only paged formats have one


@dataclass(frozen=True)
class Document:
    """One article or one entry of the error catalogue, in one language. Ids are unique within a tenant."""

    id: str  # the path inside its knowledge folder, '#' and the entry for catalogues: "en/backup.md", "errors/licence.yml#lic-403.hi"
    tenant: str
    title: str
    language: Language
    sections: tuple[Section, ...]
    product: str = "all"
    audience: str = "all"
    version: str = ""  # of the product it speaks of: "12.4"
    status: Status = "current"
    superseded_by: str = ""  # id of the document that took its place
    updated: str = ""  # ISO date
    valid_from: str = ""  # ISO date; the first day on which it may be told, "" from ever
    valid_until: str = ""  # ISO date; the last one, "" for ever
    url: str = ""
    source: str = ""  # the file it was read from, relative to its knowledge folder
    codes: tuple[str, ...] = ()  # error codes it is about, canonical
    aliases: tuple[str, ...] = ()  # other ways in which people ask for it: searched, never shown
    whole: bool = (
        False  # kept as one passage as long as the model's window takes it: an error is of no use without its steps
    )
    collection: str = ""  # the folder it was taken in with; what vanishes from there is forgotten
    content_hash: str = ""  # of the file's bytes and its metadata


@dataclass(frozen=True)
class Chunk:
    """One passage: what is embedded, found, cited and shown. `id` is "<document id>:<number from 0>"."""

    id: str
    document: str
    tenant: str
    title: str
    headings: tuple[str, ...]
    text: str
    language: Language
    revision: str = ""  # the content hash of the document it was cut from
    version: str = ""
    status: Status = "current"
    source: str = ""
    page: int | None = None
    url: str = ""
    codes: tuple[str, ...] = ()  # every code that stands in it, canonical: matched exactly
    aliases: tuple[str, ...] = ()  # of its document: searched, never shown

    @property
    def passage(self) -> str:
        """What is embedded and analysed: the text under its title and headings, which often carry the only mention of the topic."""
        path = " > ".join((self.title, *(heading for heading in self.headings if heading != self.title)))
        return "\n".join(filter(None, (path, "; ".join(self.aliases), self.text)))
