"""A file on its way to becoming a document: its text, its metadata, and where it stands."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from protocol.errors import DocumentRefused
from protocol.languages import LANGUAGES, Language
from retrieval.codes import canonical
from retrieval.documents import Document, Section
from retrieval.loaders.decoding import decoded

SIDECAR = ".meta.yml"
_KEYS = (
    "title", "language", "product", "audience", "version", "updated", "valid_from", "valid_until", "status", "superseded_by", "url",
    "codes", "aliases",
)  # fmt: skip
_DEVANAGARI = re.compile(r"[\u0904-\u0939\u0958-\u0961]")
_JOINERS = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD))  # searches don't have them either


@dataclass(frozen=True)
class SourceFile:
    """One file of a knowledge folder (`root`)."""

    path: Path
    root: Path
    tenant: str
    content_hash: str
    name: str = ""  # its id when that isn't its path: a member of a zip, a web page
    url: str = ""  # where it was fetched from
    notes: list[str] = field(default_factory=list)  # what the operator should know, though the file is taken in

    @property
    def id(self) -> str:
        """Its path within the folder."""
        return self.name or self.path.relative_to(self.root).as_posix()

    def text(self) -> str:
        """Its text, NFC; raises DocumentRefused when it is none."""
        return cleaned(decoded(self.path.read_bytes()))

    def sidecar(self) -> dict[str, Any]:
        """The metadata in `<file>.meta.yml`; empty when there is none."""
        path = self.path.with_name(self.path.name + SIDECAR)
        return parse_metadata(path.read_text("utf-8"), path.name) if path.exists() else {}

    def document(self, sections: tuple[Section, ...], metadata: Mapping[str, Any], *, title: str = "") -> Document:
        """The document of this file; what the sidecar says goes before what the file itself says."""
        known = {
            key: value
            for key, value in {**metadata, **self.sidecar()}.items()
            if key in _KEYS and value not in (None, "")
        }
        text = "\n".join(section.text for section in sections)
        return Document(
            id=self.id,
            tenant=self.tenant,
            title=cleaned(
                str(known.get("title") or title or self.path.stem.replace("-", " ").replace("_", " "))
            ).strip(),
            language=_language(known.get("language"), text),
            sections=sections,
            product=str(known.get("product", "all")),
            audience=str(known.get("audience", "all")),
            version=str(known.get("version", "")),
            status="outdated" if known.get("status") == "outdated" else "current",
            superseded_by=self._beside(str(known.get("superseded_by", ""))),
            updated=_day(known.get("updated")),
            valid_from=_bound(known, "valid_from"),
            valid_until=_bound(known, "valid_until"),
            url=str(known.get("url") or self.url),
            source=self.id,
            codes=tuple(dict.fromkeys(filter(None, map(canonical, map(str, known.get("codes", ())))))),
            aliases=tuple(map(str, known.get("aliases", ()))),
            collection=self.root.as_posix(),
            content_hash=self.content_hash,
        )

    def _beside(self, name: str) -> str:
        """The id of a file named from this one's folder."""
        if not name:
            return ""
        return name if "/" in name else (PurePosixPath(self.id).parent / name).as_posix()


Load = Callable[[SourceFile], tuple[Document, ...]]


def parse_metadata(text: str, name: str) -> dict[str, Any]:
    """YAML metadata as a mapping; raises DocumentRefused."""
    try:
        metadata = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise DocumentRefused(f"the metadata in {name} is not YAML: {' '.join(str(error).split())[:160]}") from error
    if not isinstance(metadata, dict):
        raise DocumentRefused(f"the metadata in {name} is no mapping of keys to values")
    return metadata


def cleaned(text: str) -> str:
    """NFC, Unix line ends, no NUL and no invisible joiners."""
    text = unicodedata.normalize("NFC", text).translate(_JOINERS)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def language_of(text: str) -> Language:
    """Hindi when a third of the letters are Devanagari, else English; Hinglish has to be named, for it looks like English."""
    letters = sum(character.isalpha() for character in text)
    return "hi" if len(_DEVANAGARI.findall(text)) * 3 > letters > 0 else "en"


def _language(named: Any, text: str) -> Language:
    wanted = str(named).lower().split("-")[0]
    return next((language for language in LANGUAGES if language == wanted), language_of(text))


def _day(value: Any) -> str:
    return value.isoformat()[:10] if isinstance(value, date) else str(value or "")[:10]


def _bound(known: Mapping[str, Any], key: str) -> str:
    """The first or the last day of a document; a wrong one would tell customers what is over, so the file is refused."""
    value = known.get(key)
    try:
        return date.fromisoformat(_day(value)).isoformat() if value else ""
    except ValueError as error:
        raise DocumentRefused(f"{key} must be a day such as 2026-03-31, not {value!r}") from error
