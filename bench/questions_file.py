"""The project's own question set: `bench/questions/*.jsonl`, on the documents in `knowledge/`."""

import json
from dataclasses import dataclass
from pathlib import Path

from protocol.languages import Language

FOLDER = Path(__file__).with_name("questions")
XQUAD_HINGLISH = (
    FOLDER / "xquad-hinglish.jsonl"
)  # 200 of XQuAD's English questions as people type them in Hinglish, under XQuAD's ids


@dataclass(frozen=True)
class Asked:
    """One question with the documents that answer it; none for the unanswerable ones."""

    id: str
    text: str
    language: Language
    gold: tuple[str, ...]
    answer: str
    passage: str  # verbatim from gold[0]

    @property
    def answerable(self) -> bool:
        return bool(self.gold)

    def is_gold(self, document: str) -> bool:
        """Whether a document answers it; an entry of the error catalogue is one document per language."""
        return any(document == gold or (("#" in gold) and document.startswith(f"{gold}.")) for gold in self.gold)


def read_questions() -> list[Asked]:
    """All of them, in the order of their ids."""
    asked = []
    for file in sorted(FOLDER.glob("*.jsonl")):
        if file.name == XQUAD_HINGLISH.name:
            continue
        for line in file.read_text("utf-8").splitlines():
            entry = json.loads(line)
            asked.append(
                Asked(
                    entry["_id"], entry["text"], entry["language"], tuple(entry["gold"]), entry.get("answer") or "",
                    entry.get("passage") or "",
                )
            )  # fmt: skip
    return sorted(asked, key=lambda question: question.id)
