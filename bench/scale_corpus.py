"""As many passages as one wants, of real text: those of aws-docs-qa first, then paragraphs of its documents put together anew."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from retrieval.documents import Chunk, Document
from retrieval.index import Vectors
from retrieval.sqlite import SqliteIndex

PER_DOCUMENT = 40
# Per dimension of vectors of length 1; the cosine of a passage and what is made of it is about .85, as between passages on one topic.
_NOISE = 0.03
Entry = tuple[Document, list[Chunk], Vectors]


async def real(index_file: Path, version: str) -> tuple[list[Chunk], Vectors]:
    """All passages of an evaluation's index with their vectors, (n, d)."""
    index = SqliteIndex(index_file)
    records = await index.documents("evaluation")
    ids = [f"{record.id}:{number}" for record in records for number in range(record.chunks)]
    chunks = list(await index.chunks("evaluation", ids))
    with index._file.reading() as connection:
        rows = connection.execute(
            "SELECT c.id, v.vector FROM vectors v JOIN chunks c ON c.n = v.chunk JOIN embeddings e ON e.n = v.embedding WHERE e.version = ?",
            [version],
        )
        blobs = dict(rows.fetchall())
    await index.close()
    vectors = np.stack([np.frombuffer(blobs[chunk.id], np.float16) for chunk in chunks]).astype(np.float32)
    return chunks, vectors


def corpus(chunks: Sequence[Chunk], vectors: Vectors, tenant: str, count: int) -> Iterator[Entry]:
    """Documents with `count` passages in all; the same ones at each call.

    A passage beyond the real ones is the first half of one real passage and the second half of another of the same guide; its vector
    is the mean of theirs with noise.
    """
    random = np.random.default_rng(7)
    made = 0
    while made < count:
        first = made % (len(chunks) - PER_DOCUMENT)
        size = min(PER_DOCUMENT, count - made)
        rows = np.arange(first, first + size)
        document = Document(
            id=f"{made:07d}-{chunks[first].document}",
            tenant=tenant,
            title=chunks[first].title,
            language="en",
            sections=(),
            content_hash="1",
        )
        if made + size <= len(chunks):
            texts, found = [chunks[row].text for row in rows], vectors[rows]
        else:
            others = (rows + random.integers(1, 400, size)) % len(chunks)
            texts = [_half(chunks[a].text, 0) + _half(chunks[b].text, 1) for a, b in zip(rows, others, strict=True)]
            mixed = vectors[rows] + vectors[others]
            mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
            mixed += random.normal(0, _NOISE, mixed.shape)
            found = (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)
        kept = [
            replace(
                chunks[row], id=f"{document.id}:{number}", document=document.id, tenant=tenant, text=text,
                title=document.title, revision="1",
            )
            for number, (row, text) in enumerate(zip(rows, texts, strict=True))
        ]  # fmt: skip
        yield document, kept, found
        made += size


def _half(text: str, which: int) -> str:
    words = text.split(" ")
    return " ".join(words[: len(words) // 2] if which == 0 else ["", *words[len(words) // 2 :]])
