"""Markdown to sections: each stretch of text under its path of headings."""

import re

from retrieval.documents import Section

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_NOISE = re.compile(r"<!--.*?-->|<a\s+(?:name|id)=[^>]*>\s*</a>", re.DOTALL)
_RULE = re.compile(r"\s*([-*_=])(?:\s*\1){2,}\s*$")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~:\"'&])")


def sections_of(markdown: str, *, page: int | None = None) -> tuple[str, tuple[Section, ...]]:
    """The title (the first heading, when nothing but it stands at the top) and the sections. Links keep their words only."""
    title = ""
    path: list[tuple[int, str]] = []
    sections: list[Section] = []
    lines: list[str] = []
    fenced = False
    bare = False  # nothing stands under the last heading yet

    def close(level: int) -> None:
        """End a section before a heading of this level. A heading that nothing stood under is a line of text, or it would be lost."""
        nonlocal bare
        text = "\n".join(lines).strip("\n")
        headings = tuple(heading for _, heading in path)
        if text.strip():
            sections.append(Section(text, headings, page))
        elif bare and path[-1][0] >= level and headings[-1]:
            sections.append(Section(headings[-1], headings[:-1], page))
        bare = False
        lines.clear()

    for line in _NOISE.sub("", markdown).split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        if fenced:
            lines.append(line)
            continue
        heading = _HEADING.match(line)
        if heading is None and _RULE.match(line):
            # Under a line of text it makes that a heading; alone it is a mere rule.
            if not (lines and lines[-1].strip() and _plain(lines[-1]) and line.strip()[0] in "-="):
                continue
            heading = _HEADING.match(f"{'#' if line.strip()[0] == '=' else '##'} {lines.pop()}")
        if heading is None:
            lines.append(_words(line))
            continue
        level = len(heading[1])
        close(level)
        text = _words(heading[2]).replace("*", "").replace("`", "").strip()
        if not title and level == 1 and not any(section.headings for section in sections):
            title = text
            continue
        while path and path[-1][0] >= level:
            path.pop()
        path.append((level, text))
        bare = True
    close(0)
    if not sections and title:
        sections.append(Section(title, (), page))
    return title, tuple(sections)


def _words(line: str) -> str:
    """A line without link targets and backslashes."""
    return _ESCAPE.sub(r"\1", _LINK.sub(r"\1", line))


def _plain(line: str) -> bool:
    return not line.lstrip().startswith(("|", "-", "*", "+", ">", "#")) and len(line) < 120
