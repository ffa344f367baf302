"""What single lines of a passage say: a row of a table, an item of a list or a sentence may answer a question that its passage hardly mentions.

A passage's terms are kept with line breaks and tabs between them, which no index takes for terms; so lines cost no space of their own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from retrieval.analysis import terms

K1, B = 1.2, 0.75  # of both indexes' BM25
RESCORED = 200  # passages of a search whose lines are looked at, the best by themselves
TITLE = 2.0  # a word in the title or a heading counts as two
_SENTENCE = 0.35  # of the score; a passage that says it in one sentence goes before one that has the words all over (bench/retrieval-decisions.md)
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?।])\s+")
_ROW, _HEAD = "\t", "\t\t"  # what such lines begin with


@dataclass(frozen=True)
class Line:
    """The terms of one line; those of a row with the head of its table."""

    terms: Sequence[str]
    row: bool


def lines_of_terms(text: str) -> str:
    """The terms of a passage, from which `lines_in` tells its lines again."""
    return "\n".join(mark + " ".join(found) for mark, line in _lines(text) if (found := terms(line)) or mark == _HEAD)


def lines_in(kept: str) -> tuple[Line, ...]:
    """The lines of what `lines_of_terms` gave."""
    lines = []
    head: list[str] = []
    for line in kept.split("\n"):
        found = line.split()
        if line.startswith(_HEAD):
            head = found
            continue
        row = line.startswith(_ROW)
        head = head if row else []
        lines.append(Line(head + found, row))
    return tuple(lines)


def with_best_line(
    score: float, title: Sequence[str], lines: Sequence[Line], weights: Mapping[str, float], average: float
) -> float:
    """A passage's BM25 once its lines are looked at: a row counts as a passage would, a sentence for about a third of the score.

    `title` has the terms that stand above every line, `weights` the idf of each term of the query, `average` is the length of a passage.
    """
    above = {term: TITLE * title.count(term) for term in weights}
    row = sentence = 0.0
    for line in lines:
        if weights.keys().isdisjoint(line.terms):
            continue
        norm = K1 * (1 - B + B * (len(title) + len(line.terms)) / average)
        counts = ((weight, above[term] + line.terms.count(term)) for term, weight in weights.items())
        found = sum(weight * count * (K1 + 1) / (count + norm) for weight, count in counts)
        if line.row:
            row = max(row, found)
        else:
            sentence = max(sentence, found)
    if not (row or sentence):
        return score
    whole = max(score, row)
    return whole + _SENTENCE * (max(row, sentence) - whole)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Lines with their marks. A paragraph's own line breaks mean nothing: it is cut at the ends of sentences."""
    paragraph: list[str] = []
    in_table = False
    for line in (*text.split("\n"), ""):
        row = line.lstrip().startswith("|")
        item = _ITEM.match(line)
        if paragraph and (row or item or not line.strip()):
            whole = " ".join(paragraph)
            yield from (("", said) for said in ([whole] if _ITEM.match(whole) else _SENTENCE_END.split(whole)))
            paragraph = []
        if row:
            yield _ROW if in_table else _HEAD, line
        elif line.strip():
            paragraph.append(line)
        in_table = row
