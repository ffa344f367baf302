"""Documents as JSON and back: how they come from the process that reads files, and how old versions are kept."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from protocol.languages import Language
from retrieval.documents import Document, Section, Status

_TEXTS = tuple(field.name for field in fields(Document) if field.type in (str, Language, Status))
_ADDED = ("valid_from", "valid_until")  # versions kept by an earlier release don't have these


def documents_to_json(documents: Sequence[Document]) -> list[dict[str, Any]]:
    """What `documents_from_json` takes."""
    return [asdict(document) for document in documents]


def documents_from_json(value: Any) -> tuple[Document, ...]:
    """Raises ValueError for anything that `documents_to_json` wouldn't have made."""
    if not isinstance(value, list):
        raise ValueError("documents are a list")
    return tuple(map(_document, value))


def dumps(documents: Sequence[Document]) -> bytes:
    return json.dumps(documents_to_json(documents), ensure_ascii=False).encode("utf-8", "replace")


def loads(content: bytes) -> tuple[Document, ...]:
    return documents_from_json(json.loads(content))


def _document(value: Any) -> Document:
    texts = {name: _checked(value[name], str) for name in _TEXTS if name not in _ADDED}
    texts |= {name: _checked(value.get(name, ""), str) for name in _ADDED}
    language, status = texts.pop("language"), texts.pop("status")
    if language not in ("en", "hi", "hinglish") or status not in ("current", "outdated"):
        raise ValueError(f"language {language!r}, status {status!r}")
    return Document(
        **texts,
        language=language,
        status=status,
        sections=tuple(_section(section) for section in value["sections"]),
        codes=_checked_texts(value["codes"]),
        aliases=_checked_texts(value["aliases"]),
        whole=_checked(value["whole"], bool),
    )


def _section(value: Any) -> Section:
    page = value["page"]
    return Section(
        text=_checked(value["text"], str),
        headings=_checked_texts(value["headings"]),
        page=None if page is None else _checked(page, int),
    )


def _checked_texts(value: Any) -> tuple[str, ...]:
    return tuple(_checked(item, str) for item in _checked(value, list))


def _checked(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"{str(value)[:40]!r} is no {kind.__name__}")
    return value
