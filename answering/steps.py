"""Where to begin when steps are asked for: a search for words finds a page's notes and tables as readily as what to do."""

import re
from collections.abc import Sequence

from retrieval.analysis import terms
from retrieval.documents import Chunk
from retrieval.hits import Hit
from retrieval.query import AskedWord, asked_query

AS_GOOD = 0.12  # of the score: steps this near to the best hit answer a "how" better, when they are of the same page
TITLED = 0.6  # of a question's words, in a page's title: the question is about the page, not about one of its notes
OPENING = 4  # passages: steps further down are those of a side matter, and the page is read from its beginning
_HOW = re.compile(
    r"\b(?:how|kaise|kese|kaisey|kesey|steps?|procedure|tarika|tareeka)\b|कैसे|तरीक़?ा|विधि|प्रक्रिया", re.IGNORECASE
)
_STEPS = re.compile(r"^\s*1[.)]\s.*\n\s*2[.)]\s", re.MULTILINE)


def asks_how(question: str) -> bool:
    """Whether steps are asked for."""
    return _HOW.search(question) is not None


def has_steps(text: str) -> bool:
    """Whether a numbered list stands there."""
    return _STEPS.search(text) is not None


def steps_first(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Hits in the order in which they are quoted: who asks how gets the page's steps before its notes."""
    best = hits[0]
    if not asks_how(question) or has_steps(best.chunk.text):
        return list(hits)
    for hit in hits[1:]:
        near = best.score - hit.score < AS_GOOD
        if near and hit.chunk.document == best.chunk.document and has_steps(hit.chunk.text):
            return [hit, *(other for other in hits if other is not hit)]
    return list(hits)


def beginning(question: str, chosen: Chunk, page: Sequence[Chunk]) -> Chunk:
    """Where on its page the answer begins: at the steps, or at the top, when the title is what the question asks how to do.

    `page` are the page's passages in reading order. What the search chose stays when it isn't a "how", when it has steps itself, or
    when it holds more than they do of what the question says besides the title.
    """
    if not page or not asks_how(question) or has_steps(chosen.text):
        return chosen
    words = asked_query(question).words
    titled = _held(words, chosen.title, *chosen.aliases)
    if not words or len(titled) < TITLED * len(words):
        return chosen
    start = next((chunk for chunk in page[:OPENING] if has_steps(chunk.text)), page[0])
    besides = [_held(words, *chunk.headings, chunk.text) - titled for chunk in (start, chosen)]
    return start if besides[0] >= besides[1] else chosen


def _held(words: Sequence[AskedWord], *texts: str) -> set[str]:
    there = set(terms(" ".join(texts)))
    return {word.typed for word in words if not there.isdisjoint(word.terms)}
