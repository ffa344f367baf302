"""Keyword search in SQLite: one FTS5 table per tenant, fed with terms of our own analysis, so that neither text nor statistics mix.

FTS5 keeps where each term stands; its ranking, which visits the rows anew for each question, is done over lists in memory (`sqlite_postings.py`).
"""

# ruff: noqa: S608  (tables are named by numbers of our own; what comes from outside is always a parameter)

import math
import sqlite3
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import terms
from retrieval.codes import codes_in
from retrieval.documents import Chunk
from retrieval.index import Filters, KeywordHit, KeywordHits, KeywordQuery
from retrieval.sqlite_catalogue import Catalogue
from retrieval.sqlite_postings import MOST, PostingLists, Postings
from retrieval.sqlite_table_rows import TableRows
from retrieval.table_rows import LOOKED_AT, terms_by_row


class Terms:
    """Keyword search over the tenants of one index file."""

    def __init__(self) -> None:
        self._lists = PostingLists()
        self._rows = TableRows()

    def find(
        self, connection: sqlite3.Connection, catalogue: Catalogue, query: KeywordQuery, k: int, filters: Filters | None
    ) -> KeywordHits:
        """The k best chunks by BM25, as FTS5 computes it, of the chunk or of the best row of a table in it."""
        total = len(catalogue.numbers)
        codes = {code: _code_term(code) for code in query.codes}
        scores, words, lists = self.bm25(connection, catalogue, query)
        best = _best(scores, max(k, LOOKED_AT), catalogue.allowed(connection, filters))
        wholes = scores[best]
        rows = np.array(self._rows.best(connection, catalogue, best.tolist(), words))
        order = np.lexsort((best, -np.maximum(wholes, rows)))[:k]
        best, wholes, rows = best[order], wholes[order], rows[order]
        holding = {term: lists[term].holding for term in query.terms}
        attainable = sum(_idf(total, holding[term]) for term in query.full) * MOST
        held = [(term, _among(best, lists[term].words)) for term in query.terms]
        named = [(code, _among(best, lists[term].codes)) for code, term in codes.items()]
        hits = [
            KeywordHit(
                catalogue.ids[place],
                float(max(wholes[i], rows[i])),
                tuple(term for term, those in held if those[i]),
                tuple(code for code, those in named if those[i]),
                by_row=bool(rows[i] > wholes[i]),
            )
            for i, place in enumerate(best.tolist())
        ]
        return KeywordHits(tuple(hits), attainable, total, holding)

    def bm25(
        self, connection: sqlite3.Connection, catalogue: Catalogue, query: KeywordQuery
    ) -> tuple[NDArray[np.float64], list[dict[str, float]], dict[str, Postings]]:
        """The score of every chunk, by its place, as FTS5 computes it; what each term for each word of the query weighs; and their postings."""
        total = len(catalogue.numbers)
        codes = dict.fromkeys(map(_code_term, query.codes))
        lists = self._lists.of(connection, catalogue, dict.fromkeys((*query.terms, *codes)))
        words = [
            {term: query.terms[term] * _idf(total, len(lists[term].words)) for term in word} for word in query.words
        ]
        scores = np.zeros(total)
        for word in words:
            _add(scores, [(lists[term].words, weight * lists[term].word_weights) for term, weight in word.items()])
        for term in codes:
            scores[lists[term].codes] += _idf(total, len(lists[term].codes)) * lists[term].code_weights
        return scores, words, lists


def create(connection: sqlite3.Connection, tenant: int) -> None:
    """The tables of one tenant; harmless when they are there."""
    connection.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS terms_{tenant} USING fts5"
        "(title, body, codes, tokenize = \"unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'\")"
    )


def add(connection: sqlite3.Connection, tenant: int, rows: Sequence[tuple[int, Chunk]]) -> None:
    """Make chunks findable under their numbers."""
    connection.executemany(
        f"INSERT INTO terms_{tenant} (rowid, title, body, codes) VALUES (?, ?, ?, ?)",
        [(number, *_columns(chunk)) for number, chunk in rows],
    )


def remove(connection: sqlite3.Connection, tenant: int, numbers: Sequence[int]) -> None:
    """Make chunks unfindable."""
    connection.executemany(f"DELETE FROM terms_{tenant} WHERE rowid = ?", [(number,) for number in numbers])


def _columns(chunk: Chunk) -> tuple[str, str, str]:
    title = terms(" ".join((chunk.title, *chunk.headings, *chunk.aliases)))
    codes = dict.fromkeys((*chunk.codes, *codes_in(chunk.text)))
    return " ".join(title), terms_by_row(chunk.text), " ".join(map(_code_term, codes))


def _code_term(code: str) -> str:
    return "".join(character for character in code.lower() if character.isalnum())


def _add(scores: NDArray[np.float64], said: Sequence[tuple[NDArray[np.int32], NDArray[np.float32]]]) -> None:
    """Add to each chunk the highest of the weights that the terms of one word have in it."""
    if len(said) == 1:
        scores[said[0][0]] += said[0][1]
        return
    highest = np.zeros_like(scores)
    for places, weights in said:
        highest[places] = np.maximum(highest[places], weights)
    scores += highest


def _best(scores: NDArray[np.float64], k: int, allowed: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    """Places of the k highest scores above 0, best first; the earlier chunk where they are equal."""
    places = np.flatnonzero(scores if allowed is None else scores * allowed)
    found = scores[places]
    if len(places) > k:
        kept = found >= np.partition(found, -k)[-k]
        places, found = places[kept], found[kept]
    return places[np.lexsort((places, -found))][:k]


def _among(places: NDArray[np.int64], holders: NDArray[np.int32]) -> list[bool]:
    """For each place whether it is one of the holders, which ascend."""
    if not len(holders):
        return [False] * len(places)
    at = np.minimum(np.searchsorted(holders, places), len(holders) - 1)
    among: list[bool] = (holders[at] == places).tolist()
    return among


def _idf(total: int, holding: int) -> float:
    """As FTS5 has it, never below a millionth."""
    return max(math.log((total - holding + 0.5) / (holding + 0.5)), 1e-6)
