"""Load files, folders, zips or lists of web addresses into the index."""

import argparse
import asyncio
import re
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from tqdm import tqdm

from commands.output import chosen_tenant, fail, print_json
from protocol.errors import BadRequest, KnowledgeError, StoreUnavailable
from protocol.tenants import Tenant
from retrieval.ingest import FileReport
from runtime.library import Library, open_library
from runtime.settings import Settings

MARKS = {"added": "+", "updated": "~", "unchanged": "=", "removed": "-", "refused": "!"}
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_LEAST = 10.0  # seconds between two rounds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--tenant", help="whose documents (default: demo)")
    parser.add_argument("--every", metavar="TIME", help="go on for ever, once in this time: 15m, 1h, 1d")


async def run(arguments: argparse.Namespace, settings: Settings) -> int:
    pause = _seconds(arguments.every) if arguments.every else None
    for path in arguments.paths:
        if not path.exists():
            raise BadRequest(f"{path} doesn't exist.")
    tenant = chosen_tenant(settings, arguments.tenant)
    library = open_library(settings)
    try:
        if pause is None:
            return await _round(library, tenant, arguments)
        while True:
            try:
                await _round(library, tenant, arguments)
            except (
                KnowledgeError,
                StoreUnavailable,
            ) as error:  # the index or a disk is away for now; the next round may find it
                fail("ingest", str(error))
            again = datetime.now().astimezone() + timedelta(seconds=pause)
            print(f"sahayak ingest: again at {again:%H:%M}; Ctrl-C ends it", file=sys.stderr, flush=True)
            await asyncio.sleep(pause)
    finally:
        await library.close()


async def _round(library: Library, tenant: Tenant, arguments: argparse.Namespace) -> int:
    reports = await ingest_paths(library, tenant, arguments.paths, show=not arguments.json)
    if arguments.json:
        print_json({"files": [vars(report) for report in reports], "totals": _totals(reports)})
        sys.stdout.flush()
    return 1 if reports and all(report.outcome == "refused" for report in reports) else 0


async def ingest_paths(
    library: Library, tenant: Tenant, paths: Sequence[Path], *, show: bool = True
) -> list[FileReport]:
    """Ingest with a progress bar on stderr; with `show`, a line for each file of which there is something to say."""
    ingest = await library.ingest(tenant)
    reports = []
    bar = tqdm(total=ingest.files(paths), unit="file", desc="reading", file=sys.stderr, disable=None)
    try:
        async for report in ingest.ingest(paths, tenant.id):
            reports.append(report)
            bar.update(report.outcome != "removed")
            bar.set_postfix_str(report.source[-40:], refresh=False)
            if show and (report.outcome != "unchanged" or report.reason):
                bar.write(_line(report), file=sys.stdout)
    finally:
        bar.close()
    if show:
        said = ", ".join(f"{number} {outcome}" for outcome, number in _totals(reports).items()) or "no file there"
        print(f"{said}.", flush=True)
    return reports


def _line(report: FileReport) -> str:
    chunks = f" ({report.chunks} chunks)" if report.chunks and report.outcome != "unchanged" else ""
    return f"{MARKS[report.outcome]} {report.source}{chunks}" + (f": {report.reason}" if report.reason else "")


def _totals(reports: Sequence[FileReport]) -> dict[str, int]:
    counted = Counter(str(report.outcome) for report in reports)
    return {outcome: counted[outcome] for outcome in MARKS if counted[outcome]}


def _seconds(time: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", time.strip())
    if match is None or (seconds := float(match[1]) * _UNITS[match[2]]) < _LEAST:
        raise BadRequest(f"--every {time} can't be used: a number and s, m, h or d, such as 1h; {_LEAST:g}s at least.")
    return seconds
