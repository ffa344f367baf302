"""Find passages, with their scores."""

import argparse

from commands.output import chosen_tenant, print_json
from protocol.errors import BadRequest, TooLarge
from protocol.languages import identify
from protocol.messages import MAX_TEXT
from runtime.settings import Settings
from runtime.wiring import open_knowledge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query")
    parser.add_argument("--tenant", help="whose documents (default: demo)")
    parser.add_argument("--mode", choices=("hybrid", "keyword", "dense"), default="hybrid")
    parser.add_argument("-k", type=int, default=8, help="how many passages (default: 8)")


async def run(arguments: argparse.Namespace, settings: Settings) -> int:
    text = arguments.query.replace("\0", " ").strip()
    if not text:
        raise BadRequest("The query is empty.")
    if len(text) > MAX_TEXT:
        raise TooLarge(f"The query has {len(text):,} characters; at most {MAX_TEXT:,} are read.")
    if not 1 <= arguments.k <= 100:
        raise BadRequest(f"-k {arguments.k} can't be used: 1 to 100.")
    tenant = chosen_tenant(settings, arguments.tenant)
    knowledge = open_knowledge(settings)
    try:
        found = await knowledge.search.search(
            tenant.id, text, mode=arguments.mode, k=arguments.k, language=identify(text, tenant.language)
        )
    finally:
        await knowledge.close()
    if arguments.json:
        hits = [
            {
                "id": hit.chunk.id,
                "document": hit.chunk.document,
                "title": hit.chunk.title,
                "headings": list(hit.chunk.headings),
                "text": hit.chunk.text,
                "language": hit.chunk.language,
                "url": hit.chunk.url,
                "page": hit.chunk.page,
                "score": round(hit.score, 6),
                "keyword_rank": hit.keyword_rank,
                "dense_rank": hit.dense_rank,
                "keyword_score": round(hit.keyword_score, 6),
                "dense_score": round(hit.dense_score, 6),
                "matched_terms": list(hit.matched_terms),
                "rerank_score": hit.rerank_score,
            }
            for hit in found.hits
        ]
        print_json({"hits": hits, "mode": found.mode, "degraded": found.degraded, "stages_ms": dict(found.stages_ms)})
        return 0
    if found.degraded:
        print(f"(degraded: {found.degraded})")
    for place, hit in enumerate(found.hits, start=1):
        ranks = f"keyword {hit.keyword_rank or '-'}, dense {hit.dense_rank or '-'}"
        print(
            f"{place}. {hit.score:.3f}  {' > '.join((hit.chunk.title, *hit.chunk.headings))}  [{hit.chunk.id}]  ({ranks})"
        )
        print(f"   {' '.join(hit.chunk.text.split())[:200]}")
    if not found.hits:
        print("Nothing found.")
    return 0
