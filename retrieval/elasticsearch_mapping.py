"""How chunks lie in Elasticsearch: the mapping and its number, and the names of indices and vector fields."""

import hashlib
import re
from typing import Any

# Grows with every change of the mapping, of an entry's fields or of the analysis behind `terms`; an index of another layout is rebuilt.
LAYOUT = 3
VECTOR = "vector_"
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,80}")

SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,  # BM25's statistics are those of the whole tenant, and a refresh shows a document whole
    "auto_expand_replicas": "0-1",
    "refresh_interval": "-1",  # writers refresh when a document is complete: readers never see half of one
}

_KEYWORD = {"type": "keyword"}
_DAY = {"type": "date", "format": "strict_date"}
_UNSEARCHED = {"type": "keyword", "index": False, "doc_values": False}

PROPERTIES: dict[str, Any] = {
    "kind": _KEYWORD,  # chunk, document or tenant
    "id": _KEYWORD,
    "document": _KEYWORD,
    "number": {"type": "integer"},
    "language": _KEYWORD,
    "product": _KEYWORD,
    "audience": _KEYWORD,
    "status": _KEYWORD,
    "valid_from": _DAY,
    "valid_until": _DAY,
    "revision": _UNSEARCHED,
    "exact": _KEYWORD,  # codes, matched whole
    # English and Hindi stems of the same passage, told apart by script: `analysis.py` made them, so whitespace is all that is left to split,
    # and `table_rows.py` tells rows by it.
    "terms": {"type": "text", "analyzer": "whitespace", "index_options": "freqs"},
    "generation": {"type": "long"},
}


def mapping() -> dict[str, Any]:
    """The mapping of a new index; fields for vectors are added by the first put of each embedding version."""
    return {"dynamic": False, "_meta": {"layout": LAYOUT}, "properties": PROPERTIES}


def vector_mapping(dimensions: int) -> dict[str, Any]:
    """A field for the vectors of one embedding version: one byte per dimension in memory, the nearest compared again in full."""
    return {"type": "dense_vector", "dims": dimensions, "similarity": "cosine", "index_options": {"type": "int8_hnsw"}}


def vector_field(version: str) -> str:
    """The field's name, from which `version_of` reads the version again."""
    return VECTOR + re.sub(r"[^A-Za-z0-9]", lambda found: f"_{ord(found[0]):x}_", version)


def version_of(field: str) -> str:
    return re.sub(r"_([0-9a-f]+)_", lambda found: chr(int(found[1], 16)), field.removeprefix(VECTOR))


def alias_of(prefix: str, tenant: str) -> str:
    """The name by which a tenant's index is used; ids that Elasticsearch wouldn't take are named by their hash."""
    plain = tenant if _PLAIN.fullmatch(tenant) else hashlib.sha256(tenant.encode()).hexdigest()[:32]
    return f"{prefix}-{plain}"
