"""A model's graph, run in an order that is found once.

Rasa hands the graph to Dask three times a turn, and each time Dask is built a graph, sorts it, and sets up what it needs to
run nodes at the same time, which Rasa never asks for. Rasa also writes the whole graph into a line for the log that nobody reads.
"""

from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphNode, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner

_Step = tuple[str, GraphNode, tuple[str, ...]]  # a node, by name, and the names of what it is given

_plans: "WeakKeyDictionary[DaskGraphRunner, dict[tuple[str, ...], list[_Step]]]" = WeakKeyDictionary()


def install() -> None:
    """Replace `DaskGraphRunner.run`; training, which runs each graph once, goes the same way."""
    DaskGraphRunner.run = wraps(DaskGraphRunner.run)(_run)


def _run(
    runner: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
) -> dict[str, Any]:
    wanted = tuple(targets or runner._graph_schema.target_names)
    plans = _plans.setdefault(runner, {})
    if wanted not in plans:
        plans[wanted] = _plan(runner, wanted)
    steps = plans[wanted]
    given = inputs or {}
    for value in given.values():
        if isinstance(value, str) and any(value == name for name, _, _ in steps):
            raise GraphRunError(f"Input value '{value}' clashes with a node name.")
    results: dict[str, Any] = {name: (name, value) for name, value in given.items()}
    try:
        for name, node, needs in steps:
            # What nobody provides is passed on as its bare name: the node says then what is missing.
            results[name] = node(*[results.get(need, need) for need in needs])
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(results[name] for name in wanted)


def _plan(runner: DaskGraphRunner, targets: tuple[str, ...]) -> list[_Step]:
    """Each node after those it needs; of those that could run next, rules first (`bot.speedups.policies` says why)."""
    schema: GraphSchema = runner._graph_schema.minimal_graph_schema(list(targets))
    waiting = sorted(schema.nodes, key=lambda name: not issubclass(schema.nodes[name].uses, RulePolicy))
    steps: list[_Step] = []
    done: set[str] = set()
    while waiting:
        ready = next(
            (
                name
                for name in waiting
                if not any(need in schema.nodes for need in _needs(schema, name) if need not in done)
            ),
            None,
        )
        if ready is None:
            raise GraphRunError(f"The graph's nodes wait for each other: {', '.join(waiting)}.")
        waiting.remove(ready)
        done.add(ready)
        steps.append((ready, runner._instantiated_nodes[ready], _needs(schema, ready)))
    return steps


def _needs(schema: GraphSchema, name: str) -> tuple[str, ...]:
    return tuple(schema.nodes[name].needs.values())
