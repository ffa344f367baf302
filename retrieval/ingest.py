"""Takes files into the index and says what became of each; what hasn't changed costs a hash and nothing more."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from protocol.errors import DocumentRefused, EmbedderUnavailable
from retrieval.chunk import CHUNKER
from retrieval.embed import Embedder
from retrieval.history import NO_FILE, Decision, DocumentHistory
from retrieval.index import DocumentRecord, KnowledgeIndex
from retrieval.loaders import content_hash
from retrieval.reading.reader import Reader, Source
from retrieval.shelf import FileReport, Outcome, Prepared, Shelf
from retrieval.sources import Incoming, Sources, holds_many
from retrieval.sources.fetch import WebFetcher

__all__ = ["FileReport", "Ingest", "Outcome"]
_AT_ONCE = 128  # chunks embedded together: enough to sort by length and to use all threads


@dataclass(frozen=True)
class _Before:
    """What is known of a tenant's files when an ingest begins."""

    prepared_by: str
    records: Sequence[DocumentRecord]
    decisions: dict[tuple[str, str], Decision]
    taken: dict[str, tuple[str, str]]  # collection and source by document; grows as files are taken in

    def claim(self, root: Path, source: str, ids: Sequence[str]) -> None:
        """Raises DocumentRefused when another folder, which is still there, holds a document of this name: one would replace the other."""
        for document in ids:
            collection, other = self.taken.setdefault(document, (root.as_posix(), source))
            if collection != root.as_posix() and Path(collection, other).exists():
                raise DocumentRefused(f"{collection} holds a document of the same name; rename one, or its folder")
            self.taken[document] = (root.as_posix(), source)

    def folders(self) -> list[Path]:
        """Those that something was taken in from, the innermost first."""
        collections = {record.collection for record in self.records} | {collection for collection, _ in self.decisions}
        return sorted(map(Path, collections), key=lambda folder: -len(folder.parts))

    def of(self, root: Path, source: str) -> tuple[list[DocumentRecord], Decision | None]:
        place = (root.as_posix(), source)
        return [r for r in self.records if (r.collection, r.source) == place], self.decisions.get(place)


class Ingest:
    """Keeps a tenant's knowledge in step with files.

    A file's documents are named by its path within its knowledge folder: the one of `roots` that holds it, else one that something
    was taken in from before, else the folder that was named.
    Without a `history` no versions are kept.
    """

    def __init__(
        self,
        index: KnowledgeIndex,
        embedder: Embedder,
        *,
        roots: Iterable[Path] = (),
        history: DocumentHistory | None = None,
        reader: Reader | None = None,
        sources: Sources | None = None,
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._shelf = Shelf(index, embedder, history)
        self._history = history
        self._roots = [root.resolve() for root in roots]
        self._reader = reader or Reader()
        self._sources = sources or Sources(WebFetcher())

    async def ingest(self, paths: Sequence[Path], tenant: str) -> AsyncIterator[FileReport]:
        """One report per file, as each is done; `files` counts them beforehand.

        Raises DocumentRefused for a path that doesn't exist and IndexUnavailable when nothing can be kept; a failing embedder doesn't
        stop it: passages are kept for keyword search, and embedded by the next ingest.
        """
        before = await self._before(tenant)
        try:
            for path in paths:
                async for report in self._ingest(path.resolve(), before, tenant):
                    yield report
        finally:
            self._reader.close()

    def files(self, paths: Sequence[Path]) -> int:
        """How many files there are to look at."""
        return sum(self._sources.count(_present(path)) for path in paths)

    async def _before(self, tenant: str) -> _Before:
        prepared_by = await asyncio.to_thread(self._prepared_by)
        decisions = await asyncio.to_thread(self._history.decisions, tenant) if self._history else {}
        records = await self._index.documents(tenant)
        taken = {record.id: (record.collection, record.source) for record in records}
        return _Before(prepared_by, records, decisions, taken)

    def _prepared_by(self) -> str:
        try:
            return f"{CHUNKER} {self._embedder.version}"
        except EmbedderUnavailable:
            return CHUNKER

    async def _ingest(self, path: Path, before: _Before, tenant: str) -> AsyncIterator[FileReport]:
        root = self._root(path, before)
        waiting: list[Prepared] = []
        seen: set[str] = set()
        unread: set[str] = set()
        gone: set[str] = set()
        incoming = self._sources.incoming(_present(path), root)
        try:
            while (file := await asyncio.to_thread(next, incoming, None)) is not None:
                (gone if file.gone else seen).add(file.name)
                try:
                    outcome = await self._looked_at(file, root, before, tenant, named=file.path == path)
                except DocumentRefused as refused:
                    unread.add(file.name)
                    if not file.gone:
                        yield FileReport(file.name, "refused", refused.message)
                    continue
                if isinstance(outcome, FileReport):
                    yield outcome
                    continue
                waiting.append(outcome)
                if sum(ready.chunks for ready in waiting) >= _AT_ONCE:
                    async for report in self._shelf.keep(waiting, tenant):
                        yield report
                    waiting = []
        finally:
            with suppress(ValueError):  # stopped in the middle of fetching: it ends by itself
                incoming.close()
        async for report in self._shelf.keep(waiting, tenant):
            yield report
        inside = path.relative_to(root).as_posix() if holds_many(path) else ""
        async for report in self._forget_vanished(inside, root, seen, unread, gone, before, tenant):
            yield report

    def _root(self, path: Path, before: _Before) -> Path:
        for root in (*self._roots, *before.folders()):
            if path.is_relative_to(root):
                return root
        return path if path.is_dir() else path.parent

    async def _looked_at(
        self, file: Incoming, root: Path, before: _Before, tenant: str, *, named: bool
    ) -> FileReport | Prepared:
        """A report when nothing is to be done; raises DocumentRefused."""
        if file.path is None:
            raise DocumentRefused(file.refused)
        records, decision = before.of(root, file.name)
        found = await asyncio.to_thread(content_hash, file.path)
        current = all(record.prepared_by == before.prepared_by for record in records)
        if decision is not None and decision.overruled == found and not named:
            return await self._overruled(decision, records, current, tenant)
        if records and current and {record.content_hash for record in records} == {found} and decision is None:
            return FileReport(file.name, "unchanged", "", len(records), sum(record.chunks for record in records))
        source = Source(file.path, root, file.name, file.url)
        loaded = await asyncio.to_thread(self._reader.read, source, tenant)
        before.claim(root, file.name, [document.id for document in loaded.documents])
        return await asyncio.to_thread(
            self._shelf.prepared, file.name, root.as_posix(), loaded.documents, records, loaded.notes
        )

    async def _overruled(
        self, decision: Decision, records: list[DocumentRecord], current: bool, tenant: str
    ) -> FileReport | Prepared:
        """What an operator decided goes on; documents of an old version are only made anew when chunks come out differently now."""
        if decision.serving is None:
            return FileReport(
                decision.source, "unchanged", "it was removed by hand; name the file itself to take it in"
            )
        said = f"version {decision.serving} was chosen by hand; name the file itself to take it in"
        if records and current:
            return FileReport(
                decision.source, "unchanged", said, len(records), sum(record.chunks for record in records)
            )
        return await self._shelf.chosen(
            tenant, decision.collection, decision.source, decision.serving, records, (said,)
        )

    async def _forget_vanished(
        self, inside: str, root: Path, seen: set[str], unread: set[str], gone: set[str], before: _Before, tenant: str
    ) -> AsyncIterator[FileReport]:
        vanished: dict[str, list[str]] = {}
        for record in before.records if inside else ():
            _, decision = before.of(root, record.source)
            # A zip or a list that can't be read now says nothing about what was in it.
            kept = record.source in seen or any(record.source.startswith(f"{name}/") for name in unread)
            below = inside == "." or record.source.startswith(f"{inside}/")
            chosen = decision is not None and decision.overruled == NO_FILE
            if record.collection == root.as_posix() and below and not kept and not chosen:
                vanished.setdefault(record.source, []).append(record.id)
        for source, ids in vanished.items():
            reason = "its server says that the page is gone" if source in gone else ""
            yield await self._shelf.forgotten(tenant, root.as_posix(), source, ids, reason)
        for source in sorted(gone - set(vanished)):
            yield FileReport(source, "refused", "the page is gone: its server doesn't have it")


def _present(path: Path) -> Path:
    path = path.resolve()
    if not path.exists():
        raise DocumentRefused(f"{path} doesn't exist.")
    return path
