"""Tables in plain text, with whatever separator and encoding they were exported."""

import csv
import io

from protocol.errors import DocumentRefused
from retrieval.documents import Document, Section
from retrieval.loaders.source import SourceFile
from retrieval.loaders.table import markdown_table

_SEPARATORS = ",;\t|"
_SAMPLE = 20_000  # characters that the separator is told from


def load_delimited(file: SourceFile) -> tuple[Document, ...]:
    """One document with one table."""
    text = file.text()
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), _dialect(text)))
    except csv.Error as error:
        raise DocumentRefused(f"it is no table: {error}") from error
    return (file.document((Section(markdown_table(rows)),), {}),)


def _dialect(text: str) -> csv.Dialect | type[csv.Dialect]:
    try:
        return csv.Sniffer().sniff(text[:_SAMPLE], _SEPARATORS)
    except csv.Error:  # one column, or a text in quotation marks
        return csv.excel
