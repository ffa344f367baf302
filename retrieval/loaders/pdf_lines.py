"""What stands on the pages of a PDF: lines of text with the size and place of their letters, and where pictures are."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from protocol.errors import DocumentRefused

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points from the page's lower left corner


class PdfDamaged(DocumentRefused):
    """The parser gave up; another one may do better."""


@dataclass(frozen=True)
class Line:
    """One line, or a block that takes a line's place: a table, or the text of a picture (these have no size)."""

    text: str
    size: float
    first: bool  # of its block: a blank line goes before it
    page: int
    box: Box = (0.0, 0.0, 0.0, 0.0)
    bold: bool = False

    @property
    def is_block(self) -> bool:
        return "\n" in self.text


@dataclass
class Page:
    number: int  # from 1
    width: float
    height: float
    turned: bool  # its letters don't lie as the coordinates say
    lines: list[Line]
    pictures: list[Box] = field(default_factory=list)
    rules: int = 0  # lines and rectangles drawn: without any there is no ruled table to look for


def pages_of(path: Path) -> Iterator[Page]:
    """Page by page; raises DocumentRefused for a password and PdfDamaged for what can't be parsed."""
    # Imported here: searching doesn't need it.
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException

    try:
        for number, layout in enumerate(extract_pages(str(path), laparams=LAParams()), start=1):
            yield _page(layout, number)
    except PDFPasswordIncorrect as error:
        raise DocumentRefused("it is protected by a password") from error
    except PDFEncryptionError as error:
        raise DocumentRefused(f"its encryption is not known: {error}") from error
    except (
        PDFException, PSException, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError,
        RecursionError, AssertionError, OSError,
    ) as error:  # fmt: skip
        raise PdfDamaged(f"the PDF is damaged: {str(error)[:160] or type(error).__name__}") from error


def _page(layout: Any, number: int) -> Page:
    from pdfminer.layout import LTCurve, LTFigure, LTTextContainer, LTTextLine

    page = Page(number, layout.width, layout.height, bool(layout.rotate), [])
    for part in layout:
        if isinstance(part, LTTextContainer):
            lines = [line for line in part if isinstance(line, LTTextLine)]
            page.lines += [_line(line, place == 0, number) for place, line in enumerate(lines)]
        elif isinstance(part, LTFigure):
            page.pictures.append(part.bbox)
        elif isinstance(part, LTCurve):  # lines and rectangles are curves to it
            page.rules += 1
    page.lines = [line for line in page.lines if line.text]
    return page


def _line(line: Any, first: bool, page: int) -> Line:
    from pdfminer.layout import LTChar

    letters = [letter for letter in line if isinstance(letter, LTChar)]
    size = round(statistics.median(letter.size for letter in letters), 1) if letters else 0.0
    bold = bool(letters) and all("bold" in letter.fontname.lower() for letter in letters)
    return Line(" ".join(line.get_text().translate(_LIGATURES).split()), size, first, page, line.bbox, bold)
