"""The error catalogue: YAML lists of entries; each becomes one document per language."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from protocol.errors import DocumentRefused
from protocol.languages import LANGUAGES, Language
from retrieval.codes import canonical
from retrieval.documents import Document, Section
from retrieval.loaders.source import SourceFile, cleaned

_HEADINGS: Mapping[Language, tuple[str, str, str]] = {
    "en": ("What it means", "What to do", "When to call support"),
    "hi": ("इसका मतलब", "क्या करें", "सपोर्ट को कब फ़ोन करें"),
    "hinglish": ("Iska matlab", "Kya karein", "Support ko kab call karein"),
}


def load_catalogue(file: SourceFile) -> tuple[Document, ...]:
    """Documents with ids "<file>#<entry>.<language>". Raises DocumentRefused that names the entry and what is wrong with it."""
    try:
        entries = yaml.safe_load(file.text())
    except yaml.YAMLError as error:
        raise DocumentRefused(f"it is not YAML: {' '.join(str(error).split())[:160]}") from error
    if not isinstance(entries, list):
        raise DocumentRefused("a catalogue is a list of entries")
    documents = [document for entry in entries for document in _documents(file, entry)]
    ids = [document.id for document in documents]
    for id_ in ids:
        if ids.count(id_) > 1:
            raise DocumentRefused(f"{id_} stands there twice")
    return tuple(documents)


def _documents(file: SourceFile, entry: Any) -> list[Document]:
    if not isinstance(entry, Mapping) or not entry.get("id") or not isinstance(entry.get("title"), Mapping):
        raise DocumentRefused(f"an entry needs `id` and `title` by language: {str(entry)[:80]}")
    return [_document(file, entry, language) for language in LANGUAGES if entry["title"].get(language)]


def _document(file: SourceFile, entry: Mapping[str, Any], language: Language) -> Document:
    codes = [str(code) for code in entry.get("codes", ())]
    sections = tuple(_sections(entry, language))
    if not sections:
        raise DocumentRefused(f"entry {entry['id']} says nothing in language {language}")
    title = str(entry["title"][language])
    label = next((code for code in codes if canonical(code)), "")
    metadata = {
        "title": f"{label}: {title}" if label and label not in title else title,
        "language": language,
        "product": entry.get("product", "all"),
        "status": entry.get("status"),
        "updated": entry.get("updated"),
        "url": entry.get("url"),
        "codes": codes,
        "aliases": [*(code for code in codes if code != label), *_aliases(entry, language)],
    }
    document = file.document(sections, metadata)
    return replace(document, id=f"{file.id}#{entry['id']}.{language}", whole=True)


def _sections(entry: Mapping[str, Any], language: Language) -> list[Section]:
    meaning, steps, escalate = _HEADINGS[language]
    message = str(entry.get("message", "")).strip()
    said = _said(entry, "meaning", language)
    texts = (
        (meaning, "\n\n".join(filter(None, (f"> {message}" if message else "", said)))),
        (steps, _said(entry, "steps", language)),
        (escalate, _said(entry, "escalate", language)),
    )
    return [Section(cleaned(text), (heading,)) for heading, text in texts if text]


def _said(entry: Mapping[str, Any], key: str, language: Language) -> str:
    said = (entry.get(key) or {}).get(language, "")
    if isinstance(said, list):
        return "\n".join(f"{number}. {step}" for number, step in enumerate(said, start=1))
    return str(said).strip()


def _aliases(entry: Mapping[str, Any], language: Language) -> list[str]:
    """Those in the script of the language: a list mixes all three."""
    aliases = [str(alias) for alias in entry.get("aliases", ())]
    return [alias for alias in aliases if alias.isascii() != (language == "hi")]
