"""Office files are zips or OLE containers; what hides in them is checked before a library opens them."""

import zipfile

from protocol.errors import DocumentRefused
from retrieval.loaders.source import SourceFile

_OLE = b"\xd0\xcf\x11\xe0"  # Office of before 2007; newer files are wrapped in it when a password protects them
_ZIPPED = (".docx", ".pptx", ".xlsx", ".epub")
_MOST_UNPACKED = 400 * 1024 * 1024


def check_container(file: SourceFile) -> None:
    """Raises DocumentRefused for a password, for another format under this ending, and for what unpacks to far more than a document."""
    kind = file.path.suffix.lower()
    with file.path.open("rb") as content:
        old_office = content.read(4) == _OLE
    if kind in _ZIPPED and old_office:
        raise DocumentRefused("it is protected by a password")
    if (kind in _ZIPPED and not zipfile.is_zipfile(file.path)) or (kind in (".xls", ".msg") and not old_office):
        raise DocumentRefused(f"it is damaged: this is no {kind} file")
    if kind in _ZIPPED:
        _check_size(file)


def _check_size(file: SourceFile) -> None:
    try:
        with zipfile.ZipFile(file.path) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DocumentRefused(f"it is damaged: {error}") from error
    if unpacked > _MOST_UNPACKED:
        raise DocumentRefused(f"it unpacks to {unpacked / 1e6:,.0f} MB, more than a document has")
