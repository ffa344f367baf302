"""The project's own rules and stories decide the same with the speed-ups as without, whatever customers say in which order."""

import random
import subprocess
import sys
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.policies.memoization import AugmentedMemoizationPolicy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, Event, SlotSet

from bot import action_server, speedups
from tests.rasa.project import PROJECT

CONVERSATIONS, TURNS = 12, 6
PATCHED = (
    (DaskGraphRunner, "run"),
    (RulePolicy, "predict_action_probabilities"),
    (AugmentedMemoizationPolicy, "predict_action_probabilities"),
)
TOLD = (  # what stories and rules with conditions are about
    ["ask_question", "offer", "deny", "thank"],
    ["report_error", "offer", "affirm", "greet"],
    ["greet", "deny", "ask_question", "rejected", "affirm"],
)


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Agent:
    assert speedups.install()
    action_server.install()
    folder = tmp_path_factory.mktemp("decisions")
    configured = yaml.safe_load((PROJECT / "config.yml").read_text("utf-8"))
    (folder / "config.yml").write_text(yaml.safe_dump({**configured, "pipeline": []}), "utf-8")
    command = [
        sys.executable, "-m", "rasa", "train", "core", "--config", str(folder / "config.yml"), "--domain",
        str(PROJECT / "domain.yml"), "--stories", str(PROJECT / "data"), "--out", str(folder), "--fixed-model-name", "core",
    ]  # fmt: skip
    trained = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert trained.returncode == 0, trained.stderr[-2_000:]
    return Agent.load(str(folder / "core.tar.gz"))


async def test_the_same_actions_by_the_same_policies(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)
    intents = sorted(agent.domain.intents)
    said = [*TOLD, *([chance.choice([*intents, "offer"]) for _ in range(TURNS)] for _ in range(CONVERSATIONS))]
    fast = [await _talk(agent, f"fast{number}", turns) for number, turns in enumerate(said)]
    for owner, name in PATCHED:
        monkeypatch.setattr(owner, name, getattr(owner, name).__wrapped__)
    stock = [await _talk(agent, f"stock{number}", turns) for number, turns in enumerate(said)]
    assert fast == stock
    policies = {policy for conversation in stock for _, policy, *_ in conversation if policy}
    assert {"RulePolicy", "AugmentedMemoizationPolicy"} <= policies, (
        "the conversations don't reach what they should compare"
    )


async def test_what_a_graph_lacks_is_said(agent: Agent) -> None:
    runner = agent.processor.graph_runner
    with pytest.raises(GraphRunError, match="Missing input"):
        runner.run(inputs={}, targets=[agent.processor.model_metadata.core_target])


async def _talk(agent: Agent, conversation: str, turns: list[str]) -> list[tuple[Any, ...]]:
    """Intents, "offer" (an answer offers a ticket) and "rejected" (an action refuses to run), one a turn."""
    for turn in turns:
        if turn == "offer":
            await _add(agent, conversation, SlotSet("offer", "ticket"))
        elif turn == "rejected":
            await _add(agent, conversation, ActionExecutionRejected("action_answer"))
        else:
            parsed = {"text": turn, "intent": {"name": turn, "confidence": 1.0}, "entities": [], "language": "hi"}
            message = UserMessage(turn, CollectingOutputChannel(), conversation)
            message.parse_data = parsed
            await agent.handle_message(message)
    tracker = await agent.tracker_store.retrieve(conversation)
    return [_fingerprint(event) for event in tracker.events]


async def _add(agent: Agent, conversation: str, event: Event) -> None:
    tracker = await agent.tracker_store.get_or_create_tracker(conversation)
    tracker.update(event, agent.domain)
    await agent.tracker_store.save(tracker)


def _fingerprint(event: Event) -> tuple[Any, ...]:
    if isinstance(event, ActionExecuted):
        return event.action_name, event.policy, event.confidence, event.hide_rule_turn
    return event.type_name, None, event.as_dict().get("name"), event.as_dict().get("value")
