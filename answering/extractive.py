"""Answers without a language model: the part of the best passage that speaks to the question, quoted as it stands."""

import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from answering.phrases import phrase
from answering.question import Draft, Question
from retrieval.analysis import terms
from retrieval.documents import Chunk
from retrieval.hits import Hit
from retrieval.query import asked_query

MODEL = "extractive"
FOUND = 0.3  # what a block counts for standing in the passage that the search chose, not after it
ASKED_STEPS = 1.0  # what steps count for besides when the question is how: more than the notes after them together
LONGEST_QUOTE = 800  # characters, about what a phone shows without scrolling
LONGEST_SECOND = 500
CLOSE = 0.04  # of the score: what is this near to the best hit may as well be the better one (bench/answers.md)
STEPS_AS_GOOD = (
    0.12  # of the score: steps this near to the best hit answer a "how" better, when they are of the same page
)
_HOW = re.compile(r"\b(?:how|kaise|kese|kaisey|kesey|steps?)\b|कैसे|तरीका", re.IGNORECASE)
_STEPS = re.compile(r"^\s*1[.)]\s.*\n\s*2[.)]\s", re.MULTILINE)
_LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_IMAGE_OR_ANCHOR = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


@dataclass(frozen=True)
class Block:
    """A paragraph, a whole list with the line that leads it in, or a table: what may not be torn apart."""

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
    quotes = quote(question.text, [chunk, *following], LONGEST_QUOTE)
    if len(hits) > 1 and hits[0].score - hits[1].score < CLOSE and hits[1].chunk not in [said.chunk for said in quotes]:
        quotes += quote(question.text, [hits[1].chunk], LONGEST_SECOND)
    lines = [phrase(question.language, "quote", title=chunk.title)]
    for number, said in enumerate(quotes, start=1):
        heading = _heading(said.chunk, quotes[number - 2].chunk) if number > 1 else ""
        lines.append(f"{heading}{said.text} [{number}]")
    shown = [said.chunk for said in quotes]
    for use, applies in {
        "from_english": any(of.language == "en" for of in shown),
        "from_hindi": any(of.language == "hi" for of in shown),
        "outdated": any(of.status == "outdated" for of in shown),
    }.items():
        lines.append(phrase(question.language, use) if applies else "")
    return Draft("\n\n".join(line for line in lines if line), model=MODEL, quoted=tuple(shown))


def asks_how(question: str) -> bool:
    """Whether steps are asked for."""
    return _HOW.search(question) is not None


def steps_first(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Hits in the order in which they are quoted: who asks how gets the page's steps before its notes."""
    best = hits[0]
    if not asks_how(question) or _STEPS.search(best.chunk.text):
        return list(hits)
    for hit in hits[1:]:
        near = best.score - hit.score < STEPS_AS_GOOD
        if near and hit.chunk.document == best.chunk.document and _STEPS.search(hit.chunk.text):
            return [hit, *(other for other in hits if other is not hit)]
    return list(hits)


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


def _prior(block: Block, place: int, *, chosen: bool, how: bool) -> float:
    """What a block counts for before it is read: steps are what people ask for, and what comes first matters more."""
    steps = ASKED_STEPS if how and chosen and _STEPS.search(block.text) else 0.0
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
