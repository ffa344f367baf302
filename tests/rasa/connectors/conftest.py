"""A real Rasa with the web channel, trained on the small project beside this file, and an action server that is slow."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rasa.connectors.server import RasaServer, free_port, train
from tests.rasa.connectors.slow_actions import SlowActions

<<<<<<< HEAD
=======
ROOT = Path(__file__).resolve().parents[3]
PROJECT = Path(__file__).resolve().parent / "project"
START_SECONDS = 400  # Rasa's first import on a cold disk takes up to 90, on a busy machine longer

TENANTS = {
    "demo": "name: Demo\nchannels: {web: {key: demo, origins: ['*']}}\nlimits: {messages_per_minute: 10000}\n",
    "shop": (
        "name: Shop\nlanguage: hi\nchannels: {web: {key: shop, origins: ['https://shop.example']}}\n"
        "limits: {messages_per_minute: 3}\n"
    ),
}


class RasaServer:
    """`rasa run` as a process of its own, on a port and a folder of its own."""

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
            f"connectors.web.WebInput: {{tenants: {folder / 'tenants'}, var: {folder / 'var'}}}\n"
        )
        (folder / "endpoints.yml").write_text(
            f"action_endpoint: {{url: '{actions_url}'}}\n"
            f"tracker_store: {{type: SQL, dialect: sqlite, db: {folder / 'tracker.db'}}}\n"
        )

    def start(self) -> None:
        command = [
            sys.executable, "-m", "rasa", "run", "--model", str(self._model), "--port", str(self.port), "--enable-api",
            "--credentials", str(self.folder / "credentials.yml"), "--endpoints", str(self.folder / "endpoints.yml"),
        ]  # fmt: skip
        with (self.folder / "rasa.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env={**quiet_environment(), **self.environment}, stdout=log, stderr=log
            )
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
        """The demo customer's last message as the tracker keeps it."""
        with sqlite3.connect(self.folder / "tracker.db") as database:
            [data] = database.execute(
                "SELECT data FROM events WHERE sender_id = ? AND type_name = 'user' ORDER BY id DESC LIMIT 1",
                (f"demo.web.{session.partition('.')[0]}",),
            ).fetchone()
        message: dict[str, Any] = json.loads(data)
        return message

    def add_event(self, session: str, event: dict[str, Any], **query: str) -> None:
        """What a person does who takes part from outside the channel, by Rasa's own HTTP interface."""
        url = f"{self.url}/conversations/demo.web.{session.partition('.')[0]}/tracker/events"
        httpx.post(url, params=query, json=event, timeout=30).raise_for_status()

    def log(self) -> str:
        return (self.folder / "rasa.log").read_text("utf-8", "replace")[-4_000:]

>>>>>>> 107660c0f322b898bbca1c93598b8174fb98dded

@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def actions() -> Iterator[SlowActions]:
    server = SlowActions(free_port())
    threading.Thread(target=server.serve, daemon=True).start()
    server.wait_until_ready()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def rasa(tmp_path_factory: pytest.TempPathFactory, model: Path, actions: SlowActions) -> Iterator[RasaServer]:
    server = RasaServer(tmp_path_factory.mktemp("rasa"), model, actions.url)
    server.start()
    actions.deltas = f"{server.url}/webhooks/web/deltas"
    yield server
    server.stop()
