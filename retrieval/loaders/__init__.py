"""From files to documents: one loader per kind of file; `load` picks it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from protocol.errors import DocumentRefused
from retrieval.documents import Document
from retrieval.loaders.catalogue import load_catalogue
from retrieval.loaders.data import load_data
from retrieval.loaders.delimited import load_delimited
from retrieval.loaders.html import load_html
from retrieval.loaders.mail import load_mail
from retrieval.loaders.markdown import load_markdown
from retrieval.loaders.office import load_office, load_outlook, load_slides
from retrieval.loaders.pdf import load_pdf
from retrieval.loaders.pictures import load_picture
from retrieval.loaders.source import SIDECAR, Load, SourceFile
from retrieval.loaders.workbook import load_workbook

MAX_BYTES = 50 * 1024 * 1024
MAX_CHARACTERS = 20_000_000  # of the text; no manual has as many, but a small file can unpack to more

LOADERS: dict[str, Load] = {
    **dict.fromkeys((".md", ".markdown", ".txt"), load_markdown),
    **dict.fromkeys((".html", ".htm", ".xhtml"), load_html),
    **dict.fromkeys((".yml", ".yaml"), load_catalogue),
    ".pdf": load_pdf,
    **dict.fromkeys((".docx", ".epub", ".ipynb", ".xml", ".rss", ".atom"), load_office),
    ".msg": load_outlook,
    ".pptx": load_slides,
    **dict.fromkeys((".xlsx", ".xlsm", ".xls"), load_workbook),
    **dict.fromkeys((".csv", ".tsv"), load_delimited),
    ".json": load_data,
    ".eml": lambda file: load_mail(file, _documents),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp"), load_picture),
}


@dataclass(frozen=True)
class Loaded:
    """The documents of one file, and what the operator should know about them."""

    documents: tuple[Document, ...]
    notes: tuple[str, ...] = ()


def source_files(folder: Path) -> Iterator[Path]:
    """The files of a folder that are documents, in order; hidden ones and sidecars are passed over."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and not path.name.endswith(SIDECAR):
            yield path


def content_hash(path: Path) -> str:
    """Of the file and its sidecar: what must be the same for the file to count as unchanged. Raises DocumentRefused."""
    digest = hashlib.sha256()
    for part in (path, path.with_name(path.name + SIDECAR)):
        try:
            digest.update(part.read_bytes() if part == path or part.exists() else b"")
        except OSError as error:
            raise DocumentRefused(f"it can't be read: {error.strerror or error}") from error
    return digest.hexdigest()


def load(path: Path, root: Path, tenant: str, *, max_bytes: int = MAX_BYTES) -> tuple[Document, ...]:
    """The documents in a file: one, or as many as a catalogue has entries and languages. Raises DocumentRefused with the reason."""
    return load_with_notes(path, root, tenant, max_bytes=max_bytes).documents


def load_with_notes(
    path: Path, root: Path, tenant: str, *, name: str = "", url: str = "", max_bytes: int = MAX_BYTES
) -> Loaded:
    """`load`, for a file that is known by another name than its path (a member of a zip, a web page)."""
    _check_type(path)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DocumentRefused(f"it can't be read: {error.strerror or error}") from error
    if size > max_bytes:
        raise DocumentRefused(f"it has {size / 1e6:.0f} MB, more than the limit of {max_bytes / 1e6:.0f} MB")
    if size == 0:
        raise DocumentRefused("it is empty")
    file = SourceFile(path, root, tenant, content_hash(path), name, url)
    documents = _documents(file)
    characters = sum(len(section.text) for document in documents for section in document.sections)
    if characters > MAX_CHARACTERS:
        raise DocumentRefused(f"its text has {characters / 1e6:.0f} million characters, more than the limit of 20")
    if not any(section.text.strip() for document in documents for section in document.sections):
        raise DocumentRefused("it has no text")
    return Loaded(documents, tuple(dict.fromkeys(file.notes)))


def _documents(file: SourceFile) -> tuple[Document, ...]:
    _check_type(file.path)
    return LOADERS[file.path.suffix.lower()](file)


def _check_type(path: Path) -> None:
    if path.suffix.lower() not in LOADERS:
        raise DocumentRefused(f"files of type {path.suffix or 'without an ending'} are not read")
