"""Rasa and the action server as `make run` starts them, with a chain of somebody else's models and a few pages to answer from."""

import asyncio
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from commands.run import children
from protocol.secret import read_or_make_secret
from retrieval.e5 import E5Embedder
from retrieval.ingest import Ingest
from retrieval.sqlite import SqliteIndex
from runtime import settings
from runtime.settings import PROJECT
from tests.fakes.openai_server import OpenAIServer
from tests.rasa.connectors.server import free_port

START_SECONDS = 400
PAGE = """---
title: Automatic backup
language: en
---
# Automatic backup

ReckonSales makes an automatic backup every day at 21:30 and keeps 30 days. Change the time under Tools > Backup. A backup needs about 2 GB of disk.
"""
QUESTION = "At what time is the automatic backup made every day and how many days does ReckonSales keep it?"


@contextmanager
def assistant_with_models(
    folder: Path,
    llm: OpenAIServer,
    models: Sequence[Mapping[str, Any]],
    *,
    knowledge: Path | None = None,
    tenant: Mapping[str, Any] | None = None,
    **plan: float,
) -> Iterator[str]:
    """The URL of the chat; `models` and `plan` are entries of the file of models, `knowledge` an index instead of the one page."""
    var = folder / "var"
    var.mkdir(parents=True)
    (var / "models").symlink_to(PROJECT / "var" / "models")
    read_or_make_secret(var / "secret")
    if knowledge:
        shutil.copy(knowledge, var / "knowledge.db")
    else:
        asyncio.run(_one_page(folder, var))
    (folder / "tenants").mkdir()
    entry = {"name": "ReckonSales", "channels": {"web": {"key": "demo", "origins": ["*"]}}, **(tenant or {})}
    entry["limits"] = {"messages_per_minute": 10_000, **entry.get("limits", {})}
    (folder / "tenants" / "demo.yml").write_text(json.dumps(entry), "utf-8")
    entries = [{"base_url": llm.base_url, "model": model["name"], **model} for model in models]
    (folder / "models.yml").write_text(json.dumps({**plan, "models": entries}), "utf-8")
    chosen = replace(
        settings.read({}, None), var_folder=var, tenants_folder=folder / "tenants", rasa_port=free_port(),
        actions_port=free_port(), llm_models=str(folder / "models.yml"),
    )  # fmt: skip
    url = f"http://127.0.0.1:{chosen.rasa_port}"
    environment = {
        "RASA_PORT": str(chosen.rasa_port), "ACTIONS_PORT": str(chosen.actions_port), "RASA_URL": url,
        "LLM_MODELS": chosen.llm_models, "SAHAYAK_VAR": str(var), "SAHAYAK_TENANTS": str(folder / "tenants"),
        "PYTHONPATH": str(PROJECT), "RASA_TELEMETRY_ENABLED": "false",
    }  # fmt: skip
    with (folder / "processes.log").open("wb") as log:
        processes = [
            subprocess.Popen(
                list(child.command), cwd=PROJECT, env={**child.environment, **environment}, stdout=log, stderr=log
            )
            for child in children(chosen)
            if child.name != "console"
        ]
        try:
            deadline = time.monotonic() + START_SECONDS
            while not (
                _answers(f"{url}/webhooks/web/health") and _answers(f"http://127.0.0.1:{chosen.actions_port}/health")
            ):
                said = (folder / "processes.log").read_text("utf-8", "replace")[-3_000:]
                assert time.monotonic() < deadline, said
                assert all(process.poll() is None for process in processes), said
                time.sleep(0.3)
            yield url
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)


async def _one_page(folder: Path, var: Path) -> None:
    (folder / "pages").mkdir()
    (folder / "pages" / "backup.md").write_text(PAGE, "utf-8")
    index = SqliteIndex(var / "knowledge.db")
    ingest = Ingest(index, E5Embedder(var / "models" / "e5-small"), roots=[folder / "pages"])
    assert [report.outcome async for report in ingest.ingest([folder / "pages"], "demo")] == ["added"]
    await index.close()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
