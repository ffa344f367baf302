"""Keyword search in Elasticsearch: its BM25 over terms of our own analysis, and how much of it a query could reach at most."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from retrieval.elasticsearch_entries import code_term, filter_clauses
from retrieval.index import Filters, KeywordHit, KeywordHits, KeywordQuery
from retrieval.lines import K1, RESCORED, lines_in, with_best_line

# A code weighs what it weighs in SQLite, where it is four words of a chunk; Elasticsearch's own weight of one that has no length is its idf.
_CODE = 4 * (K1 + 1) / (4 + K1)


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
        "size": max(k, RESCORED),
        "_source": ["id", "terms"],
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


def keyword_hits(query: KeywordQuery, k: int, found: Mapping[str, Any], statistics: Mapping[str, Any]) -> KeywordHits:
    """The k best hits of both answers, the best line of each chunk looked at as well."""
    words, codes = list(query.terms), query.codes
    total, holding = _holding(query, statistics)
    weights = {term: weight * _idf(total, holding[term]) for term, weight in query.terms.items()}
    kept = [hit["_source"]["terms"].split("\n") for hit in found["hits"]["hits"]]
    average = sum(len(line.split()) for lines in kept for line in lines) / max(len(kept), 1)
    hits = []
    for hit, lines in zip(found["hits"]["hits"], kept, strict=True):
        names = sorted(hit.get("matched_queries", ()), key=lambda name: int(name[1:]))
        holds = tuple(codes[int(name[1:])] for name in names if name[0] == "c")
        score = _with_best_line(hit["_score"], lines, weights, average)
        hits.append(
            KeywordHit(
                chunk_id=hit["_source"]["id"],
                score=max(score, hit["_score"]) if holds else score,  # a code stands in no line's score
                terms=tuple(words[int(name[1:])] for name in names if name[0] == "t"),
                codes=holds,
            )
        )
    hits.sort(key=lambda hit: -hit.score)
    return KeywordHits(tuple(hits[:k]), (K1 + 1) * sum(weights.values()), total, holding)


def _with_best_line(score: float, kept: Sequence[str], weights: Mapping[str, float], average: float) -> float:
    if len(kept) < 3:  # an entry of an earlier release, which is about to be rebuilt
        return score
    return with_best_line(score, kept[0].split(), lines_in("\n".join(kept[2:])), weights, average)


def _holding(query: KeywordQuery, statistics: Mapping[str, Any]) -> tuple[int, dict[str, int]]:
    """How many chunks there are, and how many hold each term."""
    field = statistics.get("term_vectors", {}).get("terms")
    if field is None:
        return 0, dict.fromkeys(query.terms, 0)
    held = {term: known.get("doc_freq", 0) for term, known in field["terms"].items()}
    return int(field["field_statistics"]["doc_count"]), {term: held.get(term, 0) for term in query.terms}


def _idf(total: int, holding: int) -> float:
    """Lucene's; 0 when nothing was ever put."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5)) if total else 0.0
