"""What was taken in when: the last versions of each file's documents, so that a bad one can be rolled back without its original.

An operator's decision (this version, or none) stands until the file itself changes: the content it was made against is remembered as
overruled, and the next ingest leaves exactly that content alone.
"""

import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from protocol.errors import StoreUnavailable
from retrieval import document_json
from retrieval.documents import Document
from retrieval.tables import document_sources as sources
from retrieval.tables import document_versions as versions

KEPT = 10  # versions of one file
NO_FILE = ""  # overruled: the decision was made when the file had vanished
_MARKUP = re.compile(r"[\s|*#>`_\-]+")
_DISTINCT = 60  # characters; shorter texts may well be the same by chance


@dataclass(frozen=True)
class DocumentVersion:
    """One state of one file's documents."""

    collection: str
    source: str
    number: int
    title: str
    content_hash: str
    fingerprint: str
    taken_in: datetime
    serving: bool


@dataclass(frozen=True)
class Decision:
    """What an operator wants of a file, whatever stands in it."""

    collection: str
    source: str
    serving: int | None  # none: it was removed
    overruled: str


class DocumentHistory:
    """In the app database; every method raises StoreUnavailable. None of them waits long; call them from a thread all the same."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def serve(self, tenant: str, collection: str, source: str, documents: Sequence[Document]) -> int:
        """Keep what a file holds now and note that it is searched; gives its number. Ends a decision against the file."""
        key = _key(collection, source)
        content_hash = documents[0].content_hash
        with self._begin() as connection:
            newest = connection.execute(
                select(versions.c.number, versions.c.content_hash)
                .where(*_of(tenant, key))
                .order_by(versions.c.number.desc())
            ).first()
            number = newest.number if newest else 0
            if newest is None or newest.content_hash != content_hash:
                number += 1
                connection.execute(insert(versions).values(
                    tenant=tenant, key=key, number=number, collection=collection, source=source, title=documents[0].title,
                    content_hash=content_hash, fingerprint=fingerprint(documents), taken_in=datetime.now(UTC),
                    documents=zlib.compress(document_json.dumps(documents)),
                ))  # fmt: skip
                connection.execute(delete(versions).where(*_of(tenant, key), versions.c.number <= number - KEPT))
            self._state(connection, tenant, collection, source, number, None)
        return int(number)

    def vanished(self, tenant: str, collection: str, source: str) -> None:
        """The file is no longer there: nothing of it is searched, its versions are kept."""
        with self._begin() as connection:
            self._state(connection, tenant, collection, source, None, None)

    def decide(self, tenant: str, collection: str, source: str, serving: int | None) -> None:
        """Search this version, or none, until the file changes."""
        key = _key(collection, source)
        with self._begin() as connection:
            before = connection.execute(select(sources).where(sources.c.tenant == tenant, sources.c.key == key)).first()
            newest = connection.execute(
                select(versions.c.number, versions.c.content_hash)
                .where(*_of(tenant, key))
                .order_by(versions.c.number.desc())
            ).first()
            absent = before is not None and before.serving is None and not before.overruled
            overruled = NO_FILE if absent else newest.content_hash if newest else NO_FILE
            in_force = overruled if absent or newest is None or serving != newest.number else None
            self._state(connection, tenant, collection, source, serving, in_force)

    def decisions(self, tenant: str) -> dict[tuple[str, str], Decision]:
        """Those in force, by collection and source."""
        with self._begin() as connection:
            rows = connection.execute(
                select(sources).where(sources.c.tenant == tenant, sources.c.overruled.is_not(None))
            ).all()
        return {
            (row.collection, row.source): Decision(row.collection, row.source, row.serving, row.overruled)
            for row in rows
        }

    def versions(self, tenant: str, source: str | None = None) -> list[DocumentVersion]:
        """Of one file, newest first, or of all files."""
        columns = [column for column in versions.c if column.name != "documents"]
        joined = versions.outerjoin(
            sources, (sources.c.tenant == versions.c.tenant) & (sources.c.key == versions.c.key)
        )
        query = select(*columns, sources.c.serving).select_from(joined).where(versions.c.tenant == tenant)
        if source is not None:
            query = query.where(versions.c.source == source)
        with self._begin() as connection:
            rows = connection.execute(
                query.order_by(versions.c.source, versions.c.collection, versions.c.number.desc())
            )
            return [_version(row) for row in rows]

    def documents(self, tenant: str, collection: str, source: str, number: int) -> tuple[Document, ...]:
        """One version as it was read; empty when it isn't kept."""
        with self._begin() as connection:
            packed = connection.execute(
                select(versions.c.documents).where(*_of(tenant, _key(collection, source)), versions.c.number == number)
            ).scalar()
        return document_json.loads(zlib.decompress(packed)) if packed else ()

    def same_text(self, tenant: str, collection: str, source: str, documents: Sequence[Document]) -> list[str]:
        """Other files whose searched version says word for word the same, whatever their format."""
        mark = fingerprint(documents)
        joined = versions.join(
            sources,
            (sources.c.tenant == versions.c.tenant)
            & (sources.c.key == versions.c.key)
            & (sources.c.serving == versions.c.number),
        )
        query = select(versions.c.source).select_from(joined).where(
            versions.c.tenant == tenant, versions.c.fingerprint == mark, versions.c.key != _key(collection, source)
        )  # fmt: skip
        with self._begin() as connection:
            return sorted(connection.execute(query).scalars()) if mark else []

    def _state(
        self,
        connection: Connection,
        tenant: str,
        collection: str,
        source: str,
        serving: int | None,
        overruled: str | None,
    ) -> None:
        key = _key(collection, source)
        changed = connection.execute(
            update(sources)
            .where(sources.c.tenant == tenant, sources.c.key == key)
            .values(serving=serving, overruled=overruled)
        )
        if not changed.rowcount:
            connection.execute(insert(sources).values(
                tenant=tenant, key=key, collection=collection, source=source, serving=serving, overruled=overruled
            ))  # fmt: skip

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise StoreUnavailable(f"The documents' history doesn't answer: {reason}.") from error


def fingerprint(documents: Sequence[Document]) -> str:
    """Of the words alone, without markup, spaces and capitals; empty for texts too short to tell."""
    text = "".join(section.text for document in documents for section in document.sections)
    words = _MARKUP.sub("", text).casefold()
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest() if len(words) >= _DISTINCT else ""


def _key(collection: str, source: str) -> str:
    return hashlib.sha256(f"{collection}\0{source}".encode("utf-8", "surrogateescape")).hexdigest()


def _of(tenant: str, key: str) -> tuple[Any, Any]:
    return versions.c.tenant == tenant, versions.c.key == key


def _version(row: Any) -> DocumentVersion:
    return DocumentVersion(
        row.collection, row.source, row.number, row.title, row.content_hash, row.fingerprint, row.taken_in,
        serving=row.serving == row.number,
    )  # fmt: skip
