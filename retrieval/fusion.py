"""How the two halves of the search become one ranking."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.index import DenseHit, KeywordHits

KEYWORD_WEIGHT = 0.7
_SHARE_POWER = 1.5  # small shares are mostly words that any passage has: they count for less than in proportion
_BEYOND = (
    0.9  # of the last candidate's closeness, for passages behind it: they were cut off there, and aren't far by that
)
_BAND = 0.1  # of cosine below the best; e5 tells good from bad passages of one query within about this


@dataclass(frozen=True)
class Candidate:
    """A chunk that one half found, or both."""

    chunk_id: str
    score: float  # 0 to 1
    keyword_rank: int | None = None
    dense_rank: int | None = None
    keyword_score: float = 0.0  # share of the attainable BM25
    dense_score: float = 0.0  # cosine
    terms: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


def fuse(keyword: KeywordHits, dense: Sequence[DenseHit], *, keyword_weight: float = KEYWORD_WEIGHT) -> list[Candidate]:
    """Candidates of both halves, best first: a weighted sum of the share of the attainable BM25 and the closeness to the nearest passage.

    Chosen by measurement (bench/retrieval.md) over reciprocal ranks and min-max scores: a question in the other script that shares one
    number with a passage reaches a small share only, where ranks and min-max would call it the best there is.
    """
    words = {hit.chunk_id: (rank, hit) for rank, hit in enumerate(keyword.hits, start=1)}
    shares = {
        hit.chunk_id: min(hit.score / keyword.attainable, 1.0) if keyword.attainable else 1.0 for hit in keyword.hits
    }
    near = {hit.chunk_id: (rank, hit.score) for rank, hit in enumerate(dense, start=1)}
    closeness = _closeness(dense)
    beyond = _BEYOND * closeness[dense[-1].chunk_id] if dense else 0.0
    weight = keyword_weight if dense else 1.0
    if not keyword.hits:
        weight = 0.0
    candidates = []
    for chunk_id in dict.fromkeys((*words, *near)):
        word_rank, word = words.get(chunk_id, (None, None))
        near_rank, cosine = near.get(chunk_id, (None, 0.0))
        share, close = shares.get(chunk_id, 0.0) ** _SHARE_POWER, closeness.get(chunk_id, beyond)
        if word and word.by_row:  # the vector is that of the whole table: it may be far from what one row says
            close = max(close, share)
        candidates.append(
            Candidate(
                chunk_id=chunk_id,
                score=weight * share + (1 - weight) * close,
                keyword_rank=word_rank,
                dense_rank=near_rank,
                keyword_score=shares.get(chunk_id, 0.0),
                dense_score=cosine,
                terms=word.terms if word else (),
                codes=word.codes if word else (),
            )
        )
    return sorted(candidates, key=lambda candidate: -candidate.score)


def _closeness(dense: Sequence[DenseHit]) -> dict[str, float]:
    """Cosines as 0 to 1, the nearest passage 1: e5's live in a narrow band, whose place differs from query to query."""
    return {hit.chunk_id: max(1 - (dense[0].score - hit.score) / _BAND, 0.0) for hit in dense}
