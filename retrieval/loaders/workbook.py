"""Spreadsheets: each sheet under its name, each block of cells as a table, the text in pictures below it."""

import datetime
import io
from collections.abc import Iterable, Iterator
from typing import Any

from protocol.errors import DocumentRefused
from retrieval.documents import Document, Section
from retrieval.loaders.container import check_container
from retrieval.loaders.pictures import text_in
from retrieval.loaders.source import SourceFile, cleaned
from retrieval.loaders.table import markdown_table

_MIDNIGHT = datetime.time()


def load_workbook(file: SourceFile) -> tuple[Document, ...]:
    """One document; .xlsx and .xls."""
    check_container(file)
    read = _old_sheets if file.path.suffix.lower() == ".xls" else _sheets
    try:
        sections = tuple(
            Section(cleaned(text), (cleaned(name).strip(),))
            for name, rows, pictures in read(file)
            if (text := "\n\n".join((*_blocks(rows), *pictures)))
        )
    except (DocumentRefused, MemoryError):
        raise
    except Exception as error:  # the libraries hand on whatever their parsers of XML and of old Excel raise
        raise DocumentRefused(f"it is damaged: {' '.join(str(error).split())[:160] or type(error).__name__}") from error
    return (file.document(sections, {}),)


def _sheets(file: SourceFile) -> Iterator[tuple[str, list[list[str]], list[str]]]:
    # Imported here, like the other library below: searching doesn't need them.
    import openpyxl

    book = openpyxl.load_workbook(file.path, data_only=True)
    for sheet in book.worksheets:
        rows = [[_shown(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]
        pictures = [text_in(picture._data(), file.notes) for picture in sheet._images]
        yield sheet.title, rows, [text for text in pictures if text]


def _old_sheets(file: SourceFile) -> Iterator[tuple[str, list[list[str]], list[str]]]:
    import xlrd

    try:
        book = xlrd.open_workbook(str(file.path), formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        said = "it is protected by a password" if "encrypted" in str(error) else f"it is damaged: {error}"
        raise DocumentRefused(said) from error
    for sheet in book.sheets():
        rows = [[_old_value(cell, book, xlrd) for cell in row] for row in sheet.get_rows()]
        yield sheet.name, rows, []


def _old_value(cell: Any, book: Any, xlrd: Any) -> str:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _shown(xlrd.xldate_as_datetime(cell.value, book.datemode))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return _shown(bool(cell.value))
    number_format = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
    return "" if cell.ctype == xlrd.XL_CELL_ERROR else _shown(cell.value, number_format)


def _shown(value: Any, number_format: str = "") -> str:
    """A value as the sheet shows it, as far as one can tell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime) and value.time() == _MIDNIGHT:
        return value.date().isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (int, float)) and number_format.endswith("%"):
        return f"{value * 100:g}%"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return str(value)


def _blocks(rows: Iterable[list[str]]) -> Iterator[str]:
    """Rows between empty rows: a table, or a line of text where one cell stands alone."""
    block: list[list[str]] = []
    for row in (*rows, []):
        if any(cell.strip() for cell in row):
            block.append(row)
            continue
        filled = [cell.strip() for line in block for cell in line if cell.strip()]
        if len(filled) == 1 or (filled and len(filled) == len(block)):
            yield "\n".join(filled)
        elif filled:
            yield markdown_table(block)
        block = []
