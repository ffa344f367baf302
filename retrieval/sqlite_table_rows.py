"""The rows of tables in SQLite: read from the terms that FTS5 keeps, and remembered."""

# ruff: noqa: S608  (tables are named by numbers of our own; what comes from outside is always a parameter)

import sqlite3
from collections.abc import Mapping, Sequence

from retrieval.recent import Recent
from retrieval.sqlite_catalogue import Catalogue
from retrieval.table_rows import Rows, best_row, rows_in

_REMEMBERED = 16384  # chunks; those without a table, which most are, take next to nothing
_Table = tuple[Sequence[str], Rows]  # the terms above it, and its rows


class TableRows:
    """The rows in the chunks of one index file."""

    def __init__(self) -> None:
        self._kept: Recent[tuple[int, int, int], _Table] = Recent(_REMEMBERED)  # by tenant, generation, number

    def best(
        self,
        connection: sqlite3.Connection,
        catalogue: Catalogue,
        places: Sequence[int],
        words: Sequence[Mapping[str, float]],
    ) -> list[float]:
        """For each chunk the BM25 of its best row; `words` as `best_row` takes them."""
        keys = [(catalogue.tenant, catalogue.generation, int(catalogue.numbers[place])) for place in places]
        tables = self._kept.found(keys)
        missing = [key[2] for key in keys if key not in tables]
        if missing:
            read = {(*keys[0][:2], number): table for number, table in _read(connection, catalogue.tenant, missing)}
            self._kept.keep(read)
            tables |= read
        return [best_row(rows, title, words, catalogue.average) for title, rows in (tables[key] for key in keys)]


def _read(connection: sqlite3.Connection, tenant: int, numbers: Sequence[int]) -> list[tuple[int, _Table]]:
    found = connection.execute(
        f"SELECT rowid, title, body FROM terms_{tenant} WHERE rowid IN ({', '.join('?' * len(numbers))})", numbers
    )
    return [
        (number, (tuple(title.split()), rows) if (rows := rows_in(body)) else ((), ())) for number, title, body in found
    ]
