"""The supervisor: one process dies and comes back, a taken port is named, memory stays within bounds."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from runtime.settings import PROJECT


def test_the_three_processes_answer(stack):
    for url in (f"{stack.rasa}/webhooks/web/health", f"{stack.actions}/health", f"{stack.console}/health"):
        assert httpx.get(url, timeout=10).status_code == 200


def test_they_use_at_most_two_and_a_half_gigabytes_together(stack):
    assert sum(_resident(child) for child in _children(stack.process.pid)) < 2.5e9


def test_a_process_that_dies_is_started_again(stack):
    before = set(_children(stack.process.pid))
    [console] = [child for child in before if b"console" in Path(f"/proc/{child}/cmdline").read_bytes()]
    os.kill(console, signal.SIGKILL)
    for _ in range(120):
        time.sleep(0.5)
        try:
            if set(_children(stack.process.pid)) - before and httpx.get(f"{stack.console}/health").status_code == 200:
                break
        except httpx.HTTPError:
            continue
    else:
        raise AssertionError("the console did not come back")
    assert "console ended" in (stack.var / "run.log").read_text()


def test_a_taken_port_is_named(stack, tmp_path):
    port = stack.console.rsplit(":", 1)[1]
    environment = {**os.environ, "CONSOLE_PORT": port, "SAHAYAK_VAR": str(tmp_path), "PYTHONPATH": str(PROJECT)}
    told = subprocess.run(
        [sys.executable, "-m", "commands", "run"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode == 1
    assert f"Port {port}" in told.stderr
    assert "CONSOLE_PORT" in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1


def _children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _resident(pid: int) -> int:
    own = sum(
        int(line.split()[1]) * 1024
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    )
    return own + sum(_resident(child) for child in _children(pid))
