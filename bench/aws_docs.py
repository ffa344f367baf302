"""`python bench/aws_docs.py SOURCE FOLDER`: lays aws-docs-qa (docs.jsonl.gz, questions.jsonl) out in BEIR's format."""

import argparse
import gzip
import json
from pathlib import Path


def convert(source: Path, folder: Path) -> None:
    """Writes corpus.jsonl.gz, queries.jsonl and qrels.tsv; the pages have no titles of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.open(source / "docs.jsonl.gz", "rt", encoding="utf-8") as pages:
        rows = [json.loads(line) for line in pages]
    with gzip.open(folder / "corpus.jsonl.gz", "wt", encoding="utf-8") as corpus:
        corpus.writelines(json.dumps({"_id": row["_id"], "title": "", "text": row["text"]}) + "\n" for row in rows)
    questions = [json.loads(line) for line in (source / "questions.jsonl").read_text("utf-8").splitlines() if line]
    with (folder / "queries.jsonl").open("w", encoding="utf-8") as queries:
        queries.writelines(json.dumps({"_id": row["_id"], "text": row["question"]}) + "\n" for row in questions)
    with (folder / "qrels.tsv").open("w", encoding="utf-8") as qrels:
        qrels.write("query-id\tcorpus-id\tscore\n")
        qrels.writelines(f"{row['_id']}\t{row['gold']}\t1\n" for row in questions)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    convert(options.source, options.folder)
