"""See what is in the index, go back to an earlier version of a file, or remove it."""

import argparse
from dataclasses import asdict
from typing import Any

from commands.output import chosen_tenant, print_json
from retrieval.librarian import Librarian
from retrieval.shelf import FileReport
from runtime.library import open_library
from runtime.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tenant", help="whose documents (default: demo)")
    doing = parser.add_subparsers(dest="doing", required=True, metavar="WHAT")
    doing.add_parser("list", help="all files: their version, their chunks, and others with the same text")
    for name, line in (
        ("versions", "the kept versions of a file"),
        ("rollback", "search an earlier version of a file until the file changes"),
        ("remove", "search nothing of a file until it changes"),
    ):
        one = doing.add_parser(name, help=line)
        one.add_argument("file", help="its path within the knowledge folder, as `list` shows it, or a document's id")
        if name == "rollback":
            one.add_argument("--to", type=int, metavar="N", help="the version (default: the one before)")


async def run(arguments: argparse.Namespace, settings: Settings) -> int:
    tenant = chosen_tenant(settings, arguments.tenant)
    library = open_library(settings)
    try:
        librarian = await library.librarian(tenant)
        if arguments.doing == "list":
            await _list(librarian, tenant.id, arguments.json)
        elif arguments.doing == "versions":
            await _versions(librarian, tenant.id, arguments)
        elif arguments.doing == "rollback":
            _report(await librarian.roll_back(tenant.id, arguments.file, arguments.to), arguments.json)
        else:
            _report(await librarian.remove(tenant.id, arguments.file), arguments.json)
    finally:
        await library.close()
    return 0


async def _list(librarian: Librarian, tenant: str, as_json: bool) -> None:
    files = await librarian.files(tenant)
    if as_json:
        print_json({"files": [_plain(asdict(file)) for file in files]})
        return
    for file in files:
        same = f"the same text as {', '.join(file.same_text_as)}" if file.same_text_as else ""
        said = "; ".join(filter(None, (file.note, same)))
        version = f"version {file.version}" if file.version else "-"
        print(f"{file.source}  {version}, {file.chunks} chunks  {file.title}" + (f"  [{said}]" if said else ""))
    print(f"{len(files)} files, {sum(file.chunks for file in files)} chunks.")


async def _versions(librarian: Librarian, tenant: str, arguments: argparse.Namespace) -> None:
    versions = await librarian.versions(tenant, arguments.file)
    if arguments.json:
        print_json({"versions": [_plain(asdict(version)) for version in versions]})
        return
    for version in versions:
        mark = "*" if version.serving else " "
        print(f"{mark} {version.number}  {version.taken_in:%Y-%m-%d %H:%M}  {version.title}")


def _report(report: FileReport, as_json: bool) -> None:
    if as_json:
        print_json(asdict(report))
    elif report.outcome == "removed":
        print(f"{report.source}: removed; it stays away until the file changes or is named to `ingest`")
    else:
        print(f"{report.source}: {report.reason} is searched now ({report.chunks} chunks), until the file changes")


def _plain(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in entry.items()}
