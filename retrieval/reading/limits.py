"""What one file may cost."""

import resource
import sys
from dataclasses import dataclass

from retrieval.loaders import MAX_BYTES

_WRITTEN = 1024 * 1024 * 1024  # bytes of one temporary file


@dataclass(frozen=True)
class Limits:
    """A file over any of these is refused, and the message says which."""

    bytes: int = MAX_BYTES  # of the file
    seconds: float = 300.0  # to read it; a scanned page takes one to five
    memory: int = 2_000_000_000  # bytes, of the process that reads it


def limit_this_process(memory: int) -> None:
    """For good, for this process and those it starts; no core dumps, no endless temporary files."""
    # Of what Linux can limit, RLIMIT_DATA counts what is really written to; the address space also counts what libraries only reserve.
    _lower(resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS, memory)
    _lower(resource.RLIMIT_FSIZE, _WRITTEN)
    _lower(resource.RLIMIT_CORE, 0)


def limit_processor_time(seconds: float) -> None:
    """From now on: the kernel ends this process should the one that watches it be gone. Each call gives new time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 5
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _lower(what: int, to: int) -> None:
    _, hard = resource.getrlimit(what)
    to = to if hard == resource.RLIM_INFINITY else min(to, hard)
    try:
        resource.setrlimit(what, (to, to))
    except (ValueError, OSError):  # a system that can't limit this; the time limit still holds
        return
