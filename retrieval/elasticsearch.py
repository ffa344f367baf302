"""The knowledge index in Elasticsearch 8: BM25 over our own terms, filtered kNN over one vector field per embedding version."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from elasticsearch import NotFoundError

from protocol.errors import IndexUnavailable
from retrieval.documents import Chunk, Document
from retrieval.elasticsearch_client import READ_SECONDS, WRITE_SECONDS, Action, answering, connect
from retrieval.elasticsearch_entries import (
    CHUNK_FIELDS,
    RECORD_FIELDS,
    chunk_entry,
    chunk_key,
    chunk_of,
    document_entry,
    document_key,
    filter_clauses,
    record_of,
    rounded,
)
from retrieval.elasticsearch_indices import TenantIndices
from retrieval.elasticsearch_keyword import keyword_hits, keyword_request, statistics_request
from retrieval.elasticsearch_mapping import vector_field
from retrieval.elasticsearch_writes import chunk_ids, update, write
from retrieval.index import DenseHit, DocumentRecord, Filters, IndexStats, KeywordHits, KeywordQuery, Vectors

_PAGE = 1000
_CANDIDATES = 200  # that the graph looks at for each search: with fewer, filtered searches miss neighbours
_OLDEST = (8, 18)  # the first that compares the nearest again in full (rescore_vector)
_ADD_VECTOR = "if (ctx._source.revision == params.revision) { ctx._source[params.field] = params.vector } else { ctx.op = 'noop' }"


class ElasticsearchIndex:
    """KnowledgeIndex in Elasticsearch. Several processes may use it; each sees the others' changes at its next call."""

    def __init__(self, url: str, *, api_key: str = "", prefix: str = "sahayak") -> None:
        self._client = connect(url, api_key)
        self._indices = TenantIndices(self._client, prefix)
        self._writing: dict[str, asyncio.Lock] = {}
        self._closed = False

    async def put(
        self, document: Document, chunks: Sequence[Chunk], vectors: Mapping[str, Vectors], *, prepared_by: str = ""
    ) -> None:
        if len({chunk.id for chunk in chunks}) < len(chunks) or any(
            len(rows) != len(chunks) for rows in vectors.values()
        ):
            raise ValueError(f"{document.id}: each chunk needs an id of its own, and a vector of each version.")
        async with self._changing(document.tenant) as alias:
            for version, rows in vectors.items():
                if len(rows):
                    await self._indices.ensure_version(document.tenant, version, rows.shape[1])
            before = (await chunk_ids(self._client, alias, [document.id])).get(document.id, [])
            kept = [chunk.id for chunk in chunks]
            gone = [chunk_id for chunk_id in before if chunk_id not in set(kept)]
            dimensions = sum(rows.shape[1] for rows in vectors.values())
            actions = [
                Action(
                    "index",
                    chunk_key(chunk.id),
                    chunk_entry(document, number, chunk, vectors),
                    8 * dimensions + 4 * len(chunk.text),
                )
                for number, chunk in enumerate(chunks)
            ]
            actions += [Action("delete", chunk_key(chunk_id)) for chunk_id in gone]
            record = Action("index", document_key(document.id), document_entry(document, chunks, prepared_by))
            keys = dict.fromkeys([document_key(document.id), *map(chunk_key, before), *map(chunk_key, kept)])
            await write(self._client, alias, actions, [record], undo=list(keys), replacing=bool(before))

    async def delete(self, tenant: str, document_ids: Sequence[str]) -> int:
        if not await self._exists(tenant):
            return 0
        async with self._changing(tenant) as alias:
            records = await chunk_ids(self._client, alias, document_ids)
            actions = [Action("delete", chunk_key(chunk)) for chunks in records.values() for chunk in chunks]
            last = [Action("delete", document_key(document)) for document in records]
            if records:
                await write(self._client, alias, actions, last)
            return len(records)

    async def documents(self, tenant: str) -> tuple[DocumentRecord, ...]:
        records: list[DocumentRecord] = []
        after: list[Any] | None = None
        while True:
            answer = await self._search(
                tenant,
                query={"term": {"kind": "document"}}, size=_PAGE, sort=["id"], search_after=after, _source=RECORD_FIELDS,
            )  # fmt: skip
            page = answer["hits"]["hits"]
            records += [record_of(hit["_source"]) for hit in page]
            if len(page) < _PAGE:
                return tuple(records)
            after = page[-1]["sort"]

    async def keyword(self, tenant: str, query: KeywordQuery, k: int, filters: Filters | None = None) -> KeywordHits:
        if not (query.terms or query.codes):
            return KeywordHits()
        request = keyword_request(query, k, filters)
        found, statistics = await asyncio.gather(self._search(tenant, **request), self._statistics(tenant, query))
        return keyword_hits(query, k, found, statistics)

    async def dense(
        self, tenant: str, vector: Vectors, k: int, filters: Filters | None = None, *, version: str
    ) -> tuple[DenseHit, ...]:
        with self._reading():
            if version not in await self._indices.versions(tenant, wanted=version):
                return ()
        nearest = {
            "field": vector_field(version),
            "query_vector": rounded(vector),
            "k": k,
            "num_candidates": max(_CANDIDATES, 2 * k),
            "filter": filter_clauses(filters),
            "rescore_vector": {"oversample": 2.0},  # exact cosines: e5 tells good from bad within a tenth
        }
        answer = await self._search(tenant, knn=nearest, size=k, _source=["id"], track_total_hits=False)
        return tuple(DenseHit(hit["_source"]["id"], 2 * hit["_score"] - 1) for hit in answer["hits"]["hits"])

    async def chunks(self, tenant: str, ids: Sequence[str]) -> tuple[Chunk, ...]:
        found: dict[str, Chunk] = {}
        for start in range(0, len(ids), _PAGE):
            some = list(ids[start : start + _PAGE])
            for entry in await self._entries(tenant, {"terms": {"id": some}}, len(some)):
                found[entry["id"]] = chunk_of(entry, tenant)
        return tuple(found[chunk_id] for chunk_id in ids if chunk_id in found)

    async def neighbours(self, tenant: str, chunk_id: str, *, before: int = 1, after: int = 1) -> tuple[Chunk, ...]:
        place = await self._entries(tenant, {"term": {"id": chunk_id}}, 1)
        if not place:
            return ()
        number = place[0]["number"]
        around: list[dict[str, Any]] = [
            {"term": {"document": place[0]["document"]}},
            {"range": {"number": {"gte": number - before, "lte": number + after}}},
        ]
        entries = await self._entries(tenant, {"bool": {"filter": around}}, before + after + 1, sort=["number"])
        return tuple(chunk_of(entry, tenant) for entry in entries)

    async def without_vectors(self, tenant: str, version: str, limit: int) -> tuple[Chunk, ...]:
        missing = {"bool": {"must_not": {"exists": {"field": vector_field(version)}}}}
        entries = await self._entries(tenant, missing, min(limit, 10_000), sort=["document", "number"])
        return tuple(chunk_of(entry, tenant) for entry in entries)

    async def add_vectors(self, tenant: str, version: str, chunks: Sequence[Chunk], vectors: Vectors) -> int:
        if not chunks or not await self._exists(tenant):
            return 0
        field = vector_field(version)
        async with self._changing(tenant) as alias:
            await self._indices.ensure_version(tenant, version, vectors.shape[1])
            actions = []
            for chunk, vector in zip(chunks, vectors, strict=True):
                values = {"revision": chunk.revision, "field": field, "vector": rounded(vector)}
                script = {"source": _ADD_VECTOR, "params": values}
                actions.append(Action("update", chunk_key(chunk.id), {"script": script}, 8 * vectors.shape[1]))
            kept = await update(self._client, alias, actions)
            if kept:
                await write(self._client, alias, [])
            return kept

    async def drop_vectors(self, tenant: str, version: str) -> None:
        field = vector_field(version)
        if not await self._exists(tenant):
            return
        async with self._changing(tenant) as alias:
            client = self._client.options(request_timeout=WRITE_SECONDS)
            while True:  # in portions, so that none outlasts the timeout
                answer = await client.update_by_query(
                    index=alias, query={"exists": {"field": field}}, max_docs=5000, conflicts="proceed", refresh=True,
                    script={"source": "ctx._source.remove(params.field)", "params": {"field": field}},
                )  # fmt: skip
                if not answer["updated"]:
                    return

    async def stats(self, tenant: str) -> IndexStats:
        with self._reading():
            versions = list(await self._indices.versions(tenant, anew=True))  # another process may have added one
        counted = {str(n): {"filter": {"exists": {"field": vector_field(name)}}} for n, name in enumerate(versions)}
        kinds = {kind: {"filter": {"term": {"kind": kind}}} for kind in ("document", "chunk")}
        answer = await self._search(tenant, size=0, aggs={**kinds, **counted})
        counts = {name: found["doc_count"] for name, found in answer.get("aggregations", {}).items()}
        vectors = {name: counts.get(str(n), 0) for n, name in enumerate(versions)}
        return IndexStats(
            counts.get("document", 0),
            counts.get("chunk", 0),
            {name: count for name, count in vectors.items() if count},
            await self._bytes(tenant),
        )

    async def knowledge_version(self, tenant: str) -> int:
        # by a search: the number must not be ahead of what searches see, or caches would keep old results under it
        answer = await self._search(tenant, query={"term": {"kind": "tenant"}}, size=1)
        generations = [int(hit["_source"]["generation"]) for hit in answer["hits"]["hits"]]
        return max(generations, default=0)

    async def server(self) -> str:
        """The server's release; raises IndexUnavailable for one that can't do what this index asks for."""
        with self._reading():
            number = str((await self._client.info())["version"]["number"])
        if tuple(map(int, number.split(".")[:2])) < _OLDEST:
            raise IndexUnavailable(f"Elasticsearch {number} is too old.", hint="Use 8.18 or later.")
        return number

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            await self._indices.close()
            await self._client.close()

    async def _search(self, tenant: str, **request: Any) -> Mapping[str, Any]:
        """One search; a tenant for whom nothing was ever put has no index, and no hits."""
        with self._reading():
            alias = await self._indices.for_reading(tenant)
            answer = await self._client.search(
                index=alias,
                ignore_unavailable=True,
                allow_partial_search_results=False,
                timeout=f"{READ_SECONDS:.0f}s",
                **request,
            )
            if answer["timed_out"]:
                raise IndexUnavailable("Elasticsearch takes too long to search.", hint="Check its load and its log.")
            body: Mapping[str, Any] = answer.body
            return body

    async def _statistics(self, tenant: str, query: KeywordQuery) -> Mapping[str, Any]:
        if not query.terms:
            return {}
        with self._reading():
            try:
                answer = await self._client.termvectors(index=self._indices.alias(tenant), **statistics_request(query))
            except NotFoundError:
                return {}
            body: Mapping[str, Any] = answer.body
            return body

    async def _entries(
        self, tenant: str, wanted: Mapping[str, Any], size: int, *, sort: Sequence[str] = ("_doc",)
    ) -> list[dict[str, Any]]:
        if not size:
            return []
        query = {"bool": {"filter": [*filter_clauses(None), wanted]}}
        answer = await self._search(tenant, query=query, size=size, sort=list(sort), _source=CHUNK_FIELDS)
        return [hit["_source"] for hit in answer["hits"]["hits"]]

    async def _exists(self, tenant: str) -> bool:
        with self._reading():
            return bool(await self._client.indices.exists_alias(name=self._indices.alias(tenant)))

    async def _bytes(self, tenant: str) -> int:
        with self._reading():
            try:
                answer = await self._client.indices.stats(index=self._indices.alias(tenant), metric="store")
            except NotFoundError:
                return 0
            return int(answer["_all"]["primaries"]["store"]["size_in_bytes"])

    @contextmanager
    def _reading(self) -> Iterator[None]:
        if self._closed:
            raise IndexUnavailable("The knowledge index is closed.")
        with answering():
            yield

    @asynccontextmanager
    async def _changing(self, tenant: str) -> AsyncIterator[str]:
        """Writers of one tenant take turns, or the refresh of one would show what the other is half done with."""
        async with self._writing.setdefault(tenant, asyncio.Lock()):
            with self._reading():
                try:
                    yield await self._indices.for_writing(tenant)
                except NotFoundError:
                    self._indices.forget(tenant)
                    raise
