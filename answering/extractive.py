"""Answers without a language model: the part of the best passage that speaks to the question, quoted as it stands."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from answering.phrases import phrase
from answering.question import Draft, Question
from retrieval.analysis import terms
from retrieval.documents import Chunk
from retrieval.search import Hit

MODEL = "extractive"
FOUND = 0.3  # what a block counts for standing in the passage that the search chose, not after it
LONGEST_QUOTE = 800  # characters, about what a phone shows without scrolling
_LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_IMAGE_OR_ANCHOR = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


@dataclass(frozen=True)
class Block:
    """A paragraph, a whole list with the line that leads it in, or a table: what may not be torn apart."""

    text: str
    is_list: bool


def extract(question: Question, hits: Sequence[Hit], following: Sequence[Chunk] = ()) -> Draft:
    """Quote the best passage, framed in the customer's language and cited as [1].

    `following` are the passages after it in its document: what a short one says often goes on there (meaning, then steps).
    """
    chunk = hits[0].chunk
    lines = [phrase(question.language, "quote", title=chunk.title), quote(question.text, chunk, following) + " [1]"]
    if chunk.language == "en":
        lines.append(phrase(question.language, "from_english"))
    if chunk.language == "hi":
        lines.append(phrase(question.language, "from_hindi"))
    if chunk.status == "outdated":
        lines.append(phrase(question.language, "outdated"))
    return Draft("\n\n".join(line for line in lines if line), model=MODEL)


def quote(question: str, chunk: Chunk, following: Sequence[Chunk] = ()) -> str:
    """The run of neighbouring blocks that fits LONGEST_QUOTE and holds most of what was asked."""
    found = blocks(chunk.text)
    own = len(found)
    for after in following:
        heading = f"**{after.headings[-1]}**\n\n" if after.headings else ""
        first, *rest = blocks(after.text)
        found += [Block(heading + first.text, first.is_list), *rest]
    asked = set(terms(question))
    worth = [_worth(block, asked, place) + (FOUND if place < own else 0.0) for place, block in enumerate(found)]
    best = max(_runs(found), key=lambda run: (round(sum(worth[run[0] : run[1]]), 6), -run[0]))
    return "\n\n".join(block.text for block in found[best[0] : best[1]])


def blocks(markdown: str) -> list[Block]:
    """Cut a passage where a reader would: between paragraphs, around lists and tables, and never inside them."""
    text = _LINK.sub(r"\1", _IMAGE_OR_ANCHOR.sub("", markdown))
    found: list[Block] = []
    for part in re.split(r"\n\s*\n", text.strip()):
        is_list = bool(_LIST_ITEM.match(part))
        if found and is_list and (found[-1].is_list or found[-1].text.rstrip().endswith(":")):
            found[-1] = Block(f"{found[-1].text}\n{part}", True)
        elif part.strip():
            found.extend(_fitting(part.strip(), is_list))
    return found or [Block(text.strip()[:LONGEST_QUOTE], False)]


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


def _worth(block: Block, asked: set[str], place: int) -> float:
    """How much of the question a block holds; steps are what people ask for, and what comes first matters more."""
    held = len(asked & set(terms(block.text))) / (len(asked) or 1)
    return held + (0.4 if block.is_list else 0.0) + 0.1 / (1 + place)


def _runs(found: Sequence[Block]) -> list[tuple[int, int]]:
    runs = []
    for start in range(len(found)):
        length = 0
        for end in range(start, len(found)):
            length += len(found[end].text) + 2
            if end > start and length > LONGEST_QUOTE:
                break
            runs.append((start, end + 1))
    return runs
