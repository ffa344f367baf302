"""Zips: their members one by one, none trusted in its name, its size or its number."""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from retrieval.loaders.source import SIDECAR
from retrieval.sources.incoming import Incoming

ENDING = ".zip"
_MEMBERS = 20_000
_TOTAL = 20  # times the limit of one file: what all members together may unpack to
_BLOCK = 1 << 20
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


def members(path: Path, name: str, max_bytes: int) -> Iterator[Incoming]:
    """Each member as "<zip>/<path inside>"; what can't be unpacked is refused and the others go on."""
    try:
        with zipfile.ZipFile(path) as archive, TemporaryDirectory(prefix="zip-") as folder:
            parts = _documents(archive)
            if len(parts) > _MEMBERS:
                yield Incoming(name, refused=f"it holds {len(parts):,} files, more than the limit of {_MEMBERS:,}")
                return
            left = max_bytes * _TOTAL
            for inside, part in parts.items():
                incoming, taken = _unpacked(archive, part, inside, name, Path(folder), min(max_bytes, left))
                left -= taken
                yield incoming
                if incoming.path is not None:
                    incoming.path.unlink(missing_ok=True)
    except _BROKEN as error:
        yield Incoming(name, refused=f"the zip is damaged: {str(error)[:160]}")


def count(path: Path) -> int:
    """How many documents it seems to hold."""
    try:
        with zipfile.ZipFile(path) as archive:
            return len(_documents(archive))
    except _BROKEN:
        return 1


def _documents(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The members that are documents, by a path that leads nowhere else; of two with one name the last, as unpacking would leave it."""
    found = {}
    for part in archive.infolist():
        steps = [step for step in PurePosixPath(part.filename.replace("\\", "/")).parts if step not in ("/", "..", ".")]
        hidden = any(step.startswith((".", "~$", "__MACOSX")) for step in steps)
        if steps and not part.is_dir() and not hidden and not steps[-1].endswith(SIDECAR):
            found["/".join(steps)] = part
    return dict(sorted(found.items()))


def _unpacked(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, inside: str, name: str, folder: Path, limit: int
) -> tuple[Incoming, int]:
    whole = f"{name}/{inside}"
    if inside.lower().endswith(ENDING):
        return Incoming(whole, refused="a zip inside of a zip is not opened"), 0
    if part.flag_bits & 1:
        return Incoming(whole, refused="it is protected by a password"), 0
    path = folder / f"member{PurePosixPath(inside).suffix}"
    try:
        taken = _copied(archive, part, path, limit)
        sidecar = path.with_name(path.name + SIDECAR)
        sidecar.unlink(missing_ok=True)
        if part.filename + SIDECAR in archive.namelist():
            _copied(archive, archive.getinfo(part.filename + SIDECAR), sidecar, limit)
    except _BROKEN as error:
        return Incoming(whole, refused=f"it can't be unpacked: {str(error)[:160]}"), 0
    if taken > limit:
        return Incoming(whole, refused=f"it unpacks to more than the limit of {limit / 1e6:.0f} MB"), taken
    return Incoming(whole, path), taken


def _copied(archive: zipfile.ZipFile, part: zipfile.ZipInfo, path: Path, limit: int) -> int:
    """Bytes written; it stops behind the limit, whatever size the member claims to have."""
    taken = 0
    with archive.open(part) as packed, path.open("wb") as unpacked:
        while taken <= limit and (block := packed.read(_BLOCK)):
            unpacked.write(block)
            taken += len(block)
    return taken
