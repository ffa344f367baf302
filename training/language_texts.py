"""Labelled texts for language identification: public data sets in a folder, and the project's own NLU examples."""

import csv
import gzip
import json
import re
from pathlib import Path

import yaml

Labelled = tuple[str, str]  # text, language

_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def public_examples(data: Path, split: str) -> list[Labelled]:
    """Hinglish-TOP's pairs, and for training Banking77's English beside them."""
    found: list[Labelled] = []
    with gzip.open(data / "hinglish-top" / f"{split}.tsv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            found += [(row["en_query"], "en"), (row["cs_query"], "hinglish")]
    if split == "train":
        with gzip.open(data / "banking77" / "train.csv.gz", "rt", encoding="utf-8") as lines:
            found += [(row["text"], "en") for row in csv.DictReader(lines)]
    return found


def xquad_examples(data: Path) -> list[Labelled]:
    """XQuAD's questions and paragraphs in English and Hindi: only for measuring."""
    found: list[Labelled] = []
    for language in ("en", "hi"):
        for part in ("queries", "corpus"):
            with gzip.open(data / "xquad-en-hi" / f"{part}.{language}.jsonl.gz", "rt", encoding="utf-8") as lines:
                found += [(json.loads(line)["text"], language) for line in lines]
    return found


def own_examples(folder: Path) -> list[Labelled]:
    """The examples of `data/nlu`, labelled by each block's `metadata: {language: ...}`."""
    found: list[Labelled] = []
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8")).get("nlu") or []:
            language = (block.get("metadata") or {}).get("language")
            if "intent" in block and language:
                lines = (line.strip().removeprefix("- ") for line in block["examples"].splitlines())
                found += [(_ANNOTATION.sub(r"\1", line), language) for line in lines if line]
    return found
