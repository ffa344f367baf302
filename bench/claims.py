"""The labelled sentences about passages (`bench/claims.jsonl`), and honest ones from the question set."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from answering.answerer import PASSAGES, READABLE
from bench.questions_file import read_questions
from protocol.languages import Language
from retrieval.documents import Chunk
from retrieval.index import Filters
from runtime.wiring import Knowledge

FILE = Path(__file__).with_name("claims.jsonl")
TENANT = "demo"
_WHOLE_SENTENCE = 6  # words; gold answers below that are a figure or a name
Half = Literal["choosing", "held out", "answers"]


@dataclass(frozen=True)
class Claim:
    """A sentence as a model would write it, with the passage that it cites, and what else would be shown beside that."""

    text: str
    language: Language
    half: Half
    kind: str  # `true`, or the kind of lie
    passage: Chunk
    others: tuple[Chunk, ...] = ()

    @property
    def true(self) -> bool:
        return self.kind == "true"

    @property
    def across(self) -> bool:
        """Whether sentence and passage are in two languages."""
        return self.language != self.passage.language

    @property
    def pair(self) -> str:
        return f"{self.language} of {self.passage.language}"


async def read_claims(knowledge: Knowledge) -> list[Claim]:
    """The written ones; `half` parts them by passage, and no document is in both."""
    found: dict[tuple[str, str], tuple[Chunk, tuple[Chunk, ...]]] = {}
    claims = []
    for line in FILE.read_text("utf-8").splitlines():
        entry = json.loads(line)
        key = entry["document"], entry["holds"]
        if key not in found:
            passage = await _passage(knowledge, [key[0]], key[1])
            if passage is None:
                raise SystemExit(f"No passage of {key[0]} holds {key[1]!r}: run `bin/sahayak ingest knowledge`.")
            found[key] = passage, await _beside(knowledge, passage)
        claims.append(Claim(entry["text"], entry["language"], entry["half"], entry["kind"], *found[key]))
    return claims


async def read_answers(knowledge: Knowledge) -> list[Claim]:
    """Gold answers of the question set that are whole sentences: honest, and written without the check in mind."""
    claims = []
    for asked in read_questions():
        if asked.answerable and asked.passage and len(asked.answer.split()) >= _WHOLE_SENTENCE:
            passage = await _passage(knowledge, asked.gold, asked.passage)
            if passage is not None:
                claims.append(Claim(asked.answer, asked.language, "answers", "true", passage))
    return claims


async def _passage(knowledge: Knowledge, documents: Sequence[str], holds: str) -> Chunk | None:
    """The passage of these documents that holds a text."""
    for document in documents:
        names = [document, *(f"{document}.{language}" for language in READABLE)] if "#" in document else [document]
        ids = [f"{name}:{number}" for name in names for number in range(40)]
        for chunk in await knowledge.index.chunks(TENANT, ids):
            if _letters(holds) in _letters(chunk.text):
                return chunk
    return None


async def _beside(knowledge: Knowledge, passage: Chunk) -> tuple[Chunk, ...]:
    """What a search for the passage's headings finds besides it."""
    query = " ".join((passage.title, *passage.headings[-1:]))
    filters = Filters(languages=READABLE[passage.language])
    found = await knowledge.search.search(TENANT, query, k=PASSAGES, language=passage.language, filters=filters)
    return tuple(hit.chunk for hit in found.hits if hit.chunk.id != passage.id)[: PASSAGES - 1]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
