"""Web pages: what the page is about, without its navigation."""

from typing import Any

from bs4 import BeautifulSoup, Tag
from markdownify import MarkdownConverter

from protocol.errors import DocumentRefused
from retrieval.documents import Document
from retrieval.loaders.sections import sections_of
from retrieval.loaders.source import SourceFile, cleaned

_BOILERPLATE = (
    "script", "style", "noscript", "template", "svg", "iframe", "form", "nav", "footer", "aside",
    "[role=navigation]", "[role=banner]", "[role=contentinfo]", "[role=search]", "[aria-hidden=true]", "[hidden]", "body > header",
)  # fmt: skip


def load_html(file: SourceFile) -> tuple[Document, ...]:
    """One document; `<meta name=...>` carries the metadata, `<html lang>` the language."""
    page = BeautifulSoup(file.path.read_bytes(), "html.parser")
    metadata = _metadata(page)
    title = page.title.get_text(" ", strip=True) if page.title else ""
    for boilerplate in page.select(", ".join(_BOILERPLATE)):
        boilerplate.decompose()
    body = page.find("main") or page.find("article") or page.body or page
    heading, sections = sections_of(cleaned(markdown_of(body)))
    return (file.document(sections, metadata, title=heading or title),)


def markdown_of(element: Any) -> str:
    """An element as Markdown, tables and lists kept, pictures by their alternative text."""
    try:
        return str(MarkdownConverter(heading_style="ATX", bullets="-", strip=["img"]).convert_soup(element))
    except RecursionError as error:
        raise DocumentRefused("its elements are nested too deeply") from error


def _metadata(page: BeautifulSoup) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    for tag in page.find_all("meta", attrs={"name": True, "content": True}):
        metadata[str(tag["name"]).lower()] = str(tag["content"])
    if isinstance(page.html, Tag) and page.html.get("lang"):
        metadata.setdefault("language", str(page.html["lang"]))
    metadata.pop("title", None)  # the heading names the article better than the browser's tab
    return metadata
