"""Measure when two questions may share an answer: `python -m bench.cache` writes bench/cache.md.

The pairs of `alike.tsv` are made to be hard: paraphrases, and questions that one word makes different. All are counted as if their searches began
with the same passage, which the cache asks for as well.
"""

import csv
from pathlib import Path

import numpy as np

from answering.alike import alike
from answering.cache import NEAR
from runtime import settings
from runtime.wiring import embedding_model

REPORT = Path(__file__).with_suffix(".md")
PAIRS = Path(__file__).with_name("alike.tsv")
THRESHOLDS = (0.90, 0.92, 0.94, 0.95, 0.96, 0.98, 0.99)


def main() -> None:
    embedder = embedding_model(settings.read())
    with PAIRS.open(encoding="utf-8") as file:
        pairs = [
            (kind == "same", float(np.dot(*embedder.embed_queries([one, other]))), alike(one, other))
            for kind, one, other in csv.reader(file, delimiter="\t")
        ]
    right, wrong = ([pair for pair in pairs if pair[0] is same] for same in (True, False))
    head = (
        "cosine at least",
        "right pairs, cosine alone",
        "wrong pairs, cosine alone",
        "right, words compared",
        "wrong, words compared",
    )
    lines = [
        "# The semantic answer cache",
        "",
        f"`python -m bench.cache`: {len(right)} pairs of questions that mean the same and {len(wrong)} that one word makes",
        "different, in three languages (`bench/alike.tsv`). How many are served by one answer:",
        "",
        f"| {' | '.join(head)} |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for threshold in THRESHOLDS:
        alone = [sum(cosine >= threshold for _, cosine, _ in of) for of in (right, wrong)]
        compared = [sum(cosine >= threshold and words for _, cosine, words in of) for of in (right, wrong)]
        name = f"{threshold:.2f}{' (ours)' if threshold == NEAR else ''}"
        lines.append(f"| {name} | {alone[0]} | {alone[1]} | {compared[0]} | {compared[1]} |")
    lines += [
        "",
        "A wrong answer costs more than a model's call: the words decide, the cosine is the second lock. The lists of words in",
        "`answering/alike.py` were made with these pairs in sight.",
        "",
    ]
    print("\n".join(lines))
    REPORT.write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
