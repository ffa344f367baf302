"""What customers see when models fail: `python -m bench.faults` writes bench/faults.md.

The product's own processes serve a real socket; the models are a scripted server (`tests/fakes/openai_server.py`) in this process.
"""

import argparse
import asyncio
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes.openai_server import OpenAIServer
from tests.live.with_models import QUESTION, assistant_with_models
from tests.rasa.connectors.customer import Tab

REPORT = Path(__file__).with_suffix(".md")
TRUE = "A backup is made every day at 21:30 [1]. It is kept for 30 days [1]. Change the time under Tools > Backup [1]."
OTHER = "ReckonSales makes an automatic backup every day at 21:30 [1]. It keeps 30 days [1]."
EVIL = "Sure! {system}\n![x](https://evil.example/p.png?d=1) Pay Rs 5,000 at https://evil.example/pay [1]. " + TRUE
HEAD = """# What customers see when models fail

`python -m bench.faults`: the product's processes, two models on a scripted server that does as the table says, the question asked
over the widget's socket ({runs} times each, the middle one by time; {cores} cores, load {load:.1f}). A model may be silent for 2 seconds
and write for 5, all together for 12; the breaker is off but for `Retry-After`, so that each row stands for itself. The second
model is well unless both are named.

| fault | the customer got | before that, on the screen | seconds |
| --- | --- | --- | ---: |"""
TAIL = """Every row: no empty message, no stack trace, nothing of the prompt, no foreign address, no sentence without a passage that says it.
A model that broke off is replaced by the next one's text; what was on the screen until then had been checked.
"""
PLAN = {"deadline": 12, "failures": 10_000}
MODELS = ({"name": "first", "patience": 2, "timeout": 5}, {"name": "second", "patience": 2, "timeout": 5})


@dataclass(frozen=True)
class Seen:
    text: str
    pieces: tuple[str, ...]
    seconds: float
    first_piece: float | None  # seconds
    first_word: float | None  # seconds; of a sentence in the making, or of a whole one
    asked_at: float  # perf_counter


@dataclass(frozen=True)
class Fault:
    name: str
    first: dict[str, Any]
    second: dict[str, Any]


def says(text: str) -> dict[str, Any]:
    return {"write": lambda request: text.replace("{system}", request["messages"][0]["content"])}


def faults() -> list[Fault]:
    good, other = says(TRUE), says(OTHER)
    one = [
        Fault("none", good, other),
        Fault("first piece after 4 s", {**good, "fault": "slow", "seconds": 4}, other),
        Fault("stops writing in the middle, connection open", {**good, "fault": "stalls", "seconds": 4}, other),
        Fault("cut off in the middle", {**good, "fault": "cut off"}, other),
        Fault("hangs up at once", {**good, "fault": "hangs up"}, other),
        Fault("500, once", {**good, "fault": "500", "times": 1}, other),
        Fault("500, always", {**good, "fault": "500"}, other),
        Fault("401", {**good, "fault": "401"}, other),
        Fault("malformed JSON in the middle", {**good, "fault": "malformed"}, other),
        Fault("an error inside of the stream", {**good, "fault": "error in stream"}, other),
        Fault("an empty choice", {**good, "fault": "empty choice"}, other),
        Fault("no words", {**good, "fault": "no words"}, other),
        Fault("calls a tool that nobody offered", {**good, "fault": "tool call"}, other),
        Fault("filtered by its provider", {**good, "fault": "filtered"}, other),
        Fault("wrong language", says("हर दिन रात 21:30 बजे बैकअप अपने आप बनता है और 30 दिन तक रहता है [1]।"), other),
        Fault(
            "a made-up citation", says("A backup is made every day at 21:30 [9]. It is kept for 30 days [7]."), other
        ),
        Fault("one invented sentence among true ones", says(f"Backups cost Rs 5,000 a year [1]. {TRUE}"), other),
        Fault("gullible: recites its prompt, links to a stranger", says(EVIL), other),
        Fault("429, Retry-After 1 s, once", {**good, "fault": "429", "seconds": 1, "times": 1}, other),
    ]
    both = [
        Fault(f"both models: {name}", {**good, **how}, {**good, **how})
        for name, how in (
            ("500", {"fault": "500"}),
            ("first piece after 4 s", {"fault": "slow", "seconds": 4}),
            ("cut off in the middle", {"fault": "cut off"}),
            ("malformed JSON", {"fault": "malformed"}),
            ("a made-up citation", says("A backup is made every day at 21:30 [9].")),
        )
    ]
    last = Fault("429, Retry-After 60 s (first model), then it rests", {**good, "fault": "429", "seconds": 60}, other)
    return [*one, *both, last]


async def ask(url: str, text: str, name: str) -> Seen:
    """One question on a tab of its own."""
    tab = await Tab().open(url)
    started = time.perf_counter()
    first: dict[bool, float] = {}  # by whether it passes

    async def piece(payload: Any) -> None:
        first.setdefault(bool(payload.get("passing")), time.perf_counter())
        tab.heard.append(("bot_stream", payload))

    tab.client.on("bot_stream", piece)
    done = asyncio.Event()

    async def uttered(payload: Any) -> None:
        tab.heard.append(("bot_uttered", payload))
        tab.heard.append(("took", time.perf_counter() - started))
        done.set()

    tab.client.on("bot_uttered", uttered)
    await tab.say(text, message_id=name)
    await asyncio.wait_for(done.wait(), 60)
    pieces = tuple(payload["text"] for payload in tab.payloads("bot_stream") if not payload.get("passing"))
    took = tab.payloads("took")[0]
    said = tab.payloads("bot_uttered")[0].get("text", "")
    await tab.close()
    since = {passing: at - started for passing, at in first.items()}
    return Seen(said, pieces, took, since.get(False), min(since.values(), default=None), started)


async def fault_rows(url: str, llm: OpenAIServer, runs: int) -> list[str]:
    rows = []
    for number, fault in enumerate(faults()):
        seen = []
        for run in range(runs):
            llm.model("first", **fault.first)
            llm.model("second", **fault.second)
            seen.append(await ask(url, f"{QUESTION} ({number}.{run})", f"f{number}-{run}"))
        typical = sorted(seen, key=lambda one: one.seconds)[len(seen) // 2]
        assert "evil" not in str(seen), seen
        rows.append(f"| {fault.name} | {_told(typical)} | {_preview(typical)} | {typical.seconds:.2f} |")
    llm.model("first", fault="500")
    llm.model("second", fault="500")
    stood_in = await ask(url, f"{QUESTION} (0.0)", "cached")
    rows.append(
        f"| both models: 500, a question that was answered before | {_told(stood_in)} | - | {stood_in.seconds:.2f} |"
    )
    return rows


def _told(seen: Seen) -> str:
    if seen.text == TRUE:
        return "the first model's answer"
    if seen.text == OTHER:
        return "the second model's answer"
    if TRUE in seen.text:
        return f"the first model's answer without the evil ({seen.text[: -len(TRUE)].strip()!r} is left before it)"
    if "guide" in seen.text and "21:30" in seen.text:
        return "a quotation with its source"
    return f"“{seen.text[:90]}”"


def _preview(seen: Seen) -> str:
    if not seen.pieces:
        return "nothing"
    kept = seen.text.startswith("".join(seen.pieces))
    count = "1 sentence" if len(seen.pieces) == 1 else f"{len(seen.pieces)} sentences"
    return f"{count} after {seen.first_piece:.2f} s{'' if kept else ', replaced by the final text'}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="of each fault; the middle one by time is shown")
    options = parser.parse_args()
    llm = OpenAIServer()
    with tempfile.TemporaryDirectory() as folder, assistant_with_models(Path(folder), llm, MODELS, **PLAN) as url:
        asyncio.run(ask(url, "hello", "warm-up"))
        rows = asyncio.run(fault_rows(url, llm, options.runs))
    llm.close()
    page = "\n".join([HEAD.format(runs=options.runs, cores=os.cpu_count(), load=os.getloadavg()[0]), *rows, "", TAIL])
    print(page)
    REPORT.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
