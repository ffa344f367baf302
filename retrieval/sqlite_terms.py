"""Keyword search in SQLite: one FTS5 table per tenant, fed with terms of our own analysis, so that neither text nor statistics mix."""

# ruff: noqa: S608  (tables are named by numbers of our own; what comes from outside is always a parameter)

import math
import sqlite3
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from retrieval.analysis import terms
from retrieval.codes import codes_in
from retrieval.documents import Chunk
from retrieval.index import Filters, KeywordHit, KeywordHits, KeywordQuery
from retrieval.lines import RESCORED, lines_of_terms
from retrieval.recent import Recent
from retrieval.sqlite_lines import Lines
from retrieval.sqlite_rows import chunks_where, filter_sql

_K1, _B = 1.2, 0.75  # FTS5's own
_TITLE, _BODY, _CODES = 2.0, 1.0, 4.0  # how much a term counts by where it stands
# FTS5 visits every row that holds any term it is asked for. It is asked for the rarest terms, until they stand in this many rows together;
# the common rest is counted in the best rows only. With fewer rows than this in all, nothing is left out.
_VISITED = 6000
_AMONG = 3  # times as many as wanted are looked through for those that satisfy the filters
_REMEMBERED = 4096  # chunks, some 8 kB each


class Terms:
    """Keyword search over the tenants of one index file."""

    def __init__(self) -> None:
        self._counts: dict[int, tuple[int, int, dict[str, int]]] = {}  # by tenant: generation, chunks, chunks by term
        self._lock = threading.Lock()
        self._lines = Lines()
        self._rows: Recent[tuple[int, int, int], _Row] = Recent(_REMEMBERED)  # by tenant, generation, number

    def find(
        self,
        connection: sqlite3.Connection,
        tenant: int,
        generation: int,
        query: KeywordQuery,
        k: int,
        filters: Filters | None,
    ) -> KeywordHits:
        """The k best chunks by BM25, of the chunk and of its best line."""
        total, counts = self._counted(connection, tenant, generation, query.terms)
        rare = _rarest(query, counts)
        weights = {term: weight * _idf(total, counts[term]) for term, weight in query.terms.items()}
        rest = {term: weight for term, weight in weights.items() if term not in rare}
        clause = _clause(rare, query.codes)
        ranked = _ranked(connection, tenant, clause, max(k, RESCORED), filters) if clause else {}
        rows = self._held(connection, tenant, generation, ranked)
        average = sum(row.length for row in rows) / max(len(rows), 1)
        codes = {_code_term(code): code for code in query.codes}
        whole = {row.number: ranked[row.number] + _bm25(row, rest, average) for row in rows}
        with_code = {row.number for row in rows if not row.codes.isdisjoint(codes)}
        scores = self._lines.rescored(connection, tenant, generation, whole, weights, with_code)
        scored = sorted(((row, scores[row.number]) for row in rows), key=lambda pair: (-pair[1], pair[0].number))
        attainable = sum(weights.values()) * (_K1 + 1)
        hits = [
            KeywordHit(
                row.chunk_id,
                score,
                tuple(term for term in query.terms if term in row.counts),
                tuple(code for term, code in codes.items() if term in row.codes),
            )
            for row, score in scored[:k]
        ]
        return KeywordHits(tuple(hits), attainable, total, {term: counts[term] for term in query.terms})

    def _held(
        self, connection: sqlite3.Connection, tenant: int, generation: int, numbers: Iterable[int]
    ) -> list["_Row"]:
        """What stands in chunks; remembered until the tenant's documents change."""
        keys = [(tenant, generation, number) for number in numbers]
        held = self._rows.found(keys)
        missing = [key[2] for key in keys if key not in held]
        read = {(tenant, generation, row.number): row for row in _rows(connection, tenant, missing)} if missing else {}
        self._rows.keep(read)
        held |= read
        return [held[key] for key in keys if key in held]

    def _counted(
        self, connection: sqlite3.Connection, tenant: int, generation: int, words: Iterable[str]
    ) -> tuple[int, dict[str, int]]:
        """How many chunks there are, and how many hold each term; remembered until the tenant's documents change."""
        with self._lock:
            known_generation, total, counts = self._counts.get(tenant, (-1, 0, {}))
            if known_generation != generation:
                total = connection.execute("SELECT count(*) FROM chunks WHERE tenant = ?", [tenant]).fetchone()[0]
                counts = {}
                self._counts[tenant] = (generation, total, counts)
        found = {word: counts[word] for word in words if word in counts}
        missing = [word for word in words if word not in found]
        found.update(dict.fromkeys(missing, 0))
        found.update(
            connection.execute(
                f"SELECT term, doc FROM frequency_{tenant} WHERE term IN ({', '.join('?' * len(missing))})", missing
            ).fetchall()
        )
        if len(counts) < 100_000:
            counts.update(found)
        return total, found


def create(connection: sqlite3.Connection, tenant: int) -> None:
    """The tables of one tenant; harmless when they are there."""
    connection.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS terms_{tenant} USING fts5"
        "(title, body, codes, tokenize = \"unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'\")"
    )
    connection.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS frequency_{tenant} USING fts5vocab('terms_{tenant}', 'row')"
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


@dataclass(frozen=True)
class _Row:
    """What stands in a chunk."""

    number: int
    chunk_id: str
    counts: dict[str, float]  # of its terms, weighed by where they stand
    codes: frozenset[str]
    length: int  # in terms and codes


def _columns(chunk: Chunk) -> tuple[str, str, str]:
    title = terms(" ".join((chunk.title, *chunk.headings, *chunk.aliases)))
    codes = dict.fromkeys((*chunk.codes, *codes_in(chunk.text)))
    return " ".join(title), lines_of_terms(chunk.text), " ".join(map(_code_term, codes))


def _code_term(code: str) -> str:
    return "".join(character for character in code.lower() if character.isalnum())


def _rarest(query: KeywordQuery, counts: dict[str, int]) -> set[str]:
    """The terms that FTS5 is asked for: those of full weight, rarest first, at least one that some chunk holds."""
    full = [term for term, weight in query.terms.items() if weight == 1.0] or list(query.terms)
    rare: set[str] = set()
    visited = 0
    for term in sorted(full, key=lambda term: counts[term]):
        if visited and visited + counts[term] > _VISITED:
            break
        visited += counts[term]
        rare.add(term)
    return rare


def _clause(words: Collection[str], codes: Sequence[str]) -> str:
    clauses = []
    if words:
        clauses.append("{title body} : (" + " OR ".join(f'"{word}"' for word in sorted(words)) + ")")
    if codes:
        clauses.append("codes : (" + " OR ".join(f'"{_code_term(code)}"' for code in codes) + ")")
    return " OR ".join(clauses)


def _ranked(
    connection: sqlite3.Connection, tenant: int, clause: str, k: int, filters: Filters | None
) -> dict[int, float]:
    """Numbers and scores of the k best chunks that satisfy the filters."""
    condition, values = filter_sql(filters)
    if condition:
        # Mostly the filters let most chunks through: looking them up for the best only spares it for thousands that are far behind.
        best = _best(connection, tenant, clause, _AMONG * k)
        allowed = {
            n for (n,) in chunks_where(connection, f"{condition} AND c.n", list(best), first=values, columns="c.n")
        }
        found = {number: score for number, score in best.items() if number in allowed}
        if len(found) < k and len(best) == _AMONG * k:
            return _best(connection, tenant, clause, k, condition, values)
        return dict(islice(found.items(), k))
    return _best(connection, tenant, clause, k)


def _best(
    connection: sqlite3.Connection, tenant: int, clause: str, k: int, condition: str = "", values: Sequence[str] = ()
) -> dict[int, float]:
    table = f"terms_{tenant}"
    joined = "JOIN chunks c ON c.n = t.rowid JOIN documents d ON d.n = c.document" if condition else ""
    rows = connection.execute(
        f"SELECT t.rowid, -bm25({table}, {_TITLE}, {_BODY}, {_CODES}) AS score FROM {table} t {joined} "
        f"WHERE {table} MATCH ? {'AND ' + condition if condition else ''} ORDER BY score DESC LIMIT ?",
        [clause, *values, k],
    )
    return dict(rows.fetchall())


def _rows(connection: sqlite3.Connection, tenant: int, numbers: Sequence[int]) -> list[_Row]:
    found = connection.execute(
        f"SELECT t.rowid, c.id, t.title, t.body, t.codes FROM terms_{tenant} t JOIN chunks c ON c.n = t.rowid "
        f"WHERE t.rowid IN ({', '.join('?' * len(numbers))})",
        numbers,
    )
    rows = []
    for number, chunk_id, title, body, codes in found:
        title_terms, body_terms, present = title.split(), body.split(), codes.split()
        counts: dict[str, float] = {}
        for weight, standing in ((_TITLE, title_terms), (_BODY, body_terms)):
            for term in standing:
                counts[term] = counts.get(term, 0.0) + weight
        length = len(title_terms) + len(body_terms) + len(present)
        rows.append(_Row(number, chunk_id, counts, frozenset(present), length))
    return rows


def _bm25(row: _Row, weights: dict[str, float], average: float) -> float:
    """What terms that FTS5 wasn't asked for add, by its formula; the average length is that of the rows at hand."""
    norm = _K1 * (1 - _B + _B * row.length / average)
    held = ((weight, row.counts[term]) for term, weight in weights.items() if term in row.counts)
    return sum(weight * count * (_K1 + 1) / (count + norm) for weight, count in held)


def _idf(total: int, holding: int) -> float:
    """As FTS5 has it, never below a millionth."""
    return max(math.log((total - holding + 0.5) / (holding + 0.5)), 1e-6)
