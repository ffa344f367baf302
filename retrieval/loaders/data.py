"""JSON: keys become headings and labels, lists of like objects become tables."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from protocol.errors import DocumentRefused
from retrieval.documents import Document, Section
from retrieval.loaders.source import SourceFile
from retrieval.loaders.table import markdown_table

_DEEPEST = 3  # headings; below, a path of keys is a label
_CELL = 120  # characters; longer values read better as lines than in a table


def load_data(file: SourceFile) -> tuple[Document, ...]:
    """One document."""
    try:
        value = json.loads(file.text())
        sections = tuple(Section(text, path) for path, text in _sections(value, ()))
    except ValueError as error:
        raise DocumentRefused(f"it is not JSON: {str(error)[:160]}") from error
    except RecursionError as error:
        raise DocumentRefused("it is nested too deeply") from error
    return (file.document(sections, {}),)


def _sections(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, list) and _is_table(value):
        columns = list(dict.fromkeys(key for row in value for key in row))
        yield path, markdown_table([columns, *([_plain(row.get(column)) for column in columns] for row in value)])
        return
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else []
    nested = {str(key): inner for key, inner in items if isinstance(inner, (Mapping, list)) and not _is_flat(inner)}
    text = "\n".join(_lines({key: inner for key, inner in items if str(key) not in nested} if items else value))
    if text.strip():
        yield path, text
    for key, inner in nested.items():
        label = key if isinstance(value, Mapping) else f"{path[-1] if path else 'entry'} {int(key) + 1}"
        if len(path) < _DEEPEST:
            yield from _sections(inner, (*path, label))
        else:
            yield path, f"{label}:\n" + "\n\n".join(text for _, text in _sections(inner, path))


def _lines(value: Any) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield _plain(value)
        return
    for key, inner in value.items():
        yield f"- {_plain(inner)}" if isinstance(key, int) else f"- {key}: {_plain(inner)}"


def _is_table(rows: list[Any]) -> bool:
    return len(rows) > 1 and all(
        isinstance(row, Mapping) and all(_is_flat(cell) and len(_plain(cell)) <= _CELL for cell in row.values())
        for row in rows
    )


def _is_flat(value: Any) -> bool:
    """A value, or a list of values: shown in one line."""
    values = value if isinstance(value, list) else [value]
    return not any(isinstance(inner, (Mapping, list)) for inner in values)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
