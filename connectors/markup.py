"""The bot's Markdown in the formatting that a messaging app knows: bold, italics, code, links; tables become lines."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_INLINE = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|!\[(?P<alt>[^\]\n]*)\]\([^)\s]*\)"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<url>[^)\s]+)\)"
    r"|\*\*(?=\S)(?P<bold>.+?)(?<=\S)\*\*"
    r"|(?<![\w*])\*(?=[^\s*])(?P<star>[^*\n]+?)(?<=\S)\*(?![\w*])"
    r"|(?<!\w)_(?=\S)(?P<italic>[^_\n]+?)(?<=\S)_(?!\w)"
)
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*$")
_BULLET = re.compile(r"(\s*)[-*+]\s+(.*)")
_RULE = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*\|?\s*")
_SAFE_LINK = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)


@dataclass(frozen=True)
class Style:
    """How an app marks things; every function takes text that is escaped already, but `link`'s address isn't."""

    escape: Callable[[str], str]
    bold: Callable[[str], str]
    italic: Callable[[str], str]
    code: Callable[[str], str]
    block: Callable[[str], str]
    link: Callable[[str, str], str]


def formatted(markdown: str, style: Style) -> str:
    """The text in that style."""
    lines: list[str] = []
    source = iter(markdown.split("\n"))
    header: list[str] = []
    for line in source:
        if line.lstrip().startswith("```"):
            code = []
            for inner in source:
                if inner.lstrip().startswith("```"):
                    break
                code.append(style.escape(inner))
            lines.append(style.block("\n".join(code)))
        elif line.strip().startswith("|") and line.count("|") > 1:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if _RULE.fullmatch(line):
                continue
            if not header:
                header = cells
                continue
            lines.append(_row(header, cells, style))
            continue
        else:
            lines.append(_line(line, style))
        header = []
    return "\n".join(lines)


def _line(line: str, style: Style) -> str:
    heading = _HEADING.fullmatch(line)
    if heading:
        return style.bold(style.escape(re.sub(r"[*_`]", "", heading.group(1))))
    bullet = _BULLET.fullmatch(line)
    if bullet:
        return f"{bullet.group(1)}• {_inline(bullet.group(2), style)}"
    return _inline(line, style)


def _row(header: list[str], cells: list[str], style: Style) -> str:
    """A row of a table as `• first: head second, ...`: phones are too narrow for columns."""
    first, *rest = (_inline(cell, style) for cell in cells)
    if len(cells) == 2:
        return f"• {first}: {rest[0]}"
    named = (f"{_inline(name, style)} {cell}" if name else cell for name, cell in zip(header[1:], rest, strict=False))
    return f"• {first}: {', '.join(named)}"


def _inline(text: str, style: Style) -> str:
    found: list[str] = []
    end = 0
    for match in _INLINE.finditer(text):
        found.append(style.escape(text[end : match.start()]))
        found.append(_marked(match, style))
        end = match.end()
    found.append(style.escape(text[end:]))
    return "".join(found)


def _marked(match: "re.Match[str]", style: Style) -> str:
    if match["code"]:
        return style.code(style.escape(match["code"][1:-1]))
    if match["url"]:
        label = _inline(match["label"], style)
        return style.link(label, match["url"]) if _SAFE_LINK.match(match["url"]) else label
    if match["bold"]:
        return style.bold(_inline(match["bold"], style))
    if match["star"] or match["italic"]:
        return style.italic(_inline(match["star"] or match["italic"], style))
    return style.escape(match["alt"] or "")  # an image's address is never fetched by anybody
