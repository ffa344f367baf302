"""Keyword search in Elasticsearch: its BM25 over terms of our own analysis, and how much of it a query could reach at most."""

import math
from collections.abc import Mapping
from typing import Any

from retrieval.elasticsearch_entries import code_term, filter_clauses
from retrieval.index import Filters, KeywordHit, KeywordHits, KeywordQuery

_K1 = 1.2
# A code weighs what it weighs in SQLite, where it is four words of a chunk; Elasticsearch's own weight of one that has no length is its idf.
_CODE = 4 * (_K1 + 1) / (4 + _K1)


def keyword_request(query: KeywordQuery, k: int, filters: Filters | None) -> dict[str, Any]:
    """The body of the search; each clause carries the number of its term or code, so that hits can say what they hold."""
    words = [
        {"term": {"terms": {"value": term, "boost": weight, "_name": f"t{number}"}}}
        for number, (term, weight) in enumerate(query.terms.items())
    ]
    codes = [
        {"term": {"exact": {"value": code_term(code), "boost": _CODE, "_name": f"c{number}"}}}
        for number, code in enumerate(query.codes)
    ]
    return {
        "query": {"bool": {"should": words + codes, "minimum_should_match": 1, "filter": filter_clauses(filters)}},
        "size": k,
        "_source": ["id"],
        "track_total_hits": False,
    }


def statistics_request(query: KeywordQuery) -> dict[str, Any]:
    """Asks in how many chunks each term stands, by the term vector of an imaginary chunk that holds them all."""
    return {
        "doc": {"terms": " ".join(query.terms)},
        "fields": ["terms"],
        "term_statistics": True,
        "field_statistics": True,
        "positions": False,
        "offsets": False,
        "payloads": False,
    }


def keyword_hits(query: KeywordQuery, found: Mapping[str, Any], statistics: Mapping[str, Any]) -> KeywordHits:
    """Hits of both answers."""
    words, codes = list(query.terms), query.codes
    hits = []
    for hit in found["hits"]["hits"]:
        names = sorted(hit.get("matched_queries", ()), key=lambda name: int(name[1:]))
        hits.append(
            KeywordHit(
                chunk_id=hit["_source"]["id"],
                score=hit["_score"],
                terms=tuple(words[int(name[1:])] for name in names if name[0] == "t"),
                codes=tuple(codes[int(name[1:])] for name in names if name[0] == "c"),
            )
        )
    total, holding = _holding(query, statistics)
    return KeywordHits(tuple(hits), _attainable(query, total, holding), total, holding)


def _holding(query: KeywordQuery, statistics: Mapping[str, Any]) -> tuple[int, dict[str, int]]:
    """How many chunks there are, and how many hold each term."""
    field = statistics.get("term_vectors", {}).get("terms")
    if field is None:
        return 0, dict.fromkeys(query.terms, 0)
    held = {term: known.get("doc_freq", 0) for term, known in field["terms"].items()}
    return int(field["field_statistics"]["doc_count"]), {term: held.get(term, 0) for term in query.terms}


def _attainable(query: KeywordQuery, total: int, holding: Mapping[str, int]) -> float:
    """The limit of Elasticsearch's BM25 for high term frequency, with Lucene's idf; 0 when nothing was ever put."""
    if not total:
        return 0.0
    return (_K1 + 1) * sum(
        weight * math.log(1 + (total - holding[term] + 0.5) / (holding[term] + 0.5))
        for term, weight in query.terms.items()
    )
