"""What the confidence of answers learns from: questions of its own (`bench/confidence_questions/`), asked of worlds of many sizes.

A world is a tenant's knowledge: all of the demo company's, or a few of its articles, or half of a public set. What a world's
documents don't tell is unanswerable there. The questions by which answers are judged (`bench/questions/`) have no part in it.
"""

import asyncio
import csv
import gzip
import json
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from answering.answerer import PASSAGES, READABLE
from protocol.languages import LANGUAGES, Language
from retrieval.chunk import cut
from retrieval.documents import Document, Section
from retrieval.embed import Embedder, embed_readings
from retrieval.hits import SearchResult
from retrieval.index import Filters
from retrieval.query import asked_query
from retrieval.search import Search
from retrieval.sqlite import SqliteIndex

HERE = Path(__file__).parent
TENANT = "demo"
_SMALL = ((3, 6), (8, 5), (25, 4))  # articles of a small world, and how many such worlds
_STRANGERS = 40  # questions that a small world can't answer
_XQUAD = 150  # questions of each of its languages
_BANKING = 900
# What customers write to a support desk, by the intents of the demo company's own training data.
_SUPPORT = ("ask_question", "report_error", "stock_check", "order_status", "invoice_lookup")
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class Case:
    """A question asked of a world."""

    world: str
    text: str
    answerable: bool  # by that world's documents
    found: SearchResult  # the gold document is among its best three when the case is answerable


@dataclass(frozen=True)
class Question:
    text: str
    language: Language
    gold: str  # name of the article without folder and ending, "" for none


def questions() -> list[Question]:
    """The confidence's own."""
    found = []
    for language in LANGUAGES:
        with (HERE / "confidence_questions" / f"{language}.tsv").open(encoding="utf-8") as rows:
            for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
                found.append(Question(row["question"], language, row["gold"].lstrip("-")))
    return found


async def demo_worlds(knowledge: Path, folder: Path, embedder: Embedder) -> list[Case]:
    """The demo company's knowledge, whole and in parts; `knowledge` is its index, copied into `folder`."""
    whole = SqliteIndex(knowledge)
    documents = [record.id for record in await whole.documents(TENANT)]
    articles = sorted({_article(document) for document in documents})
    asked = questions()
    chance = random.Random(7)
    cases = await _ask("all", Search(whole, embedder), asked, set(articles))
    await whole.close()
    for size, times in _SMALL:
        for number in range(times):
            kept = set(chance.sample([name for name in articles if "#" not in name], size))
            kept.update(chance.sample([name for name in articles if "#" in name], max(1, size // 3)))
            index = _copy(knowledge, folder)
            await index.delete(TENANT, [document for document in documents if _article(document) not in kept])
            own = [question for question in asked if question.gold in kept]
            strange = chance.sample([question for question in asked if question.gold not in kept], _STRANGERS)
            cases += await _ask(f"{size} articles, {number}", Search(index, embedder), own + strange, kept)
            await index.close()
    return cases


async def public_worlds(data: Path, folder: Path, embedder: Embedder) -> list[Case]:
    """Halves of xquad-en-hi and of aws-docs-qa's gold pages: what the other half tells is unanswerable."""
    cases = []
    chance = random.Random(3)
    for name, documents, asked in _public_sets(data, chance):
        path = folder / f"{name}.db"
        await _fill(path, documents, embedder)
        ids = [document.id for document in documents]
        for half in range(2):
            kept = set(chance.sample(ids, len(ids) // 2))
            index = _copy(path, folder)
            await index.delete(TENANT, [document for document in ids if document not in kept])
            cases += await _ask(f"{name}, {half}", Search(index, embedder), asked, kept)
            await index.close()
    return cases


def kinds(data: Path, embedder: Embedder) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Vectors of what people write, and whether that is a matter for support: the NLU's examples, banking77 and aws-docs-qa."""
    told = [(text, intent != "out_of_scope") for intent in (*_SUPPORT, "out_of_scope") for text in _examples()[intent]]
    told = [(text, support) for text, support in told if len(text.split()) > 2 or not support]
    with gzip.open(data / "banking77" / "train.csv.gz", "rt", encoding="utf-8") as rows:
        banking = [row["text"] for row in csv.DictReader(rows)]
    told += [(text, True) for text in random.Random(3).sample(banking, _BANKING)]
    told += [(row["question"], True) for row in _lines(data / "aws-docs-qa" / "questions.jsonl")]
    return vectors([text for text, _ in told], embedder), np.array([support for _, support in told])


def vectors(texts: list[str], embedder: Embedder) -> NDArray[np.float32]:
    """As the search embeds questions."""
    return np.stack([embed_readings(embedder, asked_query(text).readings) for text in texts])


async def _ask(world: str, search: Search, asked: list[Question], kept: set[str]) -> list[Case]:
    cases = []
    for question in asked:
        filters = Filters(languages=READABLE[question.language])
        found = await search.search(TENANT, question.text, k=PASSAGES, language=question.language, filters=filters)
        golden = any(_article(hit.chunk.document) == question.gold for hit in found.hits[:3])
        # Where the gold document wasn't found, another one may answer as well: nobody knows, so nothing is learnt from it.
        if found.hits and (golden or question.gold not in kept):
            cases.append(Case(world, question.text, golden, found))
    return cases


def _article(document: str) -> str:
    """en/backup.md and hi/backup.md are one article; so are the languages of an entry of the error catalogue."""
    if "#" in document:
        return re.sub(rf"\.yml|\.(?:{'|'.join(LANGUAGES)})$", "", document)
    return re.sub(r"^(?:en|hi|hinglish)/|\.(?:md|html|docx|pdf)$", "", document)


def _copy(path: Path, folder: Path) -> SqliteIndex:
    for old in folder.glob("world.db*"):
        old.unlink()
    shutil.copy(path, folder / "world.db")
    return SqliteIndex(folder / "world.db")


def _public_sets(data: Path, chance: random.Random) -> Iterator[tuple[str, list[Document], list[Question]]]:
    asked = [Question(row["question"], "en", row["gold"]) for row in _lines(data / "aws-docs-qa" / "questions.jsonl")]
    gold = {question.gold for question in asked}
    pages = [row for row in _lines(data / "aws-docs-qa" / "docs.jsonl.gz") if row["_id"] in gold]
    yield "aws", [_document(row["_id"], "en", Path(row["_id"]).stem, row["text"][:6000]) for row in pages], asked
    folder = data / "xquad-en-hi"
    with (folder / "qrels.tsv").open(encoding="utf-8") as rows:
        relevant = {row["query-id"]: row["corpus-id"] for row in csv.DictReader(rows, delimiter="\t")}
    languages: tuple[Language, ...] = ("en", "hi")
    for language in languages:
        paragraphs = _lines(folder / f"corpus.{language}.jsonl.gz")
        documents = [_document(row["_id"], language, row.get("title") or "", row["text"]) for row in paragraphs]
        some = chance.sample(list(_lines(folder / f"queries.{language}.jsonl.gz")), _XQUAD)
        yield f"xquad-{language}", documents, [Question(row["text"], language, relevant[row["_id"]]) for row in some]


def _document(name: str, language: Language, title: str, text: str) -> Document:
    return Document(name, TENANT, title, language, (Section(text),))


async def _fill(path: Path, documents: list[Document], embedder: Embedder) -> None:
    index = SqliteIndex(path)
    filled = {record.id for record in await index.documents(TENANT)}
    for document in documents:
        if document.id in filled:  # by an earlier run: embedding takes minutes
            continue
        chunks = cut(document, embedder.count_tokens)
        made = await asyncio.to_thread(embedder.embed_passages, [chunk.passage for chunk in chunks])
        await index.put(document, chunks, {embedder.version: made})
    await index.close()


def _lines(path: Path) -> list[Any]:
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in text.decode("utf-8").split("\n") if line]


def _examples() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((HERE.parent / "data" / "nlu").glob("*.yml")):
        for entry in yaml.safe_load(path.read_text("utf-8")).get("nlu", ()):
            if "intent" in entry and isinstance(entry["examples"], str):
                texts = (_ENTITY.sub(r"\1", line.strip().removeprefix("- ")) for line in entry["examples"].splitlines())
                found.setdefault(entry["intent"], []).extend(filter(None, texts))
    return found
