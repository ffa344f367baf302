"""Which embedding answers whom, while versions are added, tried and exchanged: no process restarts, and no search waits or fails for it."""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Coroutine, Sequence

from protocol.errors import EmbedderUnavailable, KnowledgeError, StoreUnavailable
from retrieval.embed import CachedEmbedder, Embedder
from retrieval.index import DenseHit, Filters, KnowledgeIndex
from retrieval.shadow import compare
from retrieval.version_plan import PlannedVersion, VersionPlan
from retrieval.version_records import VersionRecords

logger = logging.getLogger(__name__)
_RETRY_SECONDS = 30.0  # before a model that couldn't be loaded is tried again

OpenModel = Callable[[str], Embedder]


class EmbeddingVersions:
    """The embedders of all tenants, as their plans have them; `default` serves a tenant that has no plan."""

    def __init__(
        self,
        plan: VersionPlan,
        records: VersionRecords,
        index: KnowledgeIndex,
        default: Embedder,
        open_model: OpenModel,
        *,
        poll_seconds: float = 2.0,
    ) -> None:
        """`open_model` makes the embedder that a plan names; a changed plan is seen within `poll_seconds`."""
        self.plan = plan
        self.poll_seconds = poll_seconds
        self._records = records
        self._index = index
        self._default = default
        self._open_model = open_model
        self._plans: dict[str, tuple[float, tuple[PlannedVersion, ...]]] = {}
        self._embedders: dict[str, Embedder] = {}  # by model
        self._warm: set[tuple[str, str]] = set()  # tenant, version
        self._served: dict[str, Embedder] = {}  # by tenant: the last active one that was ready
        self._failed_at: dict[tuple[str, str], float] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def serving(self, tenant: str, conversation: str) -> Sequence[Embedder]:
        """Embedders for this conversation's search, in the order in which they are to be tried.

        A version that this process hasn't loaded yet is loaded in the background, and what served before goes on until then.
        """
        plan = await self._planned(tenant)
        if not plan:
            return (self._default,)
        active = self.embedder(plan[0])
        if self._ready(tenant, plan[0]) or tenant not in self._served:
            self._served[tenant] = active
        first = [
            self.embedder(planned)
            for planned in plan[1:]
            if planned.takes(tenant, conversation) and self._ready(tenant, planned)
        ]
        return tuple(dict.fromkeys((*first, self._served[tenant], active)))

    async def live(self, tenant: str) -> Sequence[tuple[str, Embedder]]:
        """Versions that new and changed documents are embedded for, the active one first."""
        plan = [planned for planned in await self._planned(tenant) if planned.state != "removed"]
        return [(planned.version, self.embedder(planned)) for planned in plan] or [("", self._default)]

    async def known(self, tenant: str) -> frozenset[str]:
        """Every version that the tenant has or had: what they prepared needn't be prepared again for the active one."""
        return frozenset(planned.version for planned in await self._planned(tenant))

    def searched(
        self,
        tenant: str,
        readings: Sequence[str],
        filters: Filters | None,
        used: Embedder,
        hits: Sequence[DenseHit],
        milliseconds: float,
    ) -> None:
        """Counts a search and, for the shadowed part of them, repeats it in the background with the candidate."""
        self._records.searched(tenant, used.version, milliseconds)
        for planned in self._plans.get(tenant, (0.0, ()))[1]:
            shadowed = planned.shadow and planned.version != used.version and random.random() < planned.shadow  # noqa: S311
            name = f"shadow {tenant} {planned.version}"
            # one at a time: customers' own searches come first
            if shadowed and name not in self._tasks and self._ready(tenant, planned):
                run = self._shadow(tenant, readings, filters, planned, used.version, hits, milliseconds)
                self._start(name, run)

    def embedder(self, planned: PlannedVersion) -> Embedder:
        """The embedder of a planned version, opened once."""
        if planned.model == self._default.name:
            return self._default
        if planned.model not in self._embedders:
            self._embedders[planned.model] = CachedEmbedder(self._open_model(planned.model))
        return self._embedders[planned.model]

    def forget_plan(self, tenant: str) -> None:
        """Read the plan again at once: this process changed it."""
        self._plans.pop(tenant, None)

    async def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._records.close()

    async def _planned(self, tenant: str) -> tuple[PlannedVersion, ...]:
        read_at, plan = self._plans.get(tenant, (None, ()))
        if read_at is None:
            await self._read(tenant)
            return self._plans[tenant][1]
        if time.monotonic() - read_at > self.poll_seconds and f"plan {tenant}" not in self._tasks:
            self._start(f"plan {tenant}", self._read(tenant))
        return plan

    async def _read(self, tenant: str) -> None:
        try:
            plan = await asyncio.to_thread(self.plan.read, tenant)
        except StoreUnavailable as error:  # searches go on by the plan that was read last
            logger.warning("%s", error)
            plan = self._plans.get(tenant, (0.0, ()))[1]
        self._plans[tenant] = (time.monotonic(), plan)

    def _ready(self, tenant: str, planned: PlannedVersion) -> bool:
        """Whether the version can answer at once; when not, it is being loaded."""
        key = (tenant, planned.version)
        if key in self._warm:
            return True
        waits = time.monotonic() - self._failed_at.get(key, -_RETRY_SECONDS) < _RETRY_SECONDS
        name = f"load {tenant} {planned.version}"
        if not waits and name not in self._tasks:
            self._start(name, self._load(tenant, planned))
        return False

    async def _load(self, tenant: str, planned: PlannedVersion) -> None:
        try:
            embedder = self.embedder(planned)
            vectors = await asyncio.to_thread(embedder.embed_queries, ["warm up"])
            if embedder.version != planned.version:
                raise EmbedderUnavailable(f"{planned.model} is now {embedder.version}.")
            await self._index.dense(tenant, vectors[0], 1, version=planned.version)
            self._warm.add((tenant, planned.version))
        except KnowledgeError as error:
            self._failed_at[tenant, planned.version] = time.monotonic()
            logger.warning("The embedding version %s can't be used yet: %s", planned.version, error)

    async def _shadow(
        self,
        tenant: str,
        readings: Sequence[str],
        filters: Filters | None,
        planned: PlannedVersion,
        against: str,
        hits: Sequence[DenseHit],
        milliseconds: float,
    ) -> None:
        embedder = self.embedder(planned)
        found = await compare(self._index, embedder, tenant, readings, filters, hits)
        row = {"tenant": tenant, "version": planned.version, "against": against, "against_milliseconds": milliseconds}
        self._records.compared({**row, **vars(found)})

    def _start(self, name: str, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks[name] = task
        task.add_done_callback(lambda _: self._tasks.pop(name, None))
