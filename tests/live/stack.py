"""The whole assistant as a user starts it: `sahayak run`, three real processes, on free ports and a var/ of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runtime.settings import PROJECT

START_LIMIT = 900  # seconds: training may be part of it, and imports from a cold disk
DISK_MB = 512


@dataclass(frozen=True)
class Stack:
    """Where the running assistant listens."""

    rasa: str
    actions: str
    console: str
    var: Path
    process: "subprocess.Popen[bytes]"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Started once for all tests; what it printed is shown when it doesn't start."""
    var = tmp_path_factory.mktemp("stack") / "var"
    var.mkdir()
    mounted = _mount_small_disk(var)
    (var / "models").symlink_to(PROJECT / "var" / "models")
    ports = {name: _free_port() for name in ("RASA_PORT", "ACTIONS_PORT", "CONSOLE_PORT")}
    environment = {
        **os.environ,
        **{name: str(port) for name, port in ports.items()},
        "SAHAYAK_VAR": str(var),
        "PYTHONPATH": str(PROJECT),
    }
    printed = (var / "run.log").open("wb+")
    process = subprocess.Popen(
        [sys.executable, "-m", "commands", "run"], cwd=PROJECT, env=environment, stdout=printed, stderr=printed
    )
    deadline = time.monotonic() + START_LIMIT
    while b"Ctrl-C stops everything" not in (var / "run.log").read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            logs = "\n".join(f"{log.name}: {log.read_text(errors='replace')[-1500:]}" for log in var.glob("logs/*.log"))
            pytest.fail(
                f"the assistant did not start:\n{(var / 'run.log').read_text(errors='replace')}\n{logs}", pytrace=False
            )
        time.sleep(0.5)
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    yield Stack(urls["RASA_PORT"], urls["ACTIONS_PORT"], urls["CONSOLE_PORT"], var, process)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)
    if mounted:
        subprocess.run(["umount", "--lazy", str(var)], check=False)


def _mount_small_disk(folder: Path) -> bool:
    """A disk that a test can fill up, where the machine lets us make one."""
    options = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "sahayak-tests", str(folder)]
    return shutil.which("mount") is not None and subprocess.run(options, capture_output=True).returncode == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
