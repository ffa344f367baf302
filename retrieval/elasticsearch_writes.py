"""Writes to Elasticsearch that are done as a whole or taken back, and are visible when they return."""

from collections.abc import Sequence
from typing import Any

from elasticsearch import AsyncElasticsearch

from protocol.errors import IndexUnavailable
from retrieval.elasticsearch_client import WRITE_SECONDS, Action, bulk, refused
from retrieval.elasticsearch_entries import TENANT, document_key

# in the same bulk as what it counts, so that no search sees the one without the other
CHANGED = Action(
    "update",
    TENANT,
    {"script": {"source": "ctx._source.generation += 1"}, "upsert": {"kind": "tenant", "generation": 1}},
)


async def write(
    client: AsyncElasticsearch,
    alias: str,
    actions: Sequence[Action],
    last: Sequence[Action] = (),
    *,
    undo: Sequence[str] = (),
    replacing: bool = False,
) -> None:
    """Do all; when an item is refused, the entries in `undo` are as before and IndexUnavailable says why.

    `last` is done when all the rest is: a record that says what is there must not be ahead of it, even if the server dies or
    stays too busy to take anything back.
    """
    before: dict[str, Any] = {}
    if replacing:
        found = await client.mget(index=alias, ids=list(undo))
        before = {entry["_id"]: entry["_source"] for entry in found["docs"] if entry.get("found")}
    problem = _problem(await bulk(client, alias, actions))
    if not problem:
        problem = _problem(await bulk(client, alias, [*last, CHANGED]))
    if problem and undo:
        back = [Action("index", key, before[key], 8000) if key in before else Action("delete", key) for key in undo]
        await bulk(client, alias, back)
    await client.options(request_timeout=WRITE_SECONDS).indices.refresh(index=alias)
    if problem:
        raise IndexUnavailable(f"Elasticsearch refuses what should be kept: {problem}.")


def _problem(results: Sequence[dict[str, Any]]) -> str:
    return next(filter(None, map(refused, results)), "")


async def update(client: AsyncElasticsearch, alias: str, actions: Sequence[Action]) -> int:
    """Updates of entries that may be gone; says how many were changed. They become visible with the next write."""
    results = await bulk(client, alias, actions)
    failed = [result for result in results if result["status"] != 404 and refused(result)]
    if failed:
        raise IndexUnavailable(f"Elasticsearch refuses {len(failed)} of {len(actions)} updates: {refused(failed[0])}.")
    return sum(result.get("result") == "updated" for result in results)


async def chunk_ids(client: AsyncElasticsearch, alias: str, document_ids: Sequence[str]) -> dict[str, list[str]]:
    """The chunk ids of each document that is there, visible to searches yet or not."""
    if not document_ids:
        return {}
    keys = {document_key(document): document for document in document_ids}
    answer = await client.mget(index=alias, ids=list(keys), source_includes=["chunk_ids"])
    return {keys[found["_id"]]: found["_source"]["chunk_ids"] for found in answer["docs"] if found.get("found")}
