"""The check of a draft: every sentence that states a fact must rest on a passage that really says so."""

import asyncio
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from answering.similarity import Likeness, Similarity, in_its_words, said_by
from answering.support import missing
from protocol.languages import Language
from retrieval.documents import Chunk

_CITATION = re.compile(r"\s*\[(\d{1,2})\]")
_SENTENCE = re.compile(r"(?<=[.!?।])(?:\s*\[\d{1,2}\])*\s+(?=[^\s\[])|\n+")
_FIGURE = re.compile(r"[A-Z]{2,}[-/]?\d[\w/-]*|\d[\d,.:/-]*\d|\d")
_LIST_NUMBER = re.compile(r"^\s*\d+[.)]\s+")
_NO_CITATION, _NOT_SHOWN = "no citation", "cites a passage that was not shown"
_MARKDOWN_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")


@dataclass(frozen=True)
class Verdict:
    """One sentence of a draft: what it cites and whether that holds; `reason` is empty when it does."""

    sentence: str
    cited: tuple[int, ...]
    supported: bool
    reason: str = ""
    # what told: the very words of a passage; nearly all words, in one sentence of it; vectors; words alone, when there is no embedding model
    # or another one than the measured one. "" when nothing was compared
    by: Literal["", "verbatim", "same words", "similarity", "words"] = ""
    similarity: float | None = None  # to what it cites (answering/similarity.py); None when nothing was embedded


class CitationCheck:
    """The check of one answer. What it has said of a sentence it says again, so that nothing a customer has read is taken back."""

    def __init__(
        self,
        passages: Sequence[Chunk],
        known: str = "",
        *,
        language: Language = "en",
        similarity: Similarity | None = None,
    ) -> None:
        """`known` are names that need no page, such as the tenant's own; `language` is that of the answer."""
        self._passages = passages
        self._known = known
        self._language = language
        self._similarity = similarity
        self._judged: dict[str, Verdict] = {}
        self._reading: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Read the passages ahead, while a model is thinking."""
        if self._similarity is not None:
            self._reading = asyncio.create_task(self._similarity.prepare(self._passages))

    async def end(self) -> None:
        """Stop reading ahead."""
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading

    async def check(self, draft: str) -> tuple[str, tuple[Verdict, ...]]:
        """The draft without the sentences that aren't supported, and the verdicts; the text is empty when none is left."""
        new = {sentence for line in _lines(draft) for sentence in line} - self._judged.keys()
        open_questions = {sentence: claim for sentence in sorted(new) if (claim := self._to_compare(sentence))}
        alike: Sequence[Likeness] | None = None
        if self._similarity is not None and open_questions:
            alike = await self._similarity.likeness(list(open_questions.values()), self._language)
        found = dict(zip(open_questions, alike or (), strict=False))
        for sentence in new:
            self._judged[sentence] = _judge(sentence, self._passages, self._known, found.get(sentence))
        return _stands(draft, self._judged.__getitem__)

    def _to_compare(self, sentence: str) -> tuple[str, list[Chunk]] | None:
        """A sentence and its passages, when vectors could say something that the words alone don't."""
        verdict = _judge(sentence, self._passages, self._known)
        if (
            not verdict.cited
            or verdict.by in ("verbatim", "same words")
            or verdict.reason in (_NO_CITATION, _NOT_SHOWN)
        ):
            return None
        return _claim(sentence), [self._passages[number - 1] for number in verdict.cited]


def check(draft: str, passages: Sequence[Chunk], known: str = "") -> tuple[str, tuple[Verdict, ...]]:
    """The same by words alone."""
    return _stands(draft, lambda sentence: _judge(sentence, passages, known))


def _stands(draft: str, judge: Callable[[str], Verdict]) -> tuple[str, tuple[Verdict, ...]]:
    verdicts = []
    kept: list[str] = []
    for line in _lines(draft):
        judged = [judge(sentence) for sentence in line]
        verdicts.extend(judged)
        held = " ".join(verdict.sentence for verdict in judged if verdict.supported)
        if held or not line:
            kept.append(held)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    stands = any(verdict.supported and verdict.cited for verdict in verdicts)
    return (text if stands else ""), tuple(verdicts)


def _lines(draft: str) -> list[list[str]]:
    """The sentences of each line; none of an empty one."""
    return [sentences(line) for line in _MARKDOWN_IMAGE.sub("", draft).split("\n")]


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


def _judge(sentence: str, passages: Sequence[Chunk], known: str, alike: Likeness | None = None) -> Verdict:
    cited = tuple(int(number) for number in _CITATION.findall(sentence))
    claim = _claim(sentence)
    if not cited:
        if claim.endswith((":", "?", "!")) and not _FIGURE.search(claim):
            return Verdict(sentence, cited, supported=True)  # leads in or asks; it states nothing
        return Verdict(sentence, cited, supported=False, reason=_NO_CITATION)
    if any(not 1 <= number <= len(passages) for number in cited):
        return Verdict(sentence, cited, supported=False, reason=_NOT_SHOWN)
    shown = [passages[number - 1] for number in cited]
    if _plain(claim) in {_plain(one) for chunk in shown for one in said_by(chunk)}:
        return Verdict(sentence, cited, supported=True, by="verbatim")
    same_script = any(chunk.language == "hi" for chunk in shown) == _is_devanagari(claim)
    same = in_its_words(claim, shown)
    reason = missing(claim, shown, known, same_script=same_script, alike=same or alike)
    if same or alike is None:
        return Verdict(sentence, cited, supported=not reason, reason=reason, by="same words" if same else "words")
    score = round(alike.score, 3)
    return Verdict(sentence, cited, supported=not reason, reason=reason, by="similarity", similarity=score)


def _claim(sentence: str) -> str:
    return _LIST_NUMBER.sub("", _CITATION.sub("", sentence)).strip()


def _plain(text: str) -> str:
    """What a sentence says however it is set."""
    return " ".join(re.sub(r"[*_`]", "", text).split()).strip(" .!।:-").casefold()


def _is_devanagari(text: str) -> bool:
    return sum("\u0900" <= character <= "\u097f" for character in text) > len(text) / 4
