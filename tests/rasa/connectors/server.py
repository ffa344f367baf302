"""`rasa run` as a process of its own, with the web channel, on the small project beside this file."""

import json
import os
import socket
import sqlite3
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[3]
PROJECT = Path(__file__).resolve().parent / "project"
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
START_SECONDS = 400  # Rasa's first import on a cold disk takes up to 90, on a busy machine longer
SECRET = "the secret of an installation that only tests have"
CLUB_SECRET = "what the club's own server signs its members' names with"

TENANTS = {
    "demo": "name: Demo\nchannels: {web: {key: demo, origins: ['*']}}\nlimits: {messages_per_minute: 10000}\n",
    "shop": (
        "name: Shop\nlanguage: hi\nchannels: {web: {key: shop, origins: ['https://shop.example']}}\n"
        "limits: {messages_per_minute: 3}\n"
    ),
    "crowd": (
        "name: Crowd\nchannels: {web: {key: crowd, origins: ['*']}}\nlimits: {messages_per_minute_by_address: 3}\n"
    ),
    "club": (
        "name: Kirana Club\nbranding: {colour: '#7c3aed', position: start, theme: dark}\n"
        "channels: {web: {key: club, origins: ['*'], identity_secret: CLUB_SECRET, pre_chat: {person: required, phone: optional}}}\n"
        "limits: {messages_per_minute: 10000}\n"
    ),
}


class RasaServer:
    """One server on a port and a folder of its own; `log` is what it wrote last."""

    environment: Mapping[str, str] = {}  # on top of the quiet one

    def __init__(self, folder: Path, model: Path, actions_url: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._model = model
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "tenants").mkdir()
        for tenant, text in TENANTS.items():
            (folder / "tenants" / f"{tenant}.yml").write_text(text, "utf-8")
        (folder / "credentials.yml").write_text(
            f"connectors.web.WebInput: {{tenants: {folder / 'tenants'}, var: {folder / 'var'}, secret: {SECRET}}}\n"
        )
        (folder / "endpoints.yml").write_text(
            f"action_endpoint: {{url: '{actions_url}'}}\n"
            f"tracker_store: {{type: SQL, dialect: sqlite, db: {folder / 'tracker.db'}}}\n"
        )

    def start(self) -> None:
        command = [
            str(PYTHON), "-m", "rasa", "run", "--model", str(self._model), "--port", str(self.port), "--enable-api",
            "--credentials", str(self.folder / "credentials.yml"), "--endpoints", str(self.folder / "endpoints.yml"),
        ]  # fmt: skip
        environment = {**quiet_environment(), "CLUB_SECRET": CLUB_SECRET, **self.environment}
        with (self.folder / "rasa.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self.log()
            try:
                if httpx.get(f"{self.url}/webhooks/web/health", timeout=5).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.3)
        raise AssertionError(f"Rasa didn't start in {START_SECONDS} s:\n{self.log()}")

    def kill(self) -> None:
        """As a power cut would: no handler runs, nothing is closed."""
        assert self._process
        self._process.kill()
        self._process.wait(30)
        self._process = None

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def last_message(self, session: str) -> dict[str, Any]:
        """The customer's last message as the tracker keeps it."""
        with sqlite3.connect(self.folder / "tracker.db") as database:
            [data] = database.execute(
                "SELECT data FROM events WHERE sender_id LIKE ? AND type_name = 'user' ORDER BY id DESC LIMIT 1",
                (f"%.web.{session.partition('.')[0]}",),
            ).fetchone()
        message: dict[str, Any] = json.loads(data)
        return message

    def slots(self, conversation: str) -> dict[str, Any]:
        """What the conversation remembers, by Rasa's own HTTP interface."""
        tracker = httpx.get(f"{self.url}/conversations/{conversation}/tracker", timeout=30).raise_for_status().json()
        return dict(tracker["slots"])

    def add_event(self, session: str, event: dict[str, Any], **query: str) -> None:
        """What a person does who takes part from outside the channel, by the same."""
        url = f"{self.url}/conversations/demo.web.{session.partition('.')[0]}/tracker/events"
        httpx.post(url, params=query, json=event, timeout=30).raise_for_status()

    def log(self) -> str:
        return (self.folder / "rasa.log").read_text("utf-8", "replace")[-4_000:]


def train(folder: Path) -> Path:
    """The small project's model."""
    command = [
        str(PYTHON), "-m", "rasa", "train", "--config", str(PROJECT / "config.yml"), "--domain",
        str(PROJECT / "domain.yml"), "--data", str(PROJECT / "nlu.yml"), str(PROJECT / "rules.yml"), "--out", str(folder),
        "--fixed-model-name", "small",
    ]  # fmt: skip
    trained = subprocess.run(command, cwd=ROOT, env=quiet_environment(), capture_output=True, text=True, check=False)
    assert trained.returncode == 0, trained.stderr[-4_000:]
    return folder / "small.tar.gz"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def quiet_environment() -> dict[str, str]:
    """Without the settings of a real installation, and with one thread, for several tests may share a small machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SAHAYAK_")}
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "OMP_NUM_THREADS": "1", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
    return {**kept, **quiet, "PYTHONPATH": str(ROOT)}
