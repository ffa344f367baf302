"""Exchange the embedding model while customers are served: status, add, backfill, shadow, share, activate, remove."""

import argparse
import asyncio
import fcntl
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from commands.output import chosen_tenant, print_json
from protocol.errors import BadRequest
from retrieval.backfill import backfill, remaining
from retrieval.embed import Embedder
from retrieval.version_plan import PlannedVersion
from retrieval.version_records import compared, used
from runtime.database import open_database
from runtime.settings import Settings
from runtime.wiring import Knowledge, embedding_model, open_knowledge

_STEPS = {
    "status": "what there is, how far each version is, how it compares",
    "add": "a candidate beside what serves",
    "backfill": "give every passage its vector of the candidate; goes on where it was stopped",
    "shadow": "repeat a part of the searches with the candidate and record how the results compare; 0 ends it",
    "share": "let the candidate serve a part of the conversations; 0 ends it",
    "activate": "let the candidate serve everyone",
    "remove": "forget a candidate and drop its vectors",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    for name, line in _STEPS.items():
        step = steps.add_parser(name, help=line, description=line)
        # not to undo what was said before the step
        step.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")
        step.add_argument("--tenant", help="whose embeddings (default: demo)")
        if name == "add":
            step.add_argument("model", help="as EMBEDDING_MODEL would name it")
        elif name != "status":
            step.add_argument("version", help="the version or its model, as `status` prints them")
        if name in ("shadow", "share"):
            step.add_argument("part", type=float, help="0 to 1")
        if name == "backfill":
            step.add_argument("--rate", type=float, default=0.0, help="passages a second at most (default: no limit)")


async def run(arguments: argparse.Namespace, settings: Settings) -> int:
    tenant = chosen_tenant(settings, arguments.tenant).id
    engine = open_database(settings)
    knowledge = open_knowledge(settings, engine)
    try:
        said = await _step(arguments, settings, knowledge, tenant)
        status = await _status(knowledge, engine, tenant)
    finally:
        await knowledge.close()
        engine.dispose()
    if arguments.json:
        print_json({"tenant": tenant, "versions": status})
        return 0
    if said:
        print(said)
    for row in status:
        print(_line(row))
    return 0


async def _step(arguments: argparse.Namespace, settings: Settings, knowledge: Knowledge, tenant: str) -> str:
    """Do it; says what happened and how it is undone."""
    step, plan = arguments.step, knowledge.versions.plan
    if step == "status":
        return ""
    if step == "add":
        return await _add(arguments.model, settings, knowledge, tenant)
    planned = _named(plan.read(tenant), arguments.version)
    version = planned.version
    if step == "backfill":
        return await _backfill(planned, knowledge, tenant, settings, arguments.rate)
    if step == "shadow":
        plan.shadow(tenant, version, arguments.part)
        return f"{version} is compared on {arguments.part:.0%} of the searches. Undo: shadow {planned.model} 0"
    if step == "share":
        if arguments.part:
            await _complete(knowledge, tenant, version)
        plan.share(tenant, version, arguments.part)
        return f"{version} serves {arguments.part:.0%} of the conversations. Undo: share {planned.model} 0"
    if step == "activate":
        await _complete(knowledge, tenant, version)
        before = plan.activate(tenant, version)
        return f"{version} serves everyone. Undo: activate {before}"
    plan.remove(tenant, version)
    # every process has read the plan again, and the searches that it was just answering are done
    await asyncio.sleep(2 * knowledge.versions.poll_seconds + 1)
    await knowledge.index.drop_vectors(tenant, version)
    return f"{version} is removed. Undo: add {planned.model}, then backfill"


async def _add(model: str, settings: Settings, knowledge: Knowledge, tenant: str) -> str:
    serving = knowledge.embedder
    opened: Embedder = serving if model == serving.name else embedding_model(settings, model)
    await asyncio.to_thread(opened.embed_queries, ["a first try"])  # refused here rather than in the backfill
    active = PlannedVersion(serving.version, serving.name, "active")
    knowledge.versions.plan.add(tenant, active, PlannedVersion(opened.version, model, "candidate"))
    return f"{opened.version} is a candidate; next: backfill {model}. Undo: remove {model}"


async def _backfill(planned: PlannedVersion, knowledge: Knowledge, tenant: str, settings: Settings, rate: float) -> str:
    embedder = knowledge.versions.embedder(planned)
    if embedder.version != planned.version:
        raise BadRequest(f"{planned.model} now makes vectors of {embedder.version}; add it again.")
    with _only_one(settings, tenant, planned.version):
        os.nice(10)  # customers' searches come first
        total = await remaining(knowledge.index, tenant, planned.version)
        bar = tqdm(total=total, unit="passage", desc="embedding", file=sys.stderr, disable=None)
        done = 0
        async for kept in backfill(knowledge.index, embedder, tenant, rate=rate):
            done += kept
            bar.update(kept)
        bar.close()
    return f"{done} passages embedded; {planned.version} is complete. Undo: remove {planned.model}"


async def _complete(knowledge: Knowledge, tenant: str, version: str) -> None:
    missing = await remaining(knowledge.index, tenant, version)
    if missing:
        raise BadRequest(f"{missing} passages have no vector of {version} yet; run: embeddings backfill")


async def _status(knowledge: Knowledge, engine: Any, tenant: str) -> list[dict[str, Any]]:
    plan = knowledge.versions.plan.read(tenant)
    if not plan:
        plan = (PlannedVersion(knowledge.embedder.version, knowledge.embedder.name, "active"),)
    stats = await knowledge.index.stats(tenant)
    uses = {row["version"]: row for row in used(engine) if row["tenant"] == tenant}
    shadows = [row for row in compared(engine) if row["tenant"] == tenant]
    return [
        {
            **vars(planned),
            "vectors": stats.vectors.get(planned.version, 0),
            "passages": stats.chunks,
            "searches": uses.get(planned.version, {}).get("searches", 0),
            "mean_ms": uses.get(planned.version, {}).get("mean_ms"),
            "shadow_queries": [
                {name: row[name] for name in row if name not in ("tenant", "version")}
                for row in shadows
                if row["version"] == planned.version
            ],
        }
        for planned in plan
        if planned.state != "removed"
    ]


def _line(row: dict[str, Any]) -> str:
    parts = [f"{row['state']:9} {row['version']} ({row['model']}): {row['vectors']} of {row['passages']} passages"]
    if row["share"]:
        parts.append(f"{row['share']:.0%} of the conversations")
    if row["searches"]:
        parts.append(f"{row['searches']} searches, {row['mean_ms']:.0f} ms on average")
    if row["shadow"]:
        parts.append(f"compared on {row['shadow']:.0%} of the searches")
    for found in row["shadow_queries"]:
        if found["overlap"] is not None:
            parts.append(
                f"against {found['against']} in {found['queries']} searches: overlap@10 {found['overlap']:.2f}, "
                f"agreement {found['agreement']:.2f}, {found['milliseconds']:.0f} ms beside {found['against_milliseconds']:.0f}"
            )
        if found["failed"]:
            parts.append(f"{found['failed']} comparisons failed")
    return "; ".join(parts)


def _named(plan: tuple[PlannedVersion, ...], name: str) -> PlannedVersion:
    found = [planned for planned in plan if planned.state != "removed" and name in (planned.version, planned.model)]
    if len(found) == 1:
        return found[0]
    there = ", ".join(planned.version for planned in plan if planned.state != "removed")
    raise BadRequest(f"{name!r} names {'several' if found else 'no'} embedding versions; there are: {there or 'none'}.")


@contextmanager
def _only_one(settings: Settings, tenant: str, version: str) -> Iterator[None]:
    name = re.sub(r"[^A-Za-z0-9.-]", "_", f"backfill-{tenant}-{version}.lock")
    with (settings.var_folder / name[-200:]).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadRequest(f"A backfill of {version} is at work already.") from None
        yield
