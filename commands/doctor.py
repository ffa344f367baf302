"""Check everything the installation stands on, and say how to mend what is missing."""

import argparse
import asyncio
import re
import shutil
import socket
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from sqlalchemy import text

from commands.output import print_json
from commands.ports import is_free
from protocol.errors import SahayakError
from retrieval.elasticsearch import ElasticsearchIndex
from runtime.database import open_database
from runtime.settings import E5, PROJECT, Settings
from runtime.tenants import read_tenants
from runtime.wiring import open_knowledge

LEAST_FREE_GB = 2


@dataclass(frozen=True)
class Finding:
    """One thing checked; `needed` findings that aren't `ok` make the command exit with 1."""

    what: str
    ok: bool
    says: str
    needed: bool = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


async def run(arguments: argparse.Namespace, settings: Settings) -> int:
    findings: list[Finding] = []
    for check in (_environments, _tesseract, _disk, _model, _tenants, _database, _servers, _language_model, _ports):
        findings += await asyncio.to_thread(check, settings)
    findings += await _elasticsearch(settings)
    findings += await _knowledge(settings)
    if arguments.json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            mark = "ok  " if finding.ok else ("BAD " if finding.needed else "note")
            print(f"{mark} {finding.what}: {finding.says}")
    return 0 if all(finding.ok or not finding.needed for finding in findings) else 1


def _environments(_: Settings) -> list[Finding]:
    findings = []
    for folder, minor in ((".venv", 11), (".venv-rasa", 10)):
        ok = (PROJECT / folder / ".installed").is_file()
        findings.append(
            Finding(f"Python 3.{minor} ({folder})", ok, "installed" if ok else "not set up; run: make setup")
        )
    return findings


def _tesseract(_: Settings) -> list[Finding]:
    program = shutil.which("tesseract")
    install = "apt-get install tesseract-ocr tesseract-ocr-hin"
    if not program:
        return [
            Finding(
                "Tesseract", False, f"missing; screenshots and scanned pages can't be read; {install}", needed=False
            )
        ]
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=10, check=False).stdout
    missing = {"eng", "hin"} - set(listed.split())
    said = f"no data for {', '.join(sorted(missing))}; {install}" if missing else "with English and Hindi"
    return [Finding("Tesseract", not missing, said, needed=False)]


def _disk(settings: Settings) -> list[Finding]:
    folder = settings.var_folder if settings.var_folder.exists() else PROJECT
    free = shutil.disk_usage(folder).free / 1e9
    said = f"{free:.1f} GB free" + ("" if free > LEAST_FREE_GB else "; free some or set SAHAYAK_VAR to another disk")
    return [Finding(f"disk ({folder})", free > LEAST_FREE_GB, said)]


def _model(settings: Settings) -> list[Finding]:
    trained = sorted((PROJECT / "models").glob("*.tar.gz"))
    findings = [Finding("Rasa model", bool(trained), trained[-1].name if trained else "not trained; run: make train")]
    if settings.embedding_model == E5:
        ok = settings.model_folder.is_dir()
        findings.append(Finding("embedding model", ok, E5 if ok else "not made; run: make setup"))
    return findings


def _tenants(settings: Settings) -> list[Finding]:
    return [_attempt("tenants", lambda: ", ".join(read_tenants(settings.tenants_folder)))]


def _database(settings: Settings) -> list[Finding]:
    def connect() -> str:
        engine = open_database(settings)
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        said = engine.url.render_as_string(hide_password=True)
        engine.dispose()
        return said

    return [_attempt("database", connect)]


def _servers(settings: Settings) -> list[Finding]:
    findings = []
    for name, url, default in (("Redis", settings.redis_url, 6379),):
        if not url:
            findings.append(Finding(name, True, "not configured; the embedded default is used", needed=False))
            continue
        parts = urlsplit(url)
        host, port = parts.hostname or "localhost", parts.port or default
        answers = _connects(host, port)
        findings.append(Finding(name, answers, f"{host}:{port} " + ("answers" if answers else "doesn't answer")))
    return findings


def _language_model(settings: Settings) -> list[Finding]:
    if not settings.llm_base_url:
        return [Finding("language model", True, "none configured: answers are quoted from the documents", needed=False)]
    parts = urlsplit(settings.llm_base_url)
    if not parts.hostname:
        return [Finding("language model", False, "LLM_BASE_URL must look like https://host/v1")]
    port = parts.port or (443 if parts.scheme == "https" else 80)
    answers = _connects(parts.hostname, port)
    said = f"{settings.llm_model} at {parts.hostname}:{port} " + ("answers" if answers else "can't be reached")
    return [Finding("language model", answers, said, needed=False)]


def _ports(settings: Settings) -> list[Finding]:
    ports = {name: getattr(settings, f"{name}_port") for name in ("rasa", "actions", "console")}
    taken = [f"{port} ({name})" for name, port in ports.items() if not is_free(settings.host, port)]
    said = f"in use: {', '.join(taken)}; that is right while the assistant runs" if taken else "free"
    return [Finding("ports", not taken, said, needed=False)]


async def _elasticsearch(settings: Settings) -> list[Finding]:
    if not settings.elasticsearch_url:
        return [Finding("Elasticsearch", True, "not configured; the embedded default is used", needed=False)]
    try:
        index = ElasticsearchIndex(settings.elasticsearch_url, api_key=settings.elasticsearch_api_key)
        try:
            return [Finding("Elasticsearch", True, f"release {await index.server()}")]
        finally:
            await index.close()
    except SahayakError as error:
        return [Finding("Elasticsearch", False, str(error))]


async def _knowledge(settings: Settings) -> list[Finding]:
    findings = []
    try:
        knowledge = open_knowledge(settings)
        try:
            for tenant in read_tenants(settings.tenants_folder):
                stats = await knowledge.index.stats(tenant)
                said = f"{stats.documents} documents, {stats.chunks} chunks"
                empty = "empty; run: bin/sahayak ingest knowledge/"
                findings.append(
                    Finding(f"knowledge of {tenant}", bool(stats.documents), said if stats.documents else empty)
                )
        finally:
            await knowledge.close()
    except SahayakError as error:
        findings.append(Finding("knowledge", False, str(error)))
    return findings


def _connects(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=3):
            return True
    except OSError:
        return False


def _attempt(what: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, check())
    except SahayakError as error:
        return Finding(what, False, re.sub(r"\s+", " ", str(error)))
