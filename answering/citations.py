"""The check of a draft: every sentence that states a fact must rest on a passage that really says so."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answering.support import missing
from retrieval.documents import Chunk

_CITATION = re.compile(r"\s*\[(\d{1,2})\]")
_SENTENCE = re.compile(r"(?<=[.!?।])(?:\s*\[\d{1,2}\])*\s+(?=[^\s\[])|\n+")
_FIGURE = re.compile(r"[A-Z]{2,}[-/]?\d[\w/-]*|\d[\d,.:/-]*\d|\d")
_LIST_NUMBER = re.compile(r"^\s*\d+[.)]\s+")
_MARKDOWN_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")


@dataclass(frozen=True)
class Verdict:
    """One sentence of a draft: what it cites and whether that holds; `reason` is empty when it does."""

    sentence: str
    cited: tuple[int, ...]
    supported: bool
    reason: str = ""


def check(draft: str, passages: Sequence[Chunk], known: str = "") -> tuple[str, tuple[Verdict, ...]]:
    """The draft without the sentences that aren't supported, and the verdicts; the text is empty when none is left.

    `known` are names that need no page, such as the tenant's own.
    """
    verdicts = []
    kept: list[str] = []
    for line in _MARKDOWN_IMAGE.sub("", draft).split("\n"):
        found = [sentence for sentence in sentences(line) if sentence.strip()]
        judged = [_judge(sentence, passages, known) for sentence in found]
        verdicts.extend(judged)
        held = " ".join(verdict.sentence for verdict in judged if verdict.supported)
        if held or not line.strip():
            kept.append(held)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    stands = any(verdict.supported and verdict.cited for verdict in verdicts)
    return (text if stands else ""), tuple(verdicts)


def sentences(line: str) -> list[str]:
    """Sentences with the citations that follow them; list numbers stay with their step."""
    number = _LIST_NUMBER.match(line)
    lead, rest = (number.group(0), line[number.end() :]) if number else ("", line)
    found: list[str] = []
    start = 0
    for gap in _SENTENCE.finditer(rest):
        found.append(rest[start : gap.end()].strip())
        start = gap.end()
    found.append(rest[start:].strip())
    found = [sentence for sentence in found if sentence]
    if lead and found:
        found[0] = lead + found[0]
    return found


def _judge(sentence: str, passages: Sequence[Chunk], known: str) -> Verdict:
    cited = tuple(int(number) for number in _CITATION.findall(sentence))
    claim = _LIST_NUMBER.sub("", _CITATION.sub("", sentence)).strip()
    if not cited:
        if claim.endswith((":", "?", "!")) and not _FIGURE.search(claim):
            return Verdict(sentence, cited, supported=True)  # leads in or asks; it states nothing
        return Verdict(sentence, cited, supported=False, reason="no citation")
    if any(not 1 <= number <= len(passages) for number in cited):
        return Verdict(sentence, cited, supported=False, reason="cites a passage that was not shown")
    shown = "\n".join(passages[number - 1].passage for number in cited)
    same_script = any(passages[number - 1].language == "hi" for number in cited) == _is_devanagari(claim)
    reason = missing(claim, shown, known, same_script=same_script)
    return Verdict(sentence, cited, supported=not reason, reason=reason)


def _is_devanagari(text: str) -> bool:
    return sum("\u0900" <= character <= "\u097f" for character in text) > len(text) / 4
