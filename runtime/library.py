"""What taking in documents needs, made from the settings: the index, the embedder, the history in the app database, the limits."""

from dataclasses import dataclass

from sqlalchemy import Engine

from protocol.tenants import Tenant
from retrieval.embed import Embedder
from retrieval.history import DocumentHistory
from retrieval.ingest import Ingest
from retrieval.librarian import Librarian
from retrieval.live_index import LiveIndex
from retrieval.reading.limits import Limits
from retrieval.reading.reader import Reader
from retrieval.shelf import Shelf
from retrieval.sources import Sources
from retrieval.sources.fetch import WebFetcher
from runtime.database import open_database
from runtime.settings import PROJECT, Settings
from runtime.wiring import Knowledge, open_knowledge


@dataclass(frozen=True)
class Library:
    """Ready to take in documents and to take them back."""

    settings: Settings
    knowledge: Knowledge
    history: DocumentHistory
    engine: Engine

    async def ingest(self, tenant: Tenant) -> Ingest:
        """With the tenant's own folders, and vectors of every embedding version that is live."""
        limits = Limits(
            bytes=self.settings.ingest_file_mb * 1024 * 1024,
            seconds=self.settings.ingest_seconds,
            memory=self.settings.ingest_memory_mb * 1_000_000,
        )
        hosts = [host.strip() for host in self.settings.ingest_private_hosts.split(",") if host.strip()]
        return Ingest(
            self._index(),
            await self._embedder(tenant.id),
            roots=[PROJECT / folder for folder in tenant.knowledge],
            history=self.history,
            reader=Reader(limits),
            sources=Sources(WebFetcher(private_hosts=hosts, max_bytes=limits.bytes), limits.bytes),
        )

    async def librarian(self, tenant: Tenant) -> Librarian:
        """Versions, roll-back, removal."""
        index = self._index()
        return Librarian(index, self.history, Shelf(index, await self._embedder(tenant.id), self.history))

    def _index(self) -> LiveIndex:
        return LiveIndex(self.knowledge.index, self.knowledge.versions)

    async def _embedder(self, tenant_id: str) -> Embedder:
        """The active version's."""
        ((_, embedder), *_) = await self.knowledge.versions.live(tenant_id)
        return embedder

    async def close(self) -> None:
        await self.knowledge.close()
        self.engine.dispose()


def open_library(settings: Settings) -> Library:
    """Raises StoreUnavailable, IndexUnavailable or SettingsError in one line."""
    engine = open_database(settings)
    return Library(settings, open_knowledge(settings), DocumentHistory(engine), engine)
