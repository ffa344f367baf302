"""Measures a turn over REST beside a stock `rasa init` project, in one run: `python -m bench.turn` writes bench/turn.md.

Both assistants are up at once and asked in turns, A B A B, so that whatever else the machine does falls on both. A
conversation has five turns, then a new one begins; in the last row it has forty, since stock Rasa retells the whole of it each turn.
"""

import argparse
import os
import random
import shutil
import socket
import statistics
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import httpx

from bench import turn_stock
from bench.questions_file import read_questions
from commands.run import children
from runtime import settings
from runtime.settings import PROJECT, Settings

REPORT = Path(__file__).with_suffix(".md")
FOLDER = PROJECT / "var/bench"
SHORT, LONG = 5, 40  # turns of a conversation
WARM_UP = 10
START_SECONDS = 300
LIMIT = 0.3  # of the stock action turn
GREETING = "hello"
# What is said and whether a conversation begins with it, to seconds; None: the answer isn't of the kind that is measured.
Ask = Callable[[str, bool], float | None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=100, help="of each kind, on each side")
    parser.add_argument("--dry", action="store_true", help="print the table instead of writing bench/turn.md")
    options = parser.parse_args()
    if not list((PROJECT / "models").glob("*.tar.gz")):
        raise SystemExit("bench.turn: no model in models/; run: make train")
    turn_stock.make(FOLDER / "stock")
    with ExitStack() as stack:
        ours, stock = stack.enter_context(_ours()), stack.enter_context(_stock())
        questions = iter(_questions())
        rows = {
            "a rule's turn": _alternate(options.turns, SHORT, ours, cycle([GREETING]), stock, "hello"),
            "an action's turn": _alternate(options.turns, SHORT, ours, questions, stock, turn_stock.ASKED),
            f"the same, conversations of {LONG} turns": _alternate(
                LONG + LONG // 2, LONG, ours, questions, stock, turn_stock.ASKED
            ),
        }
    table = _table(options.turns, rows)
    print(table)
    if not options.dry:
        REPORT.write_text(table, "utf-8")


def _alternate(
    turns: int, conversation: int, ours: Ask, our_texts: Iterator[str], stock: Ask, stock_text: str
) -> tuple[list[float], list[float]]:
    pairs: list[tuple[float, float]] = []
    asked = 0  # in this conversation
    for text in our_texts:
        pair = ours(text, asked == 0), stock(stock_text, asked == 0)
        asked = (asked + 1) % conversation
        if pair[0] is None or pair[1] is None:
            asked = 0  # a form that was opened would take the next question for its own
            continue
        pairs.append((pair[0], pair[1]))
        if len(pairs) == turns + WARM_UP:
            break
    else:
        raise SystemExit(f"bench.turn: there are not questions enough for {turns} turns; ask for fewer with --turns")
    return [pair[0] for pair in pairs[WARM_UP:]], [pair[1] for pair in pairs[WARM_UP:]]


def _questions() -> list[str]:
    """The project's question set in a mixed order: each is asked once, so that no memory of questions answers for the search."""
    texts = [asked.text for asked in read_questions() if asked.answerable]
    random.Random(0).shuffle(texts)
    return texts


@contextmanager
def _ours() -> Iterator[Ask]:
    """The product's own processes, started as `make run` starts them, on a copy of the knowledge index."""
    var = FOLDER / "ours"
    shutil.rmtree(var, ignore_errors=True)
    var.mkdir(parents=True)
    installed = settings.read()
    (var / "models").symlink_to(installed.var_folder / "models")
    shutil.copy(installed.var_folder / "knowledge.db", var)
    chosen: Settings = replace(installed, var_folder=var, rasa_port=_free_port(), actions_port=_free_port())
    processes = [child for child in children(chosen) if child.name != "console"]
    ports = {"RASA_PORT": str(chosen.rasa_port), "ACTIONS_PORT": str(chosen.actions_port)}
    commands = [(list(child.command), PROJECT, {**child.environment, **ports}) for child in processes]
    url = f"http://127.0.0.1:{chosen.rasa_port}/webhooks/web"
    with _running(commands, "ours", f"{url}/health"), httpx.Client(timeout=60) as client:
        session: list[str | None] = [None]

        def ask(text: str, begins: bool) -> float | None:
            body = {"key": "demo", "session": None if begins else session[0], "text": text}
            started = time.perf_counter()
            answer = client.post(f"{url}/chat", json=body)
            took = time.perf_counter() - started
            whole = answer.raise_for_status().json()
            assert whole["messages"], f"no answer to {text!r}"
            session[0] = whole["session"]
            return took if bool(whole["messages"][-1]["answer"]) == (text != GREETING) else None

        yield ask


@contextmanager
def _stock() -> Iterator[Ask]:
    rasa_port, actions_port = _free_port(), _free_port()
    commands = [
        (*entry, turn_stock.environment()) for entry in turn_stock.serve(FOLDER / "stock", rasa_port, actions_port)
    ]
    url = f"http://127.0.0.1:{rasa_port}"
    with _running(commands, "stock", f"{url}/webhooks/rest/"), httpx.Client(timeout=60) as client:
        sender = [""]

        def ask(text: str, begins: bool) -> float | None:
            if begins:
                sender[0] = uuid.uuid4().hex
            started = time.perf_counter()
            answer = client.post(f"{url}/webhooks/rest/webhook", json={"sender": sender[0], "message": text})
            took = time.perf_counter() - started
            said = [message.get("text") for message in answer.raise_for_status().json()]
            assert said, f"no answer to {text!r}"
            assert (said == [turn_stock.SAID]) == (text == turn_stock.ASKED), f"{text!r} is answered with {said}"
            return took

        while not client.post(
            f"{url}/webhooks/rest/webhook", json={"sender": uuid.uuid4().hex, "message": "hello"}
        ).json():
            time.sleep(1)  # it takes messages before its model is loaded, and answers them with nothing
        yield ask


@contextmanager
def _running(commands: list[tuple[list[str], Path, dict[str, str]]], name: str, health: str) -> Iterator[None]:
    with (FOLDER / f"{name}.log").open("wb") as log:
        processes = [
            subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, stdout=log, stderr=log)
            for command, folder, environment in commands
        ]
        try:
            deadline = time.monotonic() + START_SECONDS
            while not _answers(health):
                if time.monotonic() > deadline or any(process.poll() is not None for process in processes):
                    raise SystemExit(f"bench.turn: {name} didn't start; see var/bench/{name}.log")
                time.sleep(0.5)
            yield
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _table(turns: int, rows: dict[str, tuple[list[float], list[float]]]) -> str:
    lines = [
        "# A turn over REST, beside a stock Rasa project",
        "",
        f"`python -m bench.turn`: {turns} turns of each kind on each side, asked in turns on {os.cpu_count()} cores"
        f" (load average at the end: {os.getloadavg()[0]:.1f}). Stock is"
        " the project of `rasa init` with one custom action that says a fixed sentence; our action's turn finds and quotes"
        " an answer in the demo company's documents.",
        "",
        "| | ours, median | ours, p95 | stock, median | stock, p95 | ratio of medians |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, (ours, stock) in rows.items():
        ratio = statistics.median(ours) / statistics.median(stock)
        numbers = [statistics.median(ours), _p95(ours), statistics.median(stock), _p95(stock)]
        cells = " | ".join(f"{number * 1_000:.0f} ms" for number in numbers)
        lines.append(f"| {name} | {cells} | {ratio:.2f} |")
    return "\n".join([*lines, "", f"The limit for an action's turn is {LIMIT} times stock's.", ""])


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main()
