"""What a language model is told and shown: the tenant's rules, and documents and question fenced as data."""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from answering.llm import Prompt
from answering.phrases import phrase
from answering.question import Question
from retrieval.documents import Chunk

_CHARACTERS_PER_TOKEN = 2.5  # of mixed English and Devanagari, on the safe side
_FENCE = re.compile(r"</?\s*documents?\b[^>]*>|</?\s*question\b[^>]*>", re.IGNORECASE)


def compose(question: Question, passages: Sequence[Chunk], context_tokens: int) -> Prompt:
    """Rules in the system part, documents and question as fenced data; passages that don't fit are left out from the end."""
    template = _template()
    system = template.format(
        tenant=question.tenant.name, tone=question.tenant.tone, language=phrase(question.language, "language")
    )
    room = int((context_tokens - 1_200) * _CHARACTERS_PER_TOKEN) - len(system) - len(question.text)
    shown: list[str] = []
    for number, chunk in enumerate(passages, start=1):
        outdated = ' outdated="yes"' if chunk.status == "outdated" else ""
        entry = (
            f'<document number="{number}" title="{_fenced(chunk.title)}"{outdated}>\n{_fenced(chunk.text)}\n</document>'
        )
        room -= len(entry)
        if room < 0 and shown:
            break
        shown.append(entry)
    user = "<documents>\n" + "\n".join(shown) + f"\n</documents>\n\n<question>\n{_fenced(question.text)}\n</question>"
    return Prompt(system=system, user=user, version=_version())


def _fenced(text: str) -> str:
    """Data can't close its own fence."""
    return _FENCE.sub("", text).replace('"', "'")


@cache
def _template() -> str:
    return Path(__file__).with_name("prompts").joinpath("answer.txt").read_text("utf-8")


@cache
def _version() -> str:
    return "answer-" + hashlib.sha256(_template().encode()).hexdigest()[:8]
