"""PDF: text page by page, with headings told from the text by the size of their letters; scanned pages are read from their pictures."""

import statistics
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from protocol.errors import DocumentRefused
from retrieval.documents import Document, Section
from retrieval.loaders.pdf_lines import Line, PdfDamaged, pages_of
from retrieval.loaders.pdf_pictures import PagePictures, repaired
from retrieval.loaders.pdf_tables import with_tables
from retrieval.loaders.sections import sections_of
from retrieval.loaders.source import SourceFile, cleaned

_HEADING_RATIO = 1.12  # of the body's letters
_HEADING_LENGTH = 120  # characters; larger letters over a longer stretch are a slogan, no heading


def load_pdf(file: SourceFile) -> tuple[Document, ...]:
    """One document; each section knows the page it begins on."""
    try:
        lines = list(_lines(file.path, file.notes))
    except PdfDamaged:
        with repaired(file.path) as copy:
            lines = list(_lines(copy, file.notes))
        file.notes.append("the PDF is damaged; what could be repaired was read")
    lines = _joined(lines)
    if not lines:
        raise DocumentRefused("it has no text, and none was found in its pictures")
    title, sections = _sections(lines)
    return (file.document(tuple(sections), {}, title=title),)


def _lines(path: Path, notes: list[str]) -> Iterator[Line]:
    scanned = []
    with closing(PagePictures(path, notes)) as pictures:
        for page in pages_of(path):
            if page.lines:
                yield from pictures.with_pictures(page, with_tables(path, page))
            else:
                found = pictures.whole_page(page)
                yield from found
                scanned += [page.number] if found else []
    if scanned:
        notes.append(f"{len(scanned)} scanned {'page was' if len(scanned) == 1 else 'pages were'} read by OCR")


def _sections(lines: list[Line]) -> tuple[str, list[Section]]:
    body = _body(lines)
    sizes = sorted({line.size for line in lines if _is_heading(line, body)}, reverse=True)
    title = ""
    sections: list[Section] = []
    path: tuple[str, ...] = ()
    for page in sorted({line.page for line in lines}):
        markdown = "\n".join(_markdown(line, body, sizes) for line in lines if line.page == page)
        found, parts = sections_of(cleaned(markdown), page=page)
        if found and not title:
            title = found
        elif found:
            path = (found,)
        for part in parts:
            # Text at the top of a page goes on under the heading of the page before.
            sections.append(part if part.headings else replace(part, headings=path))
            path = sections[-1].headings
    return title, sections


def _body(lines: list[Line]) -> float:
    """The size that most of the text has; 0 when nothing but pictures and tables was read."""
    sizes = [line.size for line in lines for _ in range(0, len(line.text), 20) if line.size]
    return statistics.median_low(sorted(sizes)) if sizes else 0.0


def _joined(lines: list[Line]) -> list[Line]:
    """Lines of one heading, broken over two, as one; a box that begins in the middle of a sentence as part of the box before."""
    joined: list[Line] = []
    sizes = [line.size for line in lines if line.size]
    body = statistics.median_low(sizes) if sizes else 0.0
    for line in lines:
        last = joined[-1] if joined else None
        if last and last.size == line.size > body * _HEADING_RATIO and last.page == line.page and not line.first:
            joined[-1] = replace(last, text=f"{last.text} {line.text}")
        elif line.first and line.size and line.text[:1].islower() and last and last.size == line.size:
            joined.append(replace(line, first=False))
        else:
            joined.append(line)
    return joined


def _is_heading(line: Line, body: float) -> bool:
    return line.size > body * _HEADING_RATIO and len(line.text) <= _HEADING_LENGTH and any(map(str.isalpha, line.text))


def _markdown(line: Line, body: float, sizes: list[float]) -> str:
    text = line.text.strip()
    if line.is_block:
        return f"\n{text}\n"
    if _is_heading(line, body):
        return f"\n{'#' * min(sizes.index(line.size) + 1, 6)} {text}\n"
    text = text.lstrip("•●▪◦") if text[0] in "•●▪◦" and len(text) > 1 else text
    marker = "- " if line.text.strip()[0] in "•●▪◦" else ""
    return f"\n{marker}{text.strip()}" if line.first else f"{marker}{text.strip()}"
