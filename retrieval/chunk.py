"""Cuts documents into passages along headings, blocks and sentences, none longer than what one embedding holds well."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from retrieval.codes import codes_in
from retrieval.documents import Chunk, Document, Section

CHUNKER = "blocks.3"  # grows when chunks, or the terms they are found by, come out differently; documents are then prepared again
TARGET = 220  # tokens of a chunk, its title and headings included
_WHOLE = 440  # of a document that is to stay whole: under the window of 512, whatever the ruler
_SMALL = 40  # tokens of text; a chunk this short takes in the next section too, rather than standing alone
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_DEVANAGARI = re.compile(r"[\u0900-\u097F]")

CountTokens = Callable[[str], int]


@dataclass
class _Draft:
    """A chunk being filled."""

    headings: tuple[str, ...]
    page: int | None
    parts: list[str]
    tokens: int  # with title and headings
    text_tokens: int


def cut(document: Document, count_tokens: CountTokens, *, target: int = TARGET) -> list[Chunk]:
    """The document's chunks in reading order; every word of every section stands in exactly one."""
    drafts: list[_Draft] = []
    target, small = (_WHOLE, _WHOLE) if document.whole else (target, _SMALL)
    title_tokens = count_tokens(" ".join((document.title, *document.aliases)))
    for section in document.sections:
        heading_tokens = title_tokens + count_tokens(" ".join(section.headings))
        room = max(target - heading_tokens, target // 2)
        opening = True
        for block in _blocks(section.text):
            for part in _parts(block, room, count_tokens):
                tokens = count_tokens(part)
                if drafts and _joins(drafts[-1], opening, tokens, target, small):
                    _join(drafts[-1], section, part, tokens, opening)
                else:
                    drafts.append(_Draft(section.headings, section.page, [part], heading_tokens + tokens, tokens))
                opening = False
    return [_chunk(document, number, draft) for number, draft in enumerate(drafts)]


def _joins(draft: _Draft, opening: bool, tokens: int, target: int, small: int) -> bool:
    """Whether a part goes into the chunk before it: it fits, and it doesn't begin a section that can stand for itself."""
    return draft.tokens + tokens <= target and (not opening or draft.text_tokens < small)


def _join(draft: _Draft, section: Section, part: str, tokens: int, opening: bool) -> None:
    if opening and section.headings != draft.headings:
        shared = _shared(draft.headings, section.headings)
        own = section.headings[len(shared) :]
        # The chunk now speaks for both sections: their common path above it, the rest as headings inside.
        if draft.headings != shared:
            draft.parts[0] = f"**{' > '.join(draft.headings[len(shared) :])}**\n\n{draft.parts[0]}"
            draft.headings = shared
        if own:
            part = f"**{' > '.join(own)}**\n\n{part}"
    draft.parts.append(part)
    draft.tokens += tokens
    draft.text_tokens += tokens


def _shared(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    length = next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )
    return first[:length]


def _chunk(document: Document, number: int, draft: _Draft) -> Chunk:
    text = "\n\n".join(draft.parts)
    return Chunk(
        id=f"{document.id}:{number}",
        document=document.id,
        tenant=document.tenant,
        title=document.title,
        headings=draft.headings,
        text=text,
        language=document.language,
        revision=document.content_hash,
        version=document.version,
        status=document.status,
        source=document.source,
        page=draft.page,
        url=document.url,
        codes=tuple(dict.fromkeys((*document.codes, *codes_in(text)))),
        aliases=document.aliases,
    )


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs, whole lists, whole tables, whole fenced code."""
    block: list[str] = []
    fenced = False
    blank = False
    for line in text.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        if not line.strip() and not fenced:
            blank = True
            continue
        # A list goes on over blank lines as long as items or their indented text follow.
        continues = block and _ITEM.match(block[0]) and (_ITEM.match(line) or line.startswith(("  ", "\t")))
        if block and blank and not fenced and not continues:
            yield "\n".join(block)
            block = []
        blank = False
        block.append(line.rstrip())
    if block:
        yield "\n".join(block)


def _parts(block: str, room: int, count_tokens: CountTokens) -> Iterator[str]:
    """The block if it fits; else its rows, items or sentences in runs that fit."""
    if count_tokens(block) <= room:
        yield block
        return
    lines = block.split("\n")
    if lines[0].lstrip().startswith("|"):
        head = lines[:2] if len(lines) > 2 and set(lines[1]) <= set("|-: ") else []
        yield from _runs(lines[len(head) :], "\n", room, count_tokens, head="\n".join(head))
    elif len(lines) > 1 and (_ITEM.match(lines[0]) or _FENCE.match(lines[0])):
        yield from _runs(_items(lines), "\n", room, count_tokens)
    else:
        yield from _runs(_sentences(block), " ", room, count_tokens)


def _runs(pieces: list[str], glue: str, room: int, count_tokens: CountTokens, *, head: str = "") -> Iterator[str]:
    """Pieces joined while they fit; `head` (of a table) is said again before each run."""
    room -= count_tokens(head) if head else 0
    run: list[str] = []
    used = 0
    fitting = [part for piece in pieces for part in _fitting(piece, max(room, 40), count_tokens)]
    for piece in fitting:
        tokens = count_tokens(piece)
        if run and used + tokens > room:
            yield "\n".join(filter(None, (head, glue.join(run))))
            run, used = [], 0
        run.append(piece)
        used += tokens
    if run:
        yield "\n".join(filter(None, (head, glue.join(run))))


def _fitting(piece: str, room: int, count_tokens: CountTokens) -> list[str]:
    """A piece that no boundary makes short enough is cut between words, and where there are none, anywhere."""
    tokens = count_tokens(piece)
    if tokens <= room:
        return [piece]
    words = piece.split(" ")
    if len(words) < 2:
        half = len(piece) // 2
        halves = [piece[:half], piece[half:]] if half else [piece]
    else:
        halves = [" ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])]
    if len(halves) == 1:
        return halves
    return [part for half in halves for part in _fitting(half, room, count_tokens)]


def _items(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        if items and not _ITEM.match(line):
            items[-1] += "\n" + line
        else:
            items.append(line)
    return items


def _sentences(text: str) -> list[str]:
    language = "hi" if len(_DEVANAGARI.findall(text)) * 4 > len(text) else "en"
    joined = " ".join(text.split())
    return [sentence.text.strip() for sentence in _sentencizer(language)(joined).sents if sentence.text.strip()]


@lru_cache(maxsize=2)
def _sentencizer(language: str) -> Any:
    # Imported here: spaCy takes a second to import, and only a long paragraph needs it.
    import spacy

    pipeline = spacy.blank(language)
    pipeline.add_pipe("sentencizer")
    pipeline.max_length = 60_000_000
    return pipeline
