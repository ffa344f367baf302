"""Rows of tables: one may answer a question that its passage, which has twenty others as well, is far from.

A passage's terms are kept with line breaks and tabs between them, which no index takes for terms; so rows cost no space of their own.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from retrieval.analysis import terms

LOOKED_AT = 200  # passages of a search, the best by themselves
_K1, _B = 1.2, 0.75  # of both indexes' BM25
_TITLE = 2.0  # a word in the title or a heading counts as two
_ROW, _HEAD = "\t", "\t\t"  # what such lines begin with

Rows = tuple[tuple[str, ...], ...]  # the terms of each, with those of the head of its table


def terms_by_row(text: str) -> str:
    """The terms of a passage, from which `rows_in` tells its rows again."""
    lines = []
    for is_table, group in groupby(text.split("\n"), key=lambda line: line.lstrip().startswith("|")):
        if is_table:
            head, *rows = (" ".join(terms(line)) for line in group)
            lines += [_HEAD + head, *(_ROW + row for row in rows if row)]
        else:
            lines.append(" ".join(terms("\n".join(group))))
    return "\n".join(lines)


def rows_in(kept: str) -> Rows:
    """The rows of what `terms_by_row` gave."""
    rows = []
    head: list[str] = []
    for line in kept.split("\n") if _ROW in kept else ():
        if line.startswith(_HEAD):
            head = line.split()
        elif line.startswith(_ROW):
            rows.append((*head, *line.split()))
    return tuple(rows)


def best_row(rows: Rows, title: Sequence[str], words: Sequence[Mapping[str, float]], average: float) -> float:
    """The BM25 of the row that says most, as if it were a passage under its title and headings; 0 where no row holds a term.

    `title` has the terms that stand above every row; `words` has for each word of the question the terms that say it, with their weighed
    idf; `average` is the length of a passage.
    """
    terms_asked = {term for word in words for term in word}
    best = 0.0
    for row in rows:
        if terms_asked.isdisjoint(row):
            continue
        norm = _K1 * (1 - _B + _B * (len(title) + len(row)) / average)
        counts = {term: _TITLE * title.count(term) + row.count(term) for term in terms_asked}
        shares = {term: count * (_K1 + 1) / (count + norm) for term, count in counts.items()}
        best = max(best, sum(max(weight * shares[term] for term, weight in word.items()) for word in words))
    return best
