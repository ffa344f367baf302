"""Pages of a PDF as pictures: what was scanned is read from there; and the second parser, for what the first can't open."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from protocol.errors import DocumentRefused
from retrieval.loaders.pdf_lines import Box, Line, Page
from retrieval.loaders.pictures import NOT_READ
from retrieval.loaders.recognition import available, recognised

_DPI = 300
_MOST = 40_000_000  # pixels of one page; larger ones are drawn smaller
_LEAST = 40.0  # points; a picture narrower than that is a logo or a rule
_PICTURES = 100  # in pages that have text; beyond, it is a catalogue of photographs


class PagePictures:
    """Reads scanned pages, and pictures on pages with text, of one PDF."""

    def __init__(self, path: Path, notes: list[str]) -> None:
        self._path = path
        self._notes = notes
        self._document: Any = None
        self._read = 0

    def whole_page(self, page: Page) -> list[Line]:
        """The lines of a page that has no text of its own; none where Tesseract finds none. Raises DocumentRefused without Tesseract."""
        text = recognised(self._drawn(page, None))
        return _lines(text, page, (0.0, 0.0, page.width, page.height))

    def with_pictures(self, page: Page, lines: list[Line]) -> list[Line]:
        """The lines of a page with the text of its pictures between them, by height."""
        for box in page.pictures:
            if min(box[2] - box[0], box[3] - box[1]) < _LEAST or self._read >= _PICTURES:
                continue
            if not available():
                if NOT_READ not in self._notes:
                    self._notes.append(NOT_READ)
                break
            self._read += 1
            text = recognised(self._drawn(page, box))
            middle = (box[1] + box[3]) / 2
            place = next((i for i, line in enumerate(lines) if line.box[3] <= middle), len(lines))
            lines = [*lines[:place], *_lines(text, page, box), *lines[place:]]
        return lines

    def close(self) -> None:
        if self._document is not None:
            self._document.close()

    def _drawn(self, page: Page, box: Box | None) -> Image.Image:
        import pypdfium2  # imported here: searching doesn't need it

        try:
            if self._document is None:
                self._document = pypdfium2.PdfDocument(self._path)
            sheet = self._document[page.number - 1]
            width, height = sheet.get_size()
            scale = min(_DPI / 72, (_MOST / max(width * height, 1.0)) ** 0.5)
            picture: Image.Image = sheet.render(scale=scale).to_pil()
        except pypdfium2.PdfiumError as error:
            raise DocumentRefused(f"page {page.number} can't be drawn: {error}") from error
        if box is None or page.turned:
            return picture
        edges = (box[0], page.height - box[3], box[2], page.height - box[1])
        left, top, right, bottom = (round(edge * scale) for edge in edges)
        left, top = max(left, 0), max(top, 0)
        return picture.crop(
            (left, top, max(min(right, picture.width), left + 1), max(min(bottom, picture.height), top + 1))
        )


def _lines(text: str, page: Page, box: Box) -> list[Line]:
    paragraphs = [paragraph.split("\n") for paragraph in text.split("\n\n") if paragraph.strip()]
    return [
        Line(line, 0.0, place == 0, page.number, box)
        for paragraph in paragraphs
        for place, line in enumerate(paragraph)
    ]


@contextmanager
def repaired(path: Path) -> Iterator[Path]:
    """A copy written anew by a parser that forgives more; raises DocumentRefused when that one can't open it either."""
    import pypdfium2

    with tempfile.TemporaryDirectory(prefix="pdf-") as folder:
        copy = Path(folder) / "repaired.pdf"
        try:
            document = pypdfium2.PdfDocument(path)
            document.save(copy)
            document.close()
        except (pypdfium2.PdfiumError, OSError) as error:
            raise DocumentRefused(f"the PDF is damaged: {str(error)[:160]}") from error
        yield copy
