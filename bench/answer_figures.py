"""What makes an answer good, as numbers, by `make eval`."""

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from answering.language_check import speaks
from answering.question import Answer
from bench.questions_file import Asked
from protocol.languages import identify
from retrieval.analysis import tokens

_CITED = re.compile(r"\[(\d{1,2})\]")
_PIECE = re.compile(r"(?<=\])\s+|\n{2,}")
_SAID = 0.6  # of a cited piece's words, in the page it cites, or the citation is wrong
_HELD = 0.7  # of the gold phrase's words


@dataclass(frozen=True)
class Outcome:
    """One question of the set and what came of it; `lie` is what a scripted model made up for it."""

    asked: Asked
    answer: Answer
    identified: str
    frame: str  # what the answer says in its own words, without what it quotes
    lie: str = ""


def figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Shares, 0 to 1: of the answerable questions, of the unanswerable ones, of the answers, or of the citations."""
    answerable = [outcome for outcome in outcomes if outcome.asked.answerable]
    answered = [outcome for outcome in answerable if not outcome.answer.refused]
    unanswerable = [outcome for outcome in outcomes if not outcome.asked.answerable]
    citations = [right for outcome in answered for right in _right_citations(outcome)]
    kept = [wrong for outcome in outcomes for wrong in _wrong_citations(outcome.answer)]
    lied = [outcome for outcome in outcomes if outcome.lie]
    times = sorted(sum(ms for name, ms in outcome.answer.stages_ms.items() if "_" not in name) for outcome in outcomes)
    return {
        "questions": len(outcomes),
        "answered": len(answered) / len(answerable),
        "refused": _share(outcome.answer.refused for outcome in unanswerable),
        "citation precision": _share(citations),
        "citation recall": _share(any(_right_citations(outcome)) for outcome in answered),
        "wrong citations": _share(kept),
        "token F1": statistics.fmean(_f1(outcome) for outcome in answered),
        "gold phrase": _share(_holds(outcome) for outcome in answered if _comparable(outcome.asked)),
        "language": _share(
            outcome.identified == outcome.asked.language and speaks(outcome.asked.language, outcome.frame)
            for outcome in outcomes
        ),
        "hallucinated": _share(_was_read(outcome) for outcome in lied),
        "usd per 1000": 1000 * statistics.fmean(outcome.answer.draft.cost_usd for outcome in outcomes),
        "ms p50": statistics.median(times),
        "ms p95": times[int(len(times) * 0.95)],
    }


def _share(of: object) -> float:
    found = [bool(value) for value in of]  # type: ignore[attr-defined]
    return sum(found) / len(found) if found else 0.0


def _right_citations(outcome: Outcome) -> list[bool]:
    """Of each page cited, whether it answers the question by the set."""
    return [outcome.asked.is_gold(source.id.rsplit(":", 1)[0]) for source in outcome.answer.sources]


def _wrong_citations(answer: Answer) -> list[bool]:
    """Of each citation in the text, whether the page shown for it fails to say that: its figures, and most of its words."""
    shown = {source.number: f"{source.title}\n{source.text}" for source in answer.sources}
    found = []
    for piece in _PIECE.split(answer.text):
        for number in dict.fromkeys(int(number) for number in _CITED.findall(piece)):
            claim = _CITED.sub("", piece)
            page = set(tokens(shown.get(number, "")))
            words = tokens(claim)
            figures_there = all(word in page for word in words if any(map(str.isdigit, word)))
            found.append(not (words and figures_there and sum(word in page for word in words) / len(words) >= _SAID))
    return found


def _f1(outcome: Outcome) -> float:
    """SQuAD's token F1 against the gold answer."""
    said, gold = Counter(tokens(_CITED.sub("", outcome.answer.text))), Counter(tokens(outcome.asked.answer))
    common = sum((said & gold).values())
    return 2 * common / (sum(said.values()) + sum(gold.values())) if common else 0.0


def _comparable(asked: Asked) -> bool:
    """Whether the gold phrase is in the question's language: a page in Hinglish says the same with other words than the English one."""
    return identify(asked.passage, asked.language) == asked.language


def _holds(outcome: Outcome) -> bool:
    """Most words of the gold phrase stand in the answer."""
    words, said = tokens(outcome.asked.passage), set(tokens(outcome.answer.text))
    return bool(words) and sum(word in said for word in words) / len(words) >= _HELD


def _was_read(outcome: Outcome) -> bool:
    return _CITED.sub("", outcome.lie).strip() in _CITED.sub("", outcome.answer.text)
