"""Answers without a language model: the part of the best passage that speaks to the question, quoted as it stands."""

import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from answering.phrases import phrase
from answering.question import Draft, Question
from answering.steps import asks_how, has_steps
from retrieval.analysis import normalise, terms
from retrieval.codes import codes_typed
from retrieval.documents import Chunk
from retrieval.hits import Hit
from retrieval.query import asked_query

MODEL = "extractive"
FOUND = 0.3  # what a block counts for standing in the passage that the search chose, not after it
ASKED_STEPS = 1.0  # what steps count for besides when the question is how: more than the notes after them together
LONGEST_QUOTE = 800  # characters, about what a phone shows without scrolling
LONGEST_SECOND = 500
LONGEST_ENTRY = 1_300  # of the entry of a code that was asked for: its meaning is little without its steps
CLOSE = 0.04  # of the score: what is this near to the best hit may as well be the better one (bench/answers.md)
_LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_HEADING = re.compile(r"(?:\*\*[^*\n]+\*\*|#{1,6} [^\n]+)")
_IMAGE_OR_ANCHOR = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


@dataclass(frozen=True)
class Block:
    """A paragraph, a whole list with the line that leads it in, or a table, with its heading: what may not be torn apart."""

    text: str
    is_list: bool


@dataclass(frozen=True)
class Quoted:
    """What is quoted of one passage."""

    chunk: Chunk
    text: str


def extract(question: Question, hits: Sequence[Hit], following: Sequence[Chunk] = ()) -> Draft:
    """Quote the best passage, framed in the customer's language; each passage quoted is cited under its own number.

    `following` are the passages after it in its document: what a short one says often goes on there (meaning, then steps).
    Where the second hit is about as good as the first, it is quoted, too.
    """
    chunk = hits[0].chunk
    if _is_entry(question.text, chunk):
        quotes = [Quoted(chunk, "\n\n".join(block.text for block in blocks(chunk.text)))]
    else:
        quotes = quote(question.text, [chunk, *following], LONGEST_QUOTE)
        second = hits[1] if len(hits) > 1 and hits[0].score - hits[1].score < CLOSE else None
        # A close one in another language mostly is the same page again.
        if second and second.chunk.language == chunk.language and second.chunk not in [said.chunk for said in quotes]:
            quotes += quote(question.text, [second.chunk], LONGEST_SECOND)
    lines = [phrase(question.language, "quote", title=chunk.title)]
    for number, said in enumerate(quotes, start=1):
        heading = _heading(said.chunk, quotes[number - 2].chunk) if number > 1 else ""
        lines.append(heading + _cited(said.text, number))
    shown = [said.chunk for said in quotes]
    for use, applies in {
        "from_english": any(of.language == "en" for of in shown),
        "from_hindi": any(of.language == "hi" for of in shown),
        "outdated": any(of.status == "outdated" for of in shown),
    }.items():
        lines.append(phrase(question.language, use) if applies else "")
    return Draft("\n\n".join(line for line in lines if line), model=MODEL, quoted=tuple(shown))


def _cited(text: str, number: int) -> str:
    """The text with its citation at the end; behind a table it would be a cell too many, which every reader drops."""
    if text.endswith("|"):
        return f"{text[:-1].rstrip()} [{number}] |"
    return f"{text}\n\n[{number}]" if text.endswith(("```", "~~~")) else f"{text} [{number}]"


def _is_entry(question: str, chunk: Chunk) -> bool:
    """Whether the question names the code that a page is about, and the page is short enough to be read whole."""
    about = set(codes_typed(" ".join((chunk.title, *chunk.aliases)))) & set(chunk.codes)
    return (
        len(chunk.text) <= LONGEST_ENTRY
        and not chunk.headings
        and not about.isdisjoint(codes_typed(normalise(question)))
    )


def quote(question: str, chunks: Sequence[Chunk], longest: int = LONGEST_QUOTE) -> list[Quoted]:
    """The run of neighbouring blocks that fits `longest` characters and holds most of what was asked, by passage.

    The first of the chunks is the one that the search chose.
    """
    found = [(chunk, block) for chunk in chunks for block in blocks(chunk.text)]
    asked = asked_query(question).words
    held = [set(terms(f"{' '.join(chunk.headings)} {block.text}")) for chunk, block in found]
    rarity = [math.log1p(len(held) / (1 + sum(not of.isdisjoint(word.terms) for of in held))) for word in asked]
    how = asks_how(question)
    worth = []
    for place, (chunk, block) in enumerate(found):
        share = sum(
            weight for word, weight in zip(asked, rarity, strict=True) if not held[place].isdisjoint(word.terms)
        )
        worth.append(share / (sum(rarity) or 1) + _prior(block, place, chosen=chunk is chunks[0], how=how))
    runs = _runs([block for _, block in found], longest)
    best = max(runs, key=lambda run: (round(sum(worth[run[0] : run[1]]), 6), -run[0]))
    texts: dict[str, list[str]] = {}
    for chunk, block in found[best[0] : best[1]]:
        texts.setdefault(chunk.id, []).append(block.text)
    by_id = {chunk.id: chunk for chunk in chunks}
    return [Quoted(by_id[name], "\n\n".join(parts)) for name, parts in texts.items()]


def _heading(chunk: Chunk, before: Chunk) -> str:
    """What tells the reader that another passage begins: the other page's title, or the next heading of the same one."""
    told = chunk.title if chunk.document != before.document else chunk.headings[-1] if chunk.headings else ""
    new = chunk.document != before.document or chunk.headings != before.headings
    return f"**{told}**\n\n" if told and new else ""


def blocks(markdown: str) -> list[Block]:
    """Cut a passage where a reader would: between paragraphs, around lists and tables, and never inside them."""
    text = _LINK.sub(r"\1", _IMAGE_OR_ANCHOR.sub("", markdown))
    found: list[Block] = []
    heading = ""  # that waits for what it stands over; one with nothing below is left out
    for part in map(_unwrapped, re.split(r"\n\s*\n", text.strip())):
        if _HEADING.fullmatch(part.strip()):
            heading = part.strip()
            continue
        is_list = bool(_LIST_ITEM.match(part))
        if heading and part.strip():
            first, *rest = _fitting(part.strip(), is_list)
            found += [Block(f"{heading}\n\n{first.text}", is_list), *rest]
            heading = ""
            continue
        if found and is_list and (found[-1].is_list or found[-1].text.rstrip().endswith(":")):
            found[-1] = Block(f"{found[-1].text}\n{part}", True)
        elif part.strip():
            found.extend(_fitting(part.strip(), is_list))
    return found or [Block(text.strip()[:LONGEST_QUOTE], False)]


def _unwrapped(part: str) -> str:
    """Lines that a file broke for its own width as one: messengers show every break."""
    if part.lstrip().startswith(("|", "```", "~~~")):
        return part
    lines: list[str] = []
    for line in part.split("\n"):
        quoted = line.startswith(">") and bool(lines) and lines[-1].startswith(">")
        if lines and line.strip() and not _LIST_ITEM.match(line) and (quoted or not line.startswith(("|", ">"))):
            lines[-1] = f"{lines[-1].rstrip()} {line.lstrip('> ') if quoted else line.strip()}"
        else:
            lines.append(line)
    return "\n".join(lines)


def _fitting(part: str, is_list: bool) -> list[Block]:
    """A part that is too long by itself is cut between its lines or sentences, a sentence between its words."""
    if len(part) <= LONGEST_QUOTE:
        return [Block(part, is_list)]
    whole = part.split("\n") if "\n" in part else re.split(r"(?<=[.!?।])\s+", part)
    pieces = [fitting for piece in whole for fitting in textwrap.wrap(piece, LONGEST_QUOTE) or [piece]]
    joint = "\n" if "\n" in part else " "
    found, line = [], ""
    for piece in pieces:
        if line and len(line) + len(joint) + len(piece) > LONGEST_QUOTE:
            found.append(Block(line, is_list))
            line = ""
        line = f"{line}{joint}{piece}" if line else piece
    return [*found, Block(line, is_list)]


def _prior(block: Block, place: int, *, chosen: bool, how: bool) -> float:
    """What a block counts for before it is read: steps are what people ask for, and what comes first matters more."""
    steps = ASKED_STEPS if how and chosen and has_steps(block.text) else 0.0
    return (0.4 if block.is_list else 0.0) + 0.1 / (1 + place) + (FOUND if chosen else 0.0) + steps


def _runs(found: Sequence[Block], longest: int) -> list[tuple[int, int]]:
    runs = []
    for start in range(len(found)):
        length = 0
        for end in range(start, len(found)):
            length += len(found[end].text) + 2
            if end > start and length > longest:
                break
            runs.append((start, end + 1))
    return runs
