"""What decides between passages that answer about equally well: exact codes, the version in force, the customer's language."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from protocol.languages import Language
from retrieval.documents import Chunk
from retrieval.index import KeywordQuery

if TYPE_CHECKING:
    from retrieval.hits import Hit

# Small beside what sets good passages apart from others (bench/retrieval.md): they decide between near-equals only.
_SAME_LANGUAGE = 0.02
_SAME_ENTRY = 0.1  # the same, where both hold the code that was asked for: mostly they are translations of one entry
_OUTDATED = 0.2
_VERSION = re.compile(
    r"(?<![\d.])(?:v|ver|version|desktop|mobile|reckonsales|वर्ज़न|वर्जन|संस्करण)[\s.]*(\d{1,2})(?:\.\w+)?(?![\d])",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.\w{1,2}(?![\d.])")


def prefer(hits: Sequence["Hit"], *, query: KeywordQuery, language: Language | None, per_document: int) -> list["Hit"]:
    """Hits in the order in which they are shown, at most `per_document` of one document."""
    versions = versions_named(query.text)

    exact = set(query.codes)

    def weighed(hit: "Hit") -> float:
        same = _SAME_ENTRY if _exactness(hit.chunk, exact) else _SAME_LANGUAGE
        spoken = same if language and hit.chunk.language == language else 0.0
        return hit.score + spoken - (_OUTDATED if _is_past(hit.chunk, versions) else 0.0)

    # By the weight itself: between two that hold all of a question, the score shown (1 at most) could not tell.
    ordered = sorted(hits, key=lambda hit: (-_exactness(hit.chunk, exact), -weighed(hit)))
    ordered = [replace(hit, score=min(max(weighed(hit), 0.0), 1.0)) for hit in ordered]
    taken: Counter[str] = Counter()
    kept = []
    for hit in ordered:
        taken[hit.chunk.document] += 1
        if taken[hit.chunk.document] <= per_document:
            kept.append(hit)
    return kept


def reranked(hits: Sequence["Hit"], *, query: KeywordQuery) -> list["Hit"]:
    """Hits by the cross-encoder's scores, which know nothing of codes and of versions in force: these still go first."""
    exact, versions = set(query.codes), versions_named(query.text)

    def place(hit: "Hit") -> tuple[int, bool, float]:
        return -_exactness(hit.chunk, exact), _is_past(hit.chunk, versions), -(hit.rerank_score or 0.0)

    return sorted(hits, key=place)


def versions_named(text: str) -> set[str]:
    """Major versions that a question names: "11.8", "version 11", "v10"."""
    return {*_VERSION.findall(text), *_DOTTED.findall(text)}


def _is_past(chunk: Chunk, versions: set[str]) -> bool:
    """Outdated, and of no version that the question names."""
    return chunk.status == "outdated" and chunk.version.split(".")[0] not in versions


def _exactness(chunk: Chunk, codes: set[str]) -> int:
    return int(bool(codes.intersection(chunk.codes)))
