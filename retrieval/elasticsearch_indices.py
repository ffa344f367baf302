"""One index per tenant behind an alias: made when first written to, rebuilt when it has another layout than this release's."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator
from typing import Any

from elasticsearch import ApiError, AsyncElasticsearch, NotFoundError

from protocol.errors import IndexUnavailable
from retrieval.documents import Chunk
from retrieval.elasticsearch_client import WRITE_SECONDS, Action, bulk, refused
from retrieval.elasticsearch_entries import chunk_of, searched
from retrieval.elasticsearch_mapping import (
    LAYOUT,
    SETTINGS,
    VECTOR,
    alias_of,
    mapping,
    vector_field,
    vector_mapping,
    version_of,
)

logger = logging.getLogger(__name__)
_PAGE = 200
_ABANDONED_SECONDS = 24 * 3600


class TenantIndices:
    """Names, makes and rebuilds the indices of an installation, which all begin with `prefix`."""

    def __init__(self, client: AsyncElasticsearch, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._ready: set[str] = set()
        self._versions: dict[str, dict[str, int]] = {}  # by tenant: embedding version -> dimensions
        self._locks: dict[str, asyncio.Lock] = {}
        self._rebuilding: dict[str, asyncio.Task[None]] = {}

    def alias(self, tenant: str) -> str:
        return alias_of(self._prefix, tenant)

    async def for_reading(self, tenant: str) -> str:
        """The alias. What a writer left half-way is made visible once; an index of another layout serves on while it is rebuilt."""
        alias = self.alias(tenant)
        if tenant not in self._ready:
            layout = await self._layout(alias)
            if layout is not None:
                await self._client.indices.refresh(index=alias)
                if layout == LAYOUT:
                    self._ready.add(tenant)
                elif tenant not in self._rebuilding:
                    self._rebuilding[tenant] = asyncio.create_task(self._rebuilt_behind(tenant))
        return alias

    async def for_writing(self, tenant: str) -> str:
        """The alias, with an index of this release's layout behind it."""
        alias = self.alias(tenant)
        if tenant in self._ready:
            return alias
        async with self._locks.setdefault(tenant, asyncio.Lock()):
            layout = await self._layout(alias)
            if layout is None:
                await self._create(alias, serving=True)
            elif layout != LAYOUT:
                await self._rebuild(alias)
            else:
                await self._client.indices.refresh(index=alias)
            self._ready.add(tenant)
        return alias

    def forget(self, tenant: str) -> None:
        """What was known of an index that is no longer there."""
        self._ready.discard(tenant)
        self._versions.pop(tenant, None)

    async def versions(self, tenant: str, *, wanted: str = "", anew: bool = False) -> dict[str, int]:
        """Embedding versions that the mapping has fields for; asked `anew`, or again when it isn't known to have the wanted one."""
        known = None if anew else self._versions.get(tenant)
        if known is None or (wanted and wanted not in known):
            self._versions[tenant] = known = await self._mapped(self.alias(tenant))
        return known

    async def ensure_version(self, tenant: str, version: str, dimensions: int) -> None:
        """A field for the vectors of this version; raises IndexUnavailable when it has one of another length."""
        known = (await self.versions(tenant, wanted=version)).get(version)
        if known is None:
            field = {vector_field(version): vector_mapping(dimensions)}
            await self._client.indices.put_mapping(index=self.alias(tenant), properties=field)
            self._versions.pop(tenant, None)
        elif known != dimensions:
            raise IndexUnavailable(f"Vectors of {version} have {known} dimensions in the index, and now {dimensions}.")

    async def close(self) -> None:
        for task in self._rebuilding.values():
            task.cancel()
        await asyncio.gather(*self._rebuilding.values(), return_exceptions=True)

    async def _layout(self, alias: str) -> int | None:
        """The layout of the index that serves; None when there is none."""
        try:
            answer = await self._client.indices.get_mapping(index=alias)
        except NotFoundError:
            return None
        (found,) = answer.values()
        return int(found["mappings"].get("_meta", {}).get("layout", 0))

    async def _mapped(self, alias: str) -> dict[str, int]:
        try:
            answer = await self._client.indices.get_mapping(index=alias)
        except NotFoundError:
            return {}
        (found,) = answer.values()
        fields = found["mappings"]["properties"].items()
        return {version_of(name): int(field["dims"]) for name, field in fields if name.startswith(VECTOR)}

    async def _create(self, alias: str, *, serving: bool) -> str:
        name = f"{alias}.{LAYOUT}" if serving else f"{alias}.{LAYOUT}-{secrets.token_hex(4)}"
        try:
            await self._client.indices.create(
                index=name, settings=SETTINGS, mappings=mapping(), aliases={alias: {}} if serving else None
            )
        except ApiError as error:
            # Another process came first; with the alias there, its index is as good as ours.
            if not serving or error.error != "resource_already_exists_exception":
                raise
            if not await self._client.indices.exists_alias(name=alias):
                return await self._create(f"{alias}", serving=False)
        return name

    async def _rebuilt_behind(self, tenant: str) -> None:
        try:
            async with self._locks.setdefault(tenant, asyncio.Lock()):
                await self._rebuild(self.alias(tenant))
                self._ready.add(tenant)
        except Exception:
            logger.exception("The index of %s could not be rebuilt; the old one goes on serving.", tenant)
        finally:
            self._rebuilding.pop(tenant, None)

    async def _rebuild(self, alias: str) -> None:
        """Copy everything into an index of this layout, then move the alias. Searches go on; writers wait and then find the new one."""
        if await self._layout(alias) == LAYOUT:
            return
        (old,) = await self._client.indices.get_alias(name=alias)
        logger.info("Rebuilding %s: its layout is another release's.", old)
        await self._client.indices.put_settings(index=old, settings={"index.blocks.write": True})
        new = await self._create(alias, serving=False)
        fields = {vector_field(version): vector_mapping(size) for version, size in (await self._mapped(alias)).items()}
        if fields:
            await self._client.indices.put_mapping(index=new, properties=fields)
        await self._client.indices.put_alias(index=new, name=f"{new}.filling")
        async for page in self._pages(old):
            actions = [Action("index", hit["_id"], _now(hit["_source"]), 8000) for hit in page]
            problem = next(filter(None, map(refused, await bulk(self._client, f"{new}.filling", actions))), "")
            if problem:
                raise IndexUnavailable(f"{old} can't be rebuilt: {problem}")
        await self._client.options(request_timeout=WRITE_SECONDS).indices.refresh(index=new)
        try:
            await self._client.indices.update_aliases(
                actions=[
                    {"remove": {"index": old, "alias": alias, "must_exist": True}},
                    {"remove": {"index": new, "alias": f"{new}.filling"}},
                    {"add": {"index": new, "alias": alias}},
                ]
            )
        except NotFoundError:  # another process was quicker
            old = new
        await self._client.indices.delete(index=old, ignore_unavailable=True)
        await self._sweep(alias)

    async def _pages(self, index: str) -> AsyncIterator[list[dict[str, Any]]]:
        client = self._client.options(request_timeout=WRITE_SECONDS)
        await client.indices.refresh(index=index)
        point = (await client.open_point_in_time(index=index, keep_alive="5m"))["id"]
        try:
            after = None
            while True:
                answer = await client.search(
                    pit={"id": point, "keep_alive": "5m"}, size=_PAGE, sort=["_shard_doc"], search_after=after
                )
                page = answer["hits"]["hits"]
                if not page:
                    return
                yield page
                after = page[-1]["sort"]
        finally:
            await client.close_point_in_time(id=point)

    async def _sweep(self, alias: str) -> None:
        """Rebuilds that were killed on their way leave an index that nothing uses."""
        for name, index in (await self._client.indices.get(index=f"{alias}.*")).items():
            age = time.time() - int(index["settings"]["index"]["creation_date"]) / 1000
            if alias not in index["aliases"] and age > _ABANDONED_SECONDS:
                await self._client.indices.delete(index=name, ignore_unavailable=True)


def _now(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry as this release would write it."""
    if entry["kind"] != "chunk":
        return entry
    chunk: Chunk = chunk_of(entry, "")
    return {**entry, **searched(chunk)}
