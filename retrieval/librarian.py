"""The operator's hand on the documents: what there is, which versions there were, back to one of them, away with one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from protocol.errors import BadRequest
from retrieval.history import DocumentHistory, DocumentVersion
from retrieval.index import DocumentRecord, KnowledgeIndex
from retrieval.shelf import FileReport, Shelf


@dataclass(frozen=True)
class ShelvedFile:
    """A file whose documents are searched, or were."""

    source: str
    collection: str
    title: str
    documents: int
    chunks: int
    version: int | None  # the one that is searched
    versions: int
    taken_in: datetime | None
    same_text_as: tuple[str, ...]
    note: str  # an operator's decision that is in force, or what became of the file


class Librarian:
    """Every method takes the tenant first; those that name a file take its source, or the id of one of its documents."""

    def __init__(self, index: KnowledgeIndex, history: DocumentHistory, shelf: Shelf) -> None:
        self._index = index
        self._history = history
        self._shelf = shelf

    async def files(self, tenant: str) -> list[ShelvedFile]:
        """All files that are or were known, by name."""
        records: dict[tuple[str, str], list[DocumentRecord]] = {}
        for record in await self._index.documents(tenant):
            records.setdefault((record.collection, record.source), []).append(record)
        kept: dict[tuple[str, str], list[DocumentVersion]] = {}
        for version in await asyncio.to_thread(self._history.versions, tenant):
            kept.setdefault((version.collection, version.source), []).append(version)
        decisions = await asyncio.to_thread(self._history.decisions, tenant)
        marks: dict[str, list[str]] = {}
        for version in (version for versions in kept.values() for version in versions if version.serving):
            marks.setdefault(version.fingerprint, []).append(version.source)
        files = []
        for place in sorted({*records, *kept}, key=lambda place: (place[1], place[0])):
            found, versions = records.get(place, []), kept.get(place, [])
            serving = next((version for version in versions if version.serving), None)
            same = marks.get(serving.fingerprint, []) if serving and serving.fingerprint else []
            note = "" if found else "vanished"
            if decision := decisions.get(place):
                note = f"version {decision.serving} chosen by hand" if decision.serving else "removed by hand"
            files.append(
                ShelvedFile(
                    source=place[1],
                    collection=place[0],
                    title=found[0].title if found else versions[0].title,
                    documents=len(found),
                    chunks=sum(record.chunks for record in found),
                    version=serving.number if serving else None,
                    versions=len(versions),
                    taken_in=serving.taken_in if serving else None,
                    same_text_as=tuple(source for source in same if source != place[1]),
                    note=note,
                )
            )
        return files

    async def versions(self, tenant: str, name: str) -> list[DocumentVersion]:
        """Of one file, newest first; raises BadRequest when none is kept."""
        collection, source = await self._place(tenant, name)
        versions = await asyncio.to_thread(self._history.versions, tenant, source)
        return [version for version in versions if version.collection == collection]

    async def roll_back(self, tenant: str, name: str, number: int | None = None) -> FileReport:
        """Search this version again, by default the one before; it stays so until the file changes. Raises BadRequest."""
        versions = await self.versions(tenant, name)
        collection, source = versions[0].collection, versions[0].source
        serving = next((version.number for version in versions if version.serving), None)
        if number is None:
            earlier = [version.number for version in versions if serving is None or version.number < serving]
            if not earlier:
                raise BadRequest(f"{source} has no version before {serving}.")
            number = earlier[0]
        elif number not in [version.number for version in versions]:
            raise BadRequest(f"Version {number} of {source} is not kept; there are: {_listed(versions)}.")
        records = await self._records(tenant, collection, source)
        prepared = await self._shelf.chosen(tenant, collection, source, number, records, (f"version {number}",))
        await asyncio.to_thread(self._history.decide, tenant, collection, source, number)
        (report,) = [report async for report in self._shelf.keep([prepared], tenant)]
        return report

    async def remove(self, tenant: str, name: str) -> FileReport:
        """Search nothing of it until the file changes; its versions are kept. Raises BadRequest when it isn't there."""
        collection, source = await self._place(tenant, name)
        records = await self._records(tenant, collection, source)
        if not records:
            raise BadRequest(f"Nothing of {source} is in the index.")
        await asyncio.to_thread(self._history.decide, tenant, collection, source, None)
        await self._index.delete(tenant, [record.id for record in records])
        return FileReport(source, "removed", documents=len(records))

    async def _records(self, tenant: str, collection: str, source: str) -> list[DocumentRecord]:
        documents = await self._index.documents(tenant)
        return [record for record in documents if (record.collection, record.source) == (collection, source)]

    async def _place(self, tenant: str, name: str) -> tuple[str, str]:
        versions = await asyncio.to_thread(self._history.versions, tenant)
        records = await self._index.documents(tenant)
        of_document = {record.id: record.source for record in records}
        source = of_document.get(name, name)
        places = {(version.collection, version.source) for version in versions if version.source == source}
        if not places:
            raise BadRequest(f"No version of {name} is kept; `documents list` shows what there is.")
        if len(places) > 1:
            folders = ", ".join(sorted(collection for collection, _ in places))
            raise BadRequest(f"{name} stands in several folders: {folders}.")
        return places.pop()


def _listed(versions: Sequence[DocumentVersion]) -> str:
    return ", ".join(str(version.number) for version in versions)
