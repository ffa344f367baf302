"""The lines of chunks in SQLite: read from the terms that FTS5 keeps, and remembered."""

# ruff: noqa: S608  (tables are named by numbers of our own; what comes from outside is always a parameter)

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from retrieval.lines import Line, lines_in, with_best_line
from retrieval.recent import Recent

_REMEMBERED = 4096  # chunks, some 10 kB each


class Lines:
    """The lines of chunks over the tenants of one index file."""

    def __init__(self) -> None:
        self._kept: Recent[tuple[int, int, int], _Spoken] = Recent(_REMEMBERED)  # by tenant, generation, number

    def rescored(
        self,
        connection: sqlite3.Connection,
        tenant: int,
        generation: int,
        scores: Mapping[int, float],
        weights: Mapping[str, float],
        with_code: Collection[int] = (),
    ) -> dict[int, float]:
        """BM25 scores of chunks, by their numbers, with what their best lines say; the idf of each term of the query is its weight."""
        spoken = self._held(connection, tenant, generation, scores)
        average = sum(chunk.length for chunk in spoken.values()) / max(len(spoken), 1)
        found = {}
        for number, chunk in spoken.items():
            score = with_best_line(scores[number], chunk.title, chunk.lines, weights, average)
            # a code stands in no line's score
            found[number] = max(score, scores[number]) if number in with_code else score
        return found

    def _held(
        self, connection: sqlite3.Connection, tenant: int, generation: int, numbers: Collection[int]
    ) -> dict[int, "_Spoken"]:
        keys = [(tenant, generation, number) for number in numbers]
        held = self._kept.found(keys)
        missing = [key[2] for key in keys if key not in held]
        if missing:
            read = {(tenant, generation, number): chunk for number, chunk in _read(connection, tenant, missing)}
            self._kept.keep(read)
            held |= read
        return {key[2]: held[key] for key in keys if key in held}


@dataclass(frozen=True)
class _Spoken:
    title: Sequence[str]  # terms, those of headings and aliases included
    lines: tuple[Line, ...]
    length: int


def _read(connection: sqlite3.Connection, tenant: int, numbers: Sequence[int]) -> list[tuple[int, _Spoken]]:
    rows = connection.execute(
        f"SELECT rowid, title, body FROM terms_{tenant} WHERE rowid IN ({', '.join('?' * len(numbers))})", numbers
    )
    read = []
    for number, title, body in rows:
        above = title.split()
        read.append((number, _Spoken(above, lines_in(body), len(above) + len(body.split()))))
    return read
