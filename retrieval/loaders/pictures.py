"""Pictures: as documents of their own, and inside of other documents."""

import base64
import binascii
import io
import re
import warnings

from PIL import Image

from protocol.errors import DocumentRefused
from retrieval.documents import Document, Section
from retrieval.loaders.recognition import available, recognised
from retrieval.loaders.source import SourceFile, cleaned

_EMBEDDED = re.compile(r"!\[([^\]]*)\]\(data:image/[\w.+-]+;base64,([A-Za-z0-9+/=\s]*)\)")
_LEAST = 60  # pixels; anything narrower is a bullet or an icon
_MOST = 60_000_000  # pixels
_FRAMES = 100  # pages of a TIFF
_FILE_NAME = re.compile(r"\S+\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf)$", re.IGNORECASE)
NOT_READ = "the text in its pictures was not read: Tesseract is not installed"


def load_picture(file: SourceFile) -> tuple[Document, ...]:
    """One document with a section for each page of the picture that has text."""
    try:
        with Image.open(file.path) as picture:
            _check(picture)
            pages = []
            for number in range(min(getattr(picture, "n_frames", 1), _FRAMES)):
                picture.seek(number)
                pages.append(recognised(picture))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DocumentRefused(f"the picture can't be opened: {str(error)[:120]}") from error
    sections = [Section(cleaned(text), (), number) for number, text in enumerate(pages, start=1) if text]
    if not sections:
        raise DocumentRefused("no text was found in the picture")
    return (file.document(tuple(sections), {}),)


def with_pictures_read(markdown: str, notes: list[str]) -> str:
    """Markdown with the text of each embedded picture in the picture's place."""

    def read(found: re.Match[str]) -> str:
        caption = "" if _FILE_NAME.match(found[1].strip()) else found[1].strip()
        try:
            text = text_in(base64.b64decode(found[2]), notes)
        except binascii.Error:
            text = ""
        in_table = markdown[markdown.rfind("\n", 0, found.start()) + 1 : found.start()].lstrip().startswith("|")
        said = "\n\n".join(filter(None, (caption, text)))
        return " ".join(said.replace("|", "\\|").split()) if in_table else said

    return _EMBEDDED.sub(read, markdown)


def text_in(content: bytes, notes: list[str]) -> str:
    """The text of one picture inside of a document; empty when it can't be had, which is no reason to refuse the document."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if min(picture.size) < _LEAST:
                return ""
            _check(picture)
            if not available():
                if NOT_READ not in notes:
                    notes.append(NOT_READ)
                return ""
            return recognised(picture)
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ):  # drawings in formats of Windows, and damaged ones
        return ""


def _check(picture: Image.Image) -> None:
    """Pillow only warns of a picture that unpacks to gigabytes."""
    if picture.width * picture.height > _MOST:
        raise ValueError(f"{picture.width} x {picture.height} pixels are more than can be read")


warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # `_check` is stricter
