"""Takes in two folders of real files beside the script that one would write first: `python -m bench.ingest DATA` writes bench/ingest.md.

DATA holds docs-markitdown (microsoft/markitdown's test files, with what must be found in them) and docs-pypdf-samples
(py-pdf/sample-files). The script converts with markitdown, cuts every 1,000 characters and embeds with sentence-transformers; both sides
use the same weights, all threads, and an empty index.
"""

import argparse
import asyncio
import json
import os
import re
import tempfile
import time
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from retrieval.e5 import E5Embedder
from retrieval.ingest import Ingest
from retrieval.loaders import source_files
from retrieval.sqlite import SqliteIndex
from runtime.settings import PROJECT
from tests.contracts.e5_checkpoint import write_checkpoint

REPORT = Path(__file__).with_suffix(".md")
EXPECTED: Mapping[str, list[str]] = json.loads(Path(__file__).with_name("ingest_expected.json").read_text("utf-8"))
FOLDERS = ("docs-markitdown", "docs-pypdf-samples")
_MARKS = re.compile(r"[*#>`\\]")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


@dataclass
class Run:
    """What one side made of the files."""

    name: str
    seconds: float = 0.0
    chunks: int = 0
    texts: dict[str, str] = field(default_factory=dict)  # by "<folder>/<file>", nothing for a file that wasn't read
    refused: dict[str, str] = field(default_factory=dict)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--dry", action="store_true", help="print the report instead of writing bench/ingest.md")
    options = parser.parse_args()
    folders = [options.data.resolve() / name for name in FOLDERS]
    runs = [_script(folders), asyncio.run(_ours(folders, "ours, without Tesseract", tesseract=False))]
    runs.append(asyncio.run(_ours(folders, "ours", tesseract=True)))
    report = _report(folders, runs)
    print(report)
    if not options.dry:
        REPORT.write_text(report, "utf-8")


def _script(folders: list[Path]) -> Run:
    run = Run("markitdown + sentence-transformers")
    with tempfile.TemporaryDirectory() as checkpoint:
        write_checkpoint(Path(checkpoint))
        # Imports and the model are not what is measured: ours are loaded before its clock starts, too.
        from markitdown import MarkItDown
        from sentence_transformers import SentenceTransformer

        converter, model = MarkItDown(), SentenceTransformer(checkpoint)
        model.encode(["warm"])
        started = time.monotonic()
        for folder in folders:
            for file in source_files(folder):
                name = f"{folder.name}/{file.relative_to(folder).as_posix()}"
                try:
                    text = converter.convert_local(str(file)).text_content
                except Exception as error:
                    run.refused[name] = type(error).__name__
                    continue
                pieces = [text[start : start + 1_000] for start in range(0, len(text), 1_000)]
                if pieces:
                    model.encode([f"passage: {piece}" for piece in pieces])
                run.chunks += len(pieces)
                run.texts[name] = text
        run.seconds = time.monotonic() - started
    return run


async def _ours(folders: list[Path], name: str, *, tesseract: bool) -> Run:
    run = Run(name)
    embedder = E5Embedder(PROJECT / "var/models/e5-small", threads=os.cpu_count() or 1)
    embedder.embed_queries(["warm"])
    with tempfile.TemporaryDirectory() as place, _path("" if not tesseract else os.environ["PATH"]):
        for folder in folders:
            index = SqliteIndex(Path(place) / f"{folder.name}.db")
            started = time.monotonic()
            async for report in Ingest(index, embedder).ingest([folder], "bench"):
                run.chunks += report.chunks
                if report.outcome == "refused":
                    run.refused[f"{folder.name}/{report.source}"] = report.reason
            run.seconds += time.monotonic() - started
            for record in await index.documents("bench"):
                ids = [f"{record.id}:{number}" for number in range(record.chunks)]
                chunks = await index.chunks("bench", ids)
                said = (" ".join((chunk.title, *chunk.headings, chunk.text)) for chunk in chunks)
                key = f"{folder.name}/{record.source}"
                run.texts[key] = "\n".join(filter(None, (run.texts.get(key, ""), *said)))
            await index.close()
    return run


@contextmanager
def _path(value: str) -> Any:
    before = os.environ["PATH"]
    os.environ["PATH"] = value
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _report(folders: list[Path], runs: list[Run]) -> str:
    files = [
        f"{folder.name}/{file.relative_to(folder).as_posix()}" for folder in folders for file in source_files(folder)
    ]
    lines = [
        "# Taking in real files, beside a plain script",
        "",
        f"`python -m bench.ingest DATA`: {len(files)} files of docs-markitdown and docs-pypdf-samples on {os.cpu_count()} cores, "
        "one run each, one after the other; the embedding weights are the same. "
        "Expected strings are those of markitdown's own tests, without Markdown's marks.",
        "",
        "| | seconds | chunks | chunks/s | files with text | refused or failed | nothing said | expected strings |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    wanted = sum(map(len, EXPECTED.values()))
    for run in runs:
        missing = _missing(run)
        read = [name for name in files if run.texts.get(name, "").strip()]
        silent = [name for name in files if name not in read and name not in run.refused]
        lines.append(
            f"| {run.name} | {run.seconds:.0f} | {run.chunks} | {run.chunks / run.seconds:.1f} | {len(read)} | {len(run.refused)} | "
            f"{len(silent)} | {wanted - len(missing)} of {wanted} |"
        )
    ours = runs[-1]
    lines += [
        "",
        f"Words of the script's text that ours has too: {_words_kept(runs[0], ours):.1%}.",
        "",
        "Refused by ours:",
        "",
    ]
    lines += [f"- `{name}`: {reason}" for name, reason in sorted(ours.refused.items())]
    lost = _missing(ours)
    lines += ["", "Expected and not found by ours: " + ("; ".join(lost) if lost else "nothing") + ".", ""]
    return "\n".join(lines)


def _missing(run: Run) -> list[str]:
    texts = {name: _plain(text) for name, text in run.texts.items()}
    return [
        f"{name}: {string}"
        for name, strings in EXPECTED.items()
        for string in strings
        if _plain(string) not in texts.get(f"docs-markitdown/{name}", "")
    ]


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split())


def _words_kept(script: Run, ours: Run) -> float:
    """Of PDFs and office files: what the script takes from web pages is mostly navigation, which ours leaves out."""
    kept = total = 0
    for name, text in script.texts.items():
        if name.endswith((".pdf", ".docx", ".pptx", ".xlsx", ".xls", ".epub", ".msg", ".csv")):
            words = set(re.findall(r"\w{3,}", _LINK.sub(r"\1", text)))
            kept += len(words & set(re.findall(r"\w{3,}", ours.texts.get(name, ""))))
            total += len(words)
    return kept / total if total else 1.0


if __name__ == "__main__":
    main()
