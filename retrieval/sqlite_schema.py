"""The index file: its tables, its connections, and SQLite's errors in words an operator can act on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue

from protocol.errors import IndexUnavailable

_VERSION = 2  # of the tables; a later one is refused, not guessed at
_BUSY_SECONDS = 20.0

_TABLES = """
CREATE TABLE tenants (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, generation INTEGER NOT NULL DEFAULT 0);
CREATE TABLE embeddings (n INTEGER PRIMARY KEY, version TEXT NOT NULL UNIQUE);
CREATE TABLE documents (
    n INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenants(n), id TEXT NOT NULL,
    title TEXT NOT NULL, language TEXT NOT NULL, product TEXT NOT NULL, audience TEXT NOT NULL, version TEXT NOT NULL,
    status TEXT NOT NULL, superseded_by TEXT NOT NULL, updated TEXT NOT NULL, url TEXT NOT NULL, source TEXT NOT NULL,
    collection TEXT NOT NULL, content_hash TEXT NOT NULL, prepared_by TEXT NOT NULL,
    valid_from TEXT NOT NULL DEFAULT '', valid_until TEXT NOT NULL DEFAULT '',
    UNIQUE (tenant, id)
);
-- AUTOINCREMENT: numbers are never given out again, so a number that a reader holds can't come to mean another chunk.
CREATE TABLE chunks (
    n INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, document INTEGER NOT NULL REFERENCES documents(n),
    number INTEGER NOT NULL, id TEXT NOT NULL, headings TEXT NOT NULL, text TEXT NOT NULL, page INTEGER, codes TEXT NOT NULL, aliases TEXT NOT NULL,
    UNIQUE (tenant, id)
);
CREATE INDEX chunks_of_document ON chunks (document, number);
CREATE INDEX chunks_of_tenant ON chunks (tenant, n, document);
CREATE TABLE vectors (
    tenant INTEGER NOT NULL, embedding INTEGER NOT NULL, chunk INTEGER NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (tenant, embedding, chunk)
) WITHOUT ROWID;
"""
# What makes the tables of each earlier release into those of the next.
_CHANGES = {
    1: (
        "ALTER TABLE documents ADD COLUMN valid_from TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE documents ADD COLUMN valid_until TEXT NOT NULL DEFAULT ''",
    ),
}


class IndexFile:
    """Connections to one index file, each used by one thread at a time; safe beside other processes (write-ahead log)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._closed = False

    def size(self) -> int:
        """Bytes on disk, the log included."""
        parts = (self._path, self._path.with_name(self._path.name + "-wal"))
        return sum(part.stat().st_size for part in parts if part.exists())

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of the file."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; other writers wait."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        self._closed = True
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        connection = None
        try:
            connection = self._connection()
            connection.execute(begin)
            yield connection
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            _give_up(connection)
            connection = None
            raise self._unavailable(error) from error
        except BaseException:
            if connection is not None and connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        finally:
            if connection is not None:
                connection.close() if self._closed else self._idle.put(connection)

    def _connection(self) -> sqlite3.Connection:
        if self._closed:
            raise IndexUnavailable("The knowledge index is closed.")
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IndexUnavailable(f"The folder of the knowledge index can't be made: {error}.") from error
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA cache_size = -65536")
            connection.execute("PRAGMA mmap_size = 1073741824")
            self._ensure_tables(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _ensure_tables(self, connection: sqlite3.Connection) -> None:
        if _version(connection) == _VERSION:
            return
        connection.execute("BEGIN IMMEDIATE")  # another process may be making them right now
        version = _version(connection)
        if version == 0:
            for statement in _TABLES.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
        for number in range(version, _VERSION) if version else ():
            for statement in _CHANGES[number]:
                connection.execute(statement)
        if version < _VERSION:
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute("COMMIT")
        if version > _VERSION:
            raise IndexUnavailable(
                f"{self._path} was made by a later release (tables {version}, wanted {_VERSION}).",
                hint="Move it away and run `bin/sahayak ingest` again.",
            )

    def _unavailable(self, error: sqlite3.Error) -> IndexUnavailable:
        said = str(error)
        for symptom, message, hint in _SYMPTOMS:
            if symptom in said:
                return IndexUnavailable(message.format(path=self._path), hint=hint.format(folder=self._path.parent))
        return IndexUnavailable(f"The knowledge index {self._path} doesn't answer: {said}.")


_SYMPTOMS = (
    ("is full", "The disk of the knowledge index {path} is full.", "Free some space in {folder}."),
    ("disk I/O", "The disk of the knowledge index {path} fails.", "Check the disk of {folder} and its free space."),
    (
        "readonly",
        "The knowledge index {path} can't be written.",
        "Give this user write permission on the file and {folder}.",
    ),
    (
        "read-only",
        "The knowledge index {path} can't be written.",
        "Give this user write permission on the file and {folder}.",
    ),
    ("unable to open", "The knowledge index {path} can't be opened.", "Check that {folder} exists and may be written."),
    ("malformed", "The knowledge index {path} is damaged.", "Move it away and run `bin/sahayak ingest` again."),
    ("not a database", "The knowledge index {path} is damaged.", "Move it away and run `bin/sahayak ingest` again."),
    ("locked", "The knowledge index {path} is being written by another process.", "Try again when it has finished."),
)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _give_up(connection: sqlite3.Connection | None) -> None:
    """Close a connection that failed; what it had begun is rolled back."""
    if connection is not None:
        connection.close()
