"""Reads files in a process of its own, which is ended when a file takes too much time or memory."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protocol.errors import DocumentRefused
from retrieval.document_json import documents_from_json
from retrieval.loaders import Loaded
from retrieval.reading.limits import Limits

_FILES = 200  # that one process reads; what its libraries leak ends with it
_ANSWER = 200_000_000  # bytes, the longest answer taken from it
_PROJECT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "LANG", "LC_ALL", "TESSDATA_PREFIX", "SYSTEMROOT")  # of the environment: it is shown no keys
_OUT_OF_MEMORY = "memory"


@dataclass(frozen=True)
class Source:
    """A file, and the name it goes by in the index."""

    path: Path
    root: Path
    name: str = ""  # when it isn't the path within the root
    url: str = ""


class Reader:
    """Starts its process with the first file; one file at a time, from whichever thread asks."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._read = 0
        self._lock = threading.Lock()

    def read(self, source: Source, tenant: str) -> Loaded:
        """The file's documents; raises DocumentRefused with the reason, a limit it went over included."""
        with self._lock:
            answer = self._asked(source, tenant)
        if "refused" in answer:
            refused = str(answer["refused"])
            raise DocumentRefused(self._over_memory() if refused == _OUT_OF_MEMORY else refused)
        try:
            documents = documents_from_json(answer["documents"])
            notes = tuple(map(str, answer["notes"]))
        except (KeyError, TypeError, ValueError) as error:
            raise DocumentRefused(f"the process that reads it gave no documents: {error}") from error
        if any(document.tenant != tenant for document in documents):
            raise DocumentRefused("the process that reads it named another tenant")
        return Loaded(documents, notes)

    def close(self) -> None:
        """End the process, also in the middle of a file; the next file starts another."""
        process = self._process
        if process is not None:
            _kill(process)
        with self._lock:
            self._end()

    def _asked(self, source: Source, tenant: str) -> dict[str, Any]:
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        request = {
            "path": str(source.path), "root": str(source.root), "tenant": tenant, "name": source.name, "url": source.url,
            "bytes": self._limits.bytes, "seconds": self._limits.seconds,
        }  # fmt: skip
        late = threading.Event()

        def give_up() -> None:
            late.set()
            _kill(process)

        watch = threading.Timer(self._limits.seconds, give_up)
        watch.daemon = True
        watch.start()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline(_ANSWER)
        except BrokenPipeError:
            line = b""
        finally:
            watch.cancel()
        if not line.endswith(b"\n"):
            self._end()
            return {"refused": self._why(process.returncode, late.is_set(), len(line))}
        answer = json.loads(line)
        self._read += 1
        if self._read >= _FILES or answer.get("refused") == _OUT_OF_MEMORY:
            self._end()
        return dict(answer)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        self._folder = tempfile.TemporaryDirectory(prefix="sahayak-reading-")
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "retrieval.reading.worker", str(self._limits.memory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, cwd=_PROJECT,
            env={
                **environment, "PYTHONPATH": os.pathsep.join(filter(None, map(os.path.abspath, sys.path))), "HOME": self._folder.name,
                "TMPDIR": self._folder.name, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
            },
        )  # fmt: skip
        return self._process

    def _end(self) -> None:
        process, self._process, self._read = self._process, None, 0
        if process is not None:
            _kill(process)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close(pipe)
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _why(self, code: int | None, late: bool, answered: int) -> str:
        if late or code == -signal.SIGXCPU:
            return f"reading it took more than {self._limits.seconds:g} s"
        if answered >= _ANSWER:
            return "it unpacks to more text than any document has"
        if code in (-signal.SIGKILL, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):
            return f"the process that reads it crashed ({signal.Signals(-code).name}); {self._over_memory()}, or it is damaged"
        return f"the process that reads it ended with code {code}"

    def _over_memory(self) -> str:
        return f"reading it needs more than {self._limits.memory / 1e6:,.0f} MB of memory"


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With all that it started: Tesseract runs in its group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except BrokenPipeError:  # a request that was never read
        return
