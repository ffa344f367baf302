"""Word, PowerPoint, books, Outlook mail, notebooks and feeds, through markitdown."""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from protocol.errors import DocumentRefused
from retrieval.documents import Document, Section
from retrieval.loaders.container import check_container
from retrieval.loaders.pictures import with_pictures_read
from retrieval.loaders.sections import sections_of
from retrieval.loaders.source import SourceFile, cleaned

_SLIDE = re.compile(r"<!-- Slide number: (\d+) -->")
_SUBJECT = re.compile(r"^\*\*Subject:\*\* (.+)$", re.MULTILINE)


def load_office(file: SourceFile) -> tuple[Document, ...]:
    """One document."""
    title, sections = sections_of(converted(file))
    return (file.document(sections, {}, title=title),)


def load_outlook(file: SourceFile) -> tuple[Document, ...]:
    """One document under the mail's subject: who wrote, and the text."""
    head, _, body = converted(file).removeprefix("# Email Message").partition("## Content")
    if not head.strip():
        raise DocumentRefused("it is no e-mail: it has neither sender nor subject")
    subject = _SUBJECT.search(head)
    _, sections = sections_of(body)
    return (file.document((Section(head.strip()), *sections), {}, title=subject[1].strip() if subject else ""),)


def load_slides(file: SourceFile) -> tuple[Document, ...]:
    """One document; each slide is a page under its own title."""
    _, *slides = _SLIDE.split(converted(file))
    title = ""
    sections: list[Section] = []
    for number, markdown in zip(slides[::2], slides[1::2], strict=True):
        found, parts = sections_of(markdown, page=int(number))
        title = title or found
        own = (found,) if found and found != title else ()
        sections += [replace(part, headings=(*own, *part.headings)) for part in parts]
    return (file.document(tuple(sections), {}, title=title),)


def converted(file: SourceFile) -> str:
    """The file as Markdown; raises DocumentRefused with the last line of what markitdown says."""
    check_container(file)
    try:
        markdown = str(_converter().convert_local(str(file.path), keep_data_uris=True).text_content)
    except Exception as error:  # markitdown hands on whatever the library of each format raises
        if "MemoryError" in str(error):
            raise MemoryError from error
        reason = str(error).strip().splitlines()
        raise DocumentRefused(
            f"it can't be converted: {reason[-1][:200] if reason else type(error).__name__}"
        ) from error
    return cleaned(with_pictures_read(markdown, file.notes))


@lru_cache(maxsize=1)
def _converter() -> Any:
    # Imported here: it brings pandas and more, a second's work that searching doesn't need.
    from markitdown import MarkItDown

    return MarkItDown(enable_plugins=False)
