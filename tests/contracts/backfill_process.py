"""A backfill in a process of its own, so that a test can kill it: ADDRESS PREFIX MODEL."""

import asyncio
import sys
from pathlib import Path

from retrieval.backfill import backfill
from retrieval.elasticsearch import ElasticsearchIndex
from retrieval.sentence_transformer import SentenceTransformerEmbedder
from retrieval.sqlite import SqliteIndex


async def main(address: str, prefix: str, model: str) -> None:
    index = ElasticsearchIndex(address, prefix=prefix) if prefix else SqliteIndex(Path(address))
    async for kept in backfill(index, SentenceTransformerEmbedder(model), "demo", batch=4):
        print(kept, flush=True)
    await index.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
