"""Markdown and plain text, with YAML front matter."""

import re

from retrieval.documents import Document
from retrieval.loaders.sections import sections_of
from retrieval.loaders.source import SourceFile, parse_metadata

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)


def load_markdown(file: SourceFile) -> tuple[Document, ...]:
    """One document."""
    text = file.text()
    front = _FRONT_MATTER.match(text)
    metadata = parse_metadata(front[1], "its front matter") if front else {}
    title, sections = sections_of(text[front.end() :] if front else text)
    return (file.document(sections, metadata, title=title),)
