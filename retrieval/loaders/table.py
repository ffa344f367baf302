"""Rows of cells as a Markdown table."""

from collections.abc import Iterable, Sequence


def markdown_table(rows: Iterable[Sequence[str]]) -> str:
    """The first row is the head; columns that are empty throughout are left out, as are empty rows. Empty when nothing is left."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    width = max(map(len, cells), default=0)
    cells = [[*row, *[""] * (width - len(row))] for row in cells]
    used = [column for column in range(width) if any(row[column] for row in cells)]
    lines = [f"| {' | '.join(row[column] for column in used)} |" for row in cells]
    if lines:
        lines.insert(1, f"| {' | '.join('---' for _ in used)} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
