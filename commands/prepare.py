"""What `run` does before it serves: train when the model is older than the data, ingest when the index is empty."""

import asyncio
import sys
import tarfile
from pathlib import Path

from commands.ingest import ingest_paths
from protocol.errors import SahayakError, SettingsError
from runtime.library import open_library
from runtime.settings import PROJECT, Settings
from runtime.tenants import read_tenants

SOURCES = ("domain.yml", "config.yml", "data", "bot")  # a model depends on these


async def train_when_older(project: Path, *, train: bool = True) -> None:
    """Leaves a readable model in models/; raises SettingsError when training fails. A damaged archive is set aside, not deleted."""
    model = _newest_readable(project / "models")
    if model is not None and (not train or model.stat().st_mtime >= _newest_source(project)):
        return
    _say(
        "training the dialogue model (one to three minutes)"
        if model is None
        else "the data is newer than the model: training"
    )
    process = await asyncio.create_subprocess_exec(str(project / "bin/train"), cwd=project, stdout=sys.stderr)
    if await process.wait() != 0:
        raise SettingsError("Training failed; the reason stands above.", hint="`make train` repeats it.")


async def ingest_when_empty(settings: Settings) -> None:
    """Loads each tenant's knowledge folders once; one tenant's missing folder is told and stops nobody."""
    library = open_library(settings)
    try:
        for tenant in read_tenants(settings.tenants_folder).values():
            if (await library.knowledge.index.stats(tenant.id)).documents:
                continue
            folders = [PROJECT / folder for folder in tenant.knowledge]
            for folder in [folder for folder in folders if not folder.is_dir()]:
                _say(
                    f"tenants/{tenant.id}.yml names the folder {folder.name}, which is missing: nothing is known from it"
                )
            if present := [folder for folder in folders if folder.is_dir()]:
                _say(f"loading the documents of {tenant.name}")
                try:
                    await ingest_paths(library, tenant, present, show=False)
                except SahayakError as error:
                    _say(f"{tenant.name}: {error}")
    finally:
        await library.close()


def _newest_readable(folder: Path) -> Path | None:
    for model in sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True):
        try:
            with tarfile.open(model) as archive:
                if any(name.endswith("metadata.json") for name in archive.getnames()):
                    return model
        except (tarfile.TarError, OSError, EOFError):
            pass
        damaged = model.with_name(f"{model.name}.damaged")
        model.rename(damaged)
        _say(f"{model.name} is damaged; it was set aside as {damaged.name}")
    return None


def _newest_source(project: Path) -> float:
    files: list[Path] = []
    for source in SOURCES:
        path = project / source
        files += [file for file in path.rglob("*") if file.suffix in (".yml", ".py")] if path.is_dir() else [path]
    return max(file.stat().st_mtime for file in files if file.is_file())


def _say(line: str) -> None:
    print(f"sahayak: {line}", file=sys.stderr, flush=True)
