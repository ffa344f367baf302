"""What a language model is told and shown: the tenant's rules, and documents and question fenced as data.

Prompts are the files of `prompts/`, `<name>-<number>.txt`; a released one never changes (`prompts/versions.yml` holds its digest, and a test holds
the file against it): another text is another number. A tenant may stay with an older one.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from answering.llm import Prompt
from answering.phrases import phrase
from answering.question import Question
from protocol.errors import SettingsError
from retrieval.documents import Chunk

PROMPTS = Path(__file__).with_name("prompts")
NEWEST = "answer-3"
_CUSTOMER = "<customer>"
_TOLD = ("product", "stores")  # the language is in the rules
_CHARACTERS_PER_TOKEN = 2.5  # of mixed English and Devanagari, on the safe side
# Our own fences, and the marks by which models tell who speaks, however they are spaced.
_FENCE = re.compile(
    r"<\s*/?\s*(?:documents?|question|customer|system|assistant|user)\b[^>]*>?|<\|[^|>]*\|>|\[/?INST\]|<</?SYS>>|</?s>",
    re.IGNORECASE,
)


def compose(question: Question, passages: Sequence[Chunk], context_tokens: int) -> Prompt:
    """Rules in the system part, the rest as fenced data: documents, the customer's facts, the question. Passages that don't fit are left out."""
    tenant = question.tenant
    version = tenant.prompt or NEWEST
    rules = "\n".join(f"- {rule}" for rule in tenant.rules)
    system = (
        template(version)
        .format(tenant=tenant.name, tone=tenant.tone, language=phrase(question.language, "language"), rules=rules)
        .strip()
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
    documents = "\n".join(shown)
    user = f"<documents>\n{documents}\n</documents>\n\n{_customer(question)}<question>\n{_fenced(question.text)}\n</question>"
    return Prompt(system=system, user=user, version=version)


def told(question: Question) -> tuple[str, ...]:
    """Names of the customer's facts that a model is told of; none by a prompt that doesn't know of them."""
    knows = _CUSTOMER in template(question.tenant.prompt or NEWEST)
    return tuple(name for name in question.facts.names if name in _TOLD) if knows else ()


def _customer(question: Question) -> str:
    lines = [f"{name}: {_fenced(question.facts.values()[name])}" for name in told(question)]
    return "\n".join([_CUSTOMER, *lines, "</customer>\n\n"]) if lines else ""


def _fenced(text: str) -> str:
    """Data can't close its own fence, nor speak in another's name; what is left when a mark goes is looked at again."""
    while (without := _FENCE.sub("", text)) != text:
        text = without
    return text.replace('"', "'")


@cache
def template(version: str) -> str:
    """The text of a prompt for answers; raises SettingsError when there is no such version, or it is a prompt for something else."""
    file = PROMPTS / f"{version}.txt"
    if not re.fullmatch(r"answer-\d+", version) or not file.is_file():
        known = ", ".join(sorted(path.stem for path in PROMPTS.glob("answer-*.txt")))
        raise SettingsError(f"There is no prompt {version!r}: a tenant's `answers.prompt` may be {known}.")
    return file.read_text("utf-8")
