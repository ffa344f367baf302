"""Keyword search in Elasticsearch: its BM25 over terms of our own analysis, and how much of it a query could reach at most."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from retrieval.elasticsearch_entries import code_term, filter_clauses
from retrieval.index import Filters, KeywordHit, KeywordHits, KeywordQuery
from retrieval.table_rows import LOOKED_AT, best_row, rows_in

_K1 = 1.2
# A code weighs what it weighs in SQLite, where it is four words of a chunk; Elasticsearch's own weight of one that has no length is its idf.
_CODE = 4 * (_K1 + 1) / (4 + _K1)


def keyword_request(query: KeywordQuery, k: int, filters: Filters | None) -> dict[str, Any]:
    """The body of the search; each clause carries the number of its term or code, so that hits can say what they hold."""
    numbers = {term: number for number, term in enumerate(query.terms)}
    words = [{"dis_max": {"queries": [_clause(query, term, numbers[term]) for term in word]}} for word in query.words]
    codes = [
        {"term": {"exact": {"value": code_term(code), "boost": _CODE, "_name": f"c{number}"}}}
        for number, code in enumerate(query.codes)
    ]
    return {
        "query": {"bool": {"should": words + codes, "minimum_should_match": 1, "filter": filter_clauses(filters)}},
        "size": max(k, LOOKED_AT),
        "_source": ["id", "terms"],
        "track_total_hits": False,
    }


def _clause(query: KeywordQuery, term: str, number: int) -> dict[str, Any]:
    return {"term": {"terms": {"value": term, "boost": query.terms[term], "_name": f"t{number}"}}}


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
    """The k best hits of both answers; a chunk counts as much as the best row of a table in it where that is more."""
    terms, codes = list(query.terms), query.codes
    total, holding = _holding(query, statistics)
    words = [{term: query.terms[term] * _idf(total, holding[term]) for term in word} for word in query.words]
    average = _average(statistics)
    hits = []
    for hit in found["hits"]["hits"]:
        names = sorted(hit.get("matched_queries", ()), key=lambda name: int(name[1:]))
        row = _best_row(hit["_source"]["terms"], words, average)
        hits.append(
            KeywordHit(
                chunk_id=hit["_source"]["id"],
                score=max(hit["_score"], row),
                terms=tuple(terms[int(name[1:])] for name in names if name[0] == "t"),
                codes=tuple(codes[int(name[1:])] for name in names if name[0] == "c"),
                by_row=row > hit["_score"],
            )
        )
    hits.sort(key=lambda hit: -hit.score)
    attainable = (_K1 + 1) * sum(_idf(total, holding[term]) for term in query.full)
    return KeywordHits(tuple(hits[:k]), attainable, total, holding)


def _best_row(kept: str, words: Sequence[Mapping[str, float]], average: float) -> float:
    title, _, rest = kept.partition("\n")
    return best_row(rows_in(rest), title.split(), words, average)


def _average(statistics: Mapping[str, Any]) -> float:
    """Length of a chunk."""
    known = statistics.get("term_vectors", {}).get("terms", {}).get("field_statistics", {})
    return float(known["sum_ttf"]) / max(int(known["doc_count"]), 1) if known else 1.0


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
