"""The one place where adapters are chosen: Settings in, ready objects out."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from answering.answerer import Answerer
from answering.budget import Budgets
from answering.cache import AnswerCache
from answering.cache_store import CacheStore, MemoryStore, RedisStore
from answering.chain import Link, ModelChain
from answering.openai_compatible import OpenAICompatibleModel
from answering.prompting import NEWEST, template
from answering.records import AnswerRecords
from customers.built_in import BuiltInCustomerMemory
from customers.memory import CustomerMemory
from erp.not_connected import NotConnected
from erp.port import Erp
from leads.book import LeadBook
from leads.built_in import BuiltInLeadBook
from protocol.tenants import Tenant
from retrieval.circuit import Circuit
from retrieval.e5 import E5Embedder
from retrieval.elasticsearch import ElasticsearchIndex
from retrieval.embed import CachedEmbedder, Embedder
from retrieval.index import KnowledgeIndex
from retrieval.rerank import HttpReranker, Reranker
from retrieval.result_cache import ResultCache
from retrieval.search import Search
from retrieval.sentence_transformer import SentenceTransformerEmbedder
from retrieval.sqlite import SqliteIndex
from retrieval.version_plan import VersionPlan
from retrieval.version_records import VersionRecords
from retrieval.versions import EmbeddingVersions
from runtime.database import open_database
from runtime.models import read_models
from runtime.settings import E5, Settings
from runtime.tenants import read_tenants
from tickets.built_in import BuiltInTicketDesk
from tickets.desk import TicketDesk


@dataclass(frozen=True)
class Knowledge:
    """What searching needs."""

    index: KnowledgeIndex
    embedder: Embedder
    search: Search
    versions: EmbeddingVersions
    engine: Engine | None = None  # of its own, when nobody handed one in

    async def close(self) -> None:
        await self.search.close()
        await self.versions.close()
        await self.index.close()
        if self.engine is not None:
            self.engine.dispose()


@dataclass(frozen=True)
class Assistant:
    """Everything the actions call."""

    tenants: Mapping[str, Tenant]
    engine: Engine
    knowledge: Knowledge
    answerer: Answerer
    desk: TicketDesk
    leads: LeadBook
    memory: CustomerMemory
    erp: Erp

    async def close(self) -> None:
        await self.answerer.close()
        await self.knowledge.close()
        self.engine.dispose()


def open_assistant(settings: Settings) -> Assistant:
    """The whole assistant; raises SahayakError in one line when something it stands on is missing."""
    tenants = read_tenants(settings.tenants_folder)
    for tenant in tenants.values():
        template(tenant.prompt or NEWEST)
    engine = open_database(settings)
    knowledge = open_knowledge(settings, engine)
    return Assistant(
        tenants=tenants,
        engine=engine,
        knowledge=knowledge,
        answerer=Answerer(
            knowledge.search,
            knowledge.index,
            model_chain(settings),
            AnswerRecords(engine),
            cache=AnswerCache(answer_store(settings), knowledge.embedder),
            budgets=Budgets(engine),
        ),
        desk=BuiltInTicketDesk(engine),
        leads=BuiltInLeadBook(engine),
        memory=BuiltInCustomerMemory(engine),
        erp=NotConnected(),
    )


def open_knowledge(settings: Settings, engine: Engine | None = None) -> Knowledge:
    """The index and the embedders that the settings and the tenants' plans name."""
    index = knowledge_index(settings)
    embedder = CachedEmbedder(embedding_model(settings))
    database = engine or open_database(settings)
    versions = EmbeddingVersions(
        VersionPlan(database), VersionRecords(database), index, embedder, lambda name: embedding_model(settings, name)
    )
    search = Search(index, embedder, versions=versions, cache=ResultCache(), reranker=reranker(settings))
    return Knowledge(index, embedder, search, versions, None if engine else database)


def knowledge_index(settings: Settings) -> KnowledgeIndex:
    """Elasticsearch when a URL is set, else one SQLite file."""
    if settings.elasticsearch_url:
        return ElasticsearchIndex(settings.elasticsearch_url, api_key=settings.elasticsearch_api_key)
    return SqliteIndex(settings.var_folder / "knowledge.db")


def embedding_model(settings: Settings, name: str = "") -> Embedder:
    """The named model, or that of the settings: e5 from its converted files on ONNX Runtime, any other through sentence-transformers."""
    name = name or settings.embedding_model
    if name == E5:
        return E5Embedder(settings.model_folder, threads=settings.embedder_threads)
    return SentenceTransformerEmbedder(name)


def answer_store(settings: Settings) -> CacheStore:
    """Redis when a URL is set, else this process's memory."""
    return RedisStore(settings.redis_url) if settings.redis_url else MemoryStore()


def reranker(settings: Settings) -> Reranker | None:
    """The configured cross-encoder, or None: the search's own order is good (bench/retrieval.md)."""
    if not settings.reranker_url:
        return None
    return HttpReranker(settings.reranker_url, model=settings.reranker_model, api_key=settings.reranker_api_key)


def model_chain(settings: Settings) -> ModelChain | None:
    """The configured models, or None for extractive answers; raises SettingsError."""
    plan = read_models(settings)
    if plan is None:
        return None
    links = [
        Link(OpenAICompatibleModel(entry), entry.size == "small", Circuit(failures=plan.failures, rest=plan.rest))
        for entry in plan.models
    ]
    return ModelChain(links, deadline=plan.deadline, hedge_after=plan.hedge_after)
