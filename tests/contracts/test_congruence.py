"""The two indexes held against each other on the demo company's documents and the questions that customers ask about them."""

import json
import os
import statistics
from pathlib import Path

import pytest

from retrieval.chunk import cut
from retrieval.e5 import E5Embedder
from retrieval.elasticsearch import ElasticsearchIndex
from retrieval.embed import CachedEmbedder
from retrieval.loaders import MAX_BYTES, load, source_files
from retrieval.query import keyword_query
from retrieval.search import Search
from retrieval.sqlite import SqliteIndex

PROJECT = Path(__file__).parents[2]
EVERY = 6  # document of the folder: some 50 of them, in all three languages


@pytest.fixture
def questions():
    """A spread of the project's question set."""
    files = sorted((PROJECT / "bench" / "questions").glob("*.jsonl"))
    texts = [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines()]
    assert len(texts) > 150
    return texts[::2]


@pytest.fixture
async def indexes(elasticsearch_prefix, tmp_path, e5_folder):
    """Both, with the same chunks and vectors."""
    pair = (
        SqliteIndex(tmp_path / "index.sqlite"),
        ElasticsearchIndex(os.environ["TEST_ELASTICSEARCH_URL"], prefix=elasticsearch_prefix),
    )
    embedder = CachedEmbedder(E5Embedder(e5_folder))
    root = PROJECT / "knowledge"
    files = list(source_files(root))[::EVERY]
    documents = [made for file in files for made in load(file, root, "demo", max_bytes=MAX_BYTES)]
    for document in documents[:60]:
        chunks = cut(document, embedder.count_tokens)
        vectors = {embedder.version: embedder.embed_passages([chunk.passage for chunk in chunks])}
        for index in pair:
            await index.put(document, chunks, vectors)
    yield *pair, embedder
    for index in pair:
        await index.close()


async def test_both_rank_the_same_passages_first(indexes, questions):
    sqlite, elasticsearch, embedder = indexes
    vectors = embedder.embed_queries(questions)
    words, shares, nearest, fused = [], [], [], []
    for question, vector in zip(questions, vectors, strict=True):
        asked = keyword_query(question)
        ours, theirs = await sqlite.keyword("demo", asked, 10), await elasticsearch.keyword("demo", asked, 10)
        if ours.hits:
            words.append(overlap(ours.hits, theirs.hits))
            shares.append(
                abs(ours.hits[0].score / ours.attainable - theirs.hits[0].score / theirs.attainable)
                if ours.attainable
                else 0
            )
        near = [await index.dense("demo", vector, 10, version=embedder.version) for index in (sqlite, elasticsearch)]
        nearest.append(overlap(*near))
        assert near[0][0].score == pytest.approx(near[1][0].score, abs=0.002)
        found = [
            (await Search(index, embedder).search("demo", question, k=10)).hits for index in (sqlite, elasticsearch)
        ]
        fused.append(overlap(*([hit.chunk for hit in hits] for hits in found)))
    print(
        f"top 10 of {len(questions)} questions: keyword {statistics.fmean(words):.3f}, dense {statistics.fmean(nearest):.3f}, "
        f"hybrid {statistics.fmean(fused):.3f}; best share apart by {statistics.fmean(shares):.3f}"
    )
    assert statistics.fmean(words) >= 0.9
    assert statistics.fmean(nearest) >= 0.97
    assert statistics.fmean(fused) >= 0.93
    assert statistics.fmean(shares) <= 0.03


def overlap(first, second):
    """The part of the first list that the second has too."""
    first, second = ({getattr(hit, "chunk_id", None) or hit.id for hit in hits} for hits in (first, second))
    return len(first & second) / max(len(first), 1)
