"""Measure the citation check on labelled sentences: `python -m bench.citations` writes bench/citations.md.

python -m bench.citations [--check]

--check exits with 1 when a figure is more than .01 worse than the committed one (bench/citations.json); without it, the page is written anew.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from answering.citations import CitationCheck, Verdict
from answering.similarity import ENOUGH, ENOUGH_ACROSS, SHORTER, WORDS, Similarity
from bench.citation_signals import SIGNALS, Signals, accepted_before
from bench.claims import TENANT, Claim, read_answers, read_claims
from commands.output import chosen_tenant
from runtime import settings
from runtime.wiring import open_knowledge

HERE = Path(__file__).parent
TOLERANCE = 0.01
LOST = 0.02  # of the true sentences of the first half that a signal alone may lose
HALVES = ("choosing", "held out")
_WITHIN, _ACROSS = "one language", "two languages"


@dataclass(frozen=True)
class Judged:
    """One sentence, what the check says of it now, and what it said before."""

    claim: Claim
    verdict: Verdict
    before: bool
    signals: dict[str, float]

    @property
    def now(self) -> bool:
        return self.verdict.supported


async def measure() -> list[Judged]:
    """All sentences judged, those of the question set included."""
    chosen = settings.read()
    name = chosen_tenant(chosen, TENANT).name
    knowledge = open_knowledge(chosen)
    signals = Signals(knowledge.embedder)
    similarity = Similarity(knowledge.embedder, seconds=60)
    judged = []
    for claim in [*await read_claims(knowledge), *await read_answers(knowledge)]:
        check = CitationCheck([claim.passage], name, language=claim.language, similarity=similarity)
        _, verdicts = await check.check(f"{claim.text} [1]")
        whole = Verdict(claim.text, (1,), all(one.supported for one in verdicts), verdicts[0].reason, verdicts[0].by)
        judged.append(Judged(claim, whole, accepted_before(claim, name), signals.of(claim)))
    similarity.close()
    await knowledge.close()
    return judged


def figures(judged: Sequence[Judged]) -> dict[str, float]:
    """What `--check` compares: shares of the second half, and of the question set's answers."""
    held = [one for one in judged if one.claim.half == "held out"]
    return {
        "lies rejected": 1 - _share(one.now for one in held if not one.claim.true),
        "lies rejected across languages": 1
        - _share(one.now for one in held if not one.claim.true and one.claim.across),
        "truths accepted": _share(one.now for one in held if one.claim.true),
        "answers accepted": _share(one.now for one in judged if one.claim.half == "answers"),
    }


def page(judged: Sequence[Judged]) -> str:
    """The tables of bench/citations.md."""
    written = [one for one in judged if one.claim.half != "answers"]
    lines = [INTRODUCTION, "## By languages", "", *_table("sentence of passage", written, lambda one: one.claim.pair)]
    lines += ["", "## By kind of lie", "", *_table("kind", written, lambda one: one.claim.kind, truths=False)]
    lines += ["", "## Each signal alone", "", ALONE.format(lost=LOST), "", *_alone(written)]
    answers = [one for one in judged if one.claim.half == "answers"]
    lines += ["", "## Honest answers of the question set", "", *_answers(answers), ""]
    return "\n".join(lines)


def _table(name: str, judged: Sequence[Judged], group: Callable[[Judged], str], *, truths: bool = True) -> list[str]:
    columns = [
        f"{half}: {what}"
        for half in HALVES
        for what in (("truths accepted", "lies rejected") if truths else ("rejected",))
    ]
    lines = [f"| {name} | {' | '.join(columns)} |", "| --- " + "| ---: " * len(columns) + "|"]
    names = sorted({group(one) for one in judged if truths or not one.claim.true})
    for row in [*names, *((_WITHIN, _ACROSS) if truths else ()), "all"]:
        of = [one for one in judged if row in (group(one), _ACROSS if one.claim.across else _WITHIN, "all")]
        cells = []
        for half in HALVES:
            some = [one for one in of if one.claim.half == half]
            cells += [_was_and_is([one for one in some if one.claim.true], lies=False)] if truths else []
            cells.append(_was_and_is([one for one in some if not one.claim.true], lies=True))
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return lines


def _was_and_is(judged: Sequence[Judged], *, lies: bool) -> str:
    if not judged:
        return "-"
    before, now = (_share(values) for values in ([one.before for one in judged], [one.now for one in judged]))
    before, now = (1 - before, 1 - now) if lies else (before, now)
    return f"{before:.2f} → **{now:.2f}** of {len(judged)}"


def _alone(judged: Sequence[Judged]) -> list[str]:
    lines = ["| signal | choosing: truths, lies rejected | held out: truths, lies rejected |", "| --- | ---: | ---: |"]
    for signal in SIGNALS:
        limits = {
            across: _limit([one.signals[signal] for one in judged if _counts(one, across)]) for across in (False, True)
        }

        def passes(one: Judged, signal: str = signal, limits: dict[bool, float] = limits) -> bool:
            return one.signals[signal] >= limits[one.claim.across]

        lines.append(_row(signal, judged, passes))
    lines.append(_row("figures, names, words of one script (the check before)", judged, lambda one: one.before))
    lines.append(_row('figures, names, and the "not" beside the nearest sentence', judged, _without_vectors))
    lines.append(_row("**all together (the check now)**", judged, lambda one: one.now))
    return lines


def _without_vectors(one: Judged) -> bool:
    return one.now or one.verdict.reason == "is not what the passage it cites says"


def _counts(one: Judged, across: bool) -> bool:
    return one.claim.half == "choosing" and one.claim.true and one.claim.across == across


def _limit(truths: list[float]) -> float:
    """The largest value at which no more than LOST of the true sentences fall."""
    return sorted(truths)[int(LOST * len(truths))]


def _row(name: str, judged: Sequence[Judged], passes: Callable[[Judged], bool]) -> str:
    cells = []
    for half in HALVES:
        some = [one for one in judged if one.claim.half == half]
        truths = _share(passes(one) for one in some if one.claim.true)
        lies = 1 - _share(passes(one) for one in some if not one.claim.true)
        cells.append(f"{truths:.2f}, {lies:.2f}")
    return f"| {name} | {' | '.join(cells)} |"


def _answers(judged: Sequence[Judged]) -> list[str]:
    lines = ["| | sentences | accepted before | accepted now |", "| --- | ---: | ---: | ---: |"]
    for name, across in (("in the passage's language", False), ("in another one", True)):
        some = [one for one in judged if one.claim.across == across]
        lines.append(
            f"| {name} | {len(some)} | {_share(one.before for one in some):.3f} | {_share(one.now for one in some):.3f} |"
        )
    return lines


def _share(values: Iterable[bool]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--show", action="store_true", help="the sentences of the first half that are judged wrong")
    options = parser.parse_args()
    judged = asyncio.run(measure())
    now = figures(judged)
    print(page(judged))
    if options.show:
        for one in judged:
            if one.now != one.claim.true and one.claim.half != "held out":
                print(f"{one.claim.half} {one.claim.kind} | {one.claim.pair} | {one.verdict.reason} | {one.claim.text}")
        return 0
    committed = HERE / "citations.json"
    if not options.check:
        committed.write_text(json.dumps({name: round(value, 4) for name, value in now.items()}, indent=2) + "\n")
        (HERE / "citations.md").write_text(page(judged), "utf-8")
        return 0
    before = json.loads(committed.read_text())
    worse = [
        f"{name} went from {was:.3f} to {now[name]:.3f}" for name, was in before.items() if now[name] < was - TOLERANCE
    ]
    print("\n".join(worse) or "No figure fell.", file=sys.stderr)
    return 1 if worse else 0


INTRODUCTION = f"""# Does a passage say what a sentence claims?

`python -m bench.citations`, on `bench/claims.jsonl`: sentences in three languages about passages of `knowledge/`, written by hand while
reading them, about half of them true and half lies of the kinds that models make. The two halves have no passage in common: limits and
words were chosen on the first (*choosing*, and the honest answers at the end of this page) and measured on the second (*held out*), whose
totals, but not whose sentences, were looked at between versions: the limits were once loosened when too many of its true sentences fell.
One hand wrote both, so another writer's lies may be rejected less often, and with fifteen sentences in a cell one of them is .07.
`make eval` fails when a figure of the second half is more than .01 worse.

A sentence is accepted when its figures, codes and names stand in what it cites; when its cosine with the nearest sentence there, or with
a part of that one, and {WORDS} times the share of its words that are shown in any script, are together at least {ENOUGH} in the passage's
language and {ENOUGH_ACROSS} in another one ({SHORTER} less for short sentences); and when the nearest sentences don't say the opposite.
Each cell: before, when words were only compared within one script, → now.
"""
ALONE = (
    "At the limits, one within a language and one across, at which it loses {lost:.0%} of the true sentences of the first half. "
    "The whole passage and the lead over other passages shown tell little, and nothing that the nearest sentence doesn't: they aren't used."
)


if __name__ == "__main__":
    sys.exit(main())
