"""Tables in PDFs: those with rules as drawn, those without by the columns that their cells stand in."""

import re
import statistics
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from retrieval.loaders.pdf_lines import Box, Line, Page
from retrieval.loaders.table import markdown_table

_FRAME = 5  # lines of text in one cell: that is a frame around a part of the page
_PROSE = 36  # characters; cells that are longer on average are columns of prose
_FULL = 0.8  # of their column's width; prose fills its columns, cells don't
_LONE = 45  # characters; a line that stands alone and is longer belongs to no table
_PITCH = 3.2  # times the height of the letters from one row to the next, at most
_ENUMERATOR = re.compile(r"(?:\(?\.?\d{1,3}(?:\.\d{1,3})*[.)]?|\(?[A-Za-z][.)]|[•●▪◦\-–])$")
_MARGIN = 60.0  # points from the leftmost line, within which a number is one of a list

Row = list[Line]


def with_tables(path: Path, page: Page) -> list[Line]:
    """The page's lines in reading order, each table as one block where its first cell stood."""
    lines = list(page.lines)
    if page.rules > 3 and not page.turned:
        for box, text in _ruled(path, page):
            lines = _replaced(lines, [line for line in lines if _inside(line, box)], text)
    free = [line for line in lines if not line.is_block]
    for enumerator, item in _enumerated(_rows(free)):
        whole = replace(item, text=f"{enumerator.text} {item.text}")
        lines = [whole if line is item else line for line in lines if line is not enumerator]
    free = [line for line in lines if not line.is_block]
    for group in _groups(_rows(free)):
        if text := _unruled(group):
            lines = _replaced(lines, [line for row in group for line in row], text)
    return lines


def _replaced(lines: list[Line], cells: list[Line], text: str) -> list[Line]:
    if not cells or not text:
        return lines
    boxes = [line.box for line in cells]
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    block = Line(text, 0.0, True, cells[0].page, box)
    place = next(i for i, line in enumerate(lines) if any(line is cell for cell in cells))
    rest = [line for line in lines[place:] if not any(line is cell for cell in cells)]
    return [*lines[:place], block, *rest]


def _ruled(path: Path, page: Page) -> list[tuple[Box, str]]:
    import pdfplumber  # imported here: searching doesn't need it

    found = []
    with pdfplumber.open(path, pages=[page.number]) as document:
        for table in document.pages[0].find_tables():
            rows = [[cell or "" for cell in row] for row in table.extract()]
            columns = max(map(len, rows), default=0)
            frame = any(cell.count("\n") >= _FRAME for row in rows for cell in row)
            several = sum(sum(map(bool, row)) > 1 for row in rows)
            if frame or len(rows) < 2 or columns < 2 or several * 2 <= len(rows):
                continue
            left, top, right, bottom = table.bbox
            found.append(((left, page.height - bottom, right, page.height - top), markdown_table(rows)))
    return found


def _inside(line: Line, box: Box) -> bool:
    x, y = (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _rows(lines: Sequence[Line]) -> list[Row]:
    """Lines that stand at one height, from the left; rows from the top."""
    rows: list[Row] = []
    for line in sorted(lines, key=lambda line: -_middle(line)):
        height = line.box[3] - line.box[1]
        if rows and abs(_middle(rows[-1][0]) - _middle(line)) < height * 0.4:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box[0]) for row in rows]


def _middle(line: Line) -> float:
    return (line.box[1] + line.box[3]) / 2


def _enumerated(rows: list[Row]) -> list[tuple[Line, Line]]:
    """Numbers and bullets at the left that stand apart from the text they belong to."""
    margin = min((row[0].box[0] for row in rows), default=0.0) + _MARGIN
    return [
        (row[0], row[1])
        for row in rows
        if len(row) == 2 and row[0].box[0] <= margin and _ENUMERATOR.match(row[0].text) and row[1].text[0].isalpha()
    ]


def _groups(rows: list[Row]) -> list[list[Row]]:
    """Runs of rows close to one another that begin and end with several cells; a single cell may stand between them."""
    groups: list[list[Row]] = [[]]
    for row in rows:
        last = groups[-1][-1] if groups[-1] else None
        height = max(line.box[3] - line.box[1] for line in row)
        if last and _middle(last[0]) - _middle(row[0]) > height * _PITCH:
            groups.append([])
        if len(row) == 1 and (row[0].bold or len(row[0].text) > _LONE):
            groups.append([])
        else:
            groups[-1].append(row)
    return [trimmed for group in groups if len(trimmed := _trimmed(group)) > 1]


def _trimmed(group: list[Row]) -> list[Row]:
    several = [place for place, row in enumerate(group) if len(row) > 1]
    return group[several[0] : several[-1] + 1] if several else []


def _unruled(group: list[Row]) -> str:
    """The table; empty when these rows are columns of prose, or chance neighbours."""
    cells = [line for row in group for line in row]
    several = sum(len(row) > 1 for row in group)
    columns = _columns(cells)
    if len(columns) < 2 or several * 3 < len(group) * 2 or (len(columns) == 2 and several < 3):
        return ""
    if _is_prose(cells, columns):
        return ""
    rows = []
    for row in group:
        texts = [""] * len(columns)
        for line in row:
            place = next(i for i, (left, right) in enumerate(columns) if left <= line.box[0] <= right)
            texts[place] = f"{texts[place]} {line.text}".strip()
        rows.append(texts)
    return markdown_table(rows)


def _is_prose(cells: Sequence[Line], columns: Sequence[tuple[float, float]]) -> bool:
    length = statistics.fmean(len(line.text) for line in cells)
    full = statistics.fmean(
        (line.box[2] - line.box[0]) / max(right - left, 1.0)
        for line in cells
        for left, right in columns
        if left <= line.box[0] <= right
    )
    return length > _PROSE or (length > _PROSE / 2 and full > _FULL)


def _columns(cells: Sequence[Line]) -> list[tuple[float, float]]:
    """Stretches of the page's width that cells cover without a gap."""
    columns: list[tuple[float, float]] = []
    for left, right in sorted((line.box[0], line.box[2]) for line in cells):
        if columns and left <= columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns
