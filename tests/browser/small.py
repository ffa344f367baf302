"""A small assistant for what the demo company doesn't have: three tenants, answers in pieces, pictures; on any host page.

The console and the web connector are the real ones; Rasa has the connector tests' small project. `python -m tests.browser.small`
runs it until Ctrl-C, for looking at the widget by hand.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from runtime.settings import PROJECT
from tests.browser.host_page import HostPages
from tests.fakes.challenge_server import SECRET, ChallengeServer
from tests.rasa.connectors.server import RasaServer, free_port, train
from tests.rasa.connectors.slow_actions import SlowActions


@dataclass(frozen=True)
class SmallAssistant:
    """`host` serves other companies' pages, from an origin of their own."""

    rasa: RasaServer
    actions: SlowActions
    console: str
    host: HostPages

    def page(self, key: str, **attributes: str) -> str:
        """Address of a page that carries the widget of a tenant; `attributes` are the script tag's, without `data-`."""
        return self.host.page(self.console, self.rasa.url, key, attributes)


@contextmanager
def small_assistant(folder: Path, tenants: Mapping[str, str] | None = None) -> Iterator[SmallAssistant]:
    """Everything started, and stopped afterwards; `tenants` are files that take the place of the small ones."""
    actions = SlowActions(free_port())
    threading.Thread(target=actions.serve, daemon=True).start()
    actions.wait_until_ready()
    rasa = RasaServer(folder, train(folder), actions.url)
    challenge = ChallengeServer()
    rasa.environment = {
        "PUBLIC_URL": rasa.url, "CHALLENGE": "turnstile", "CHALLENGE_SITE_KEY": "site-key", "CHALLENGE_SECRET": SECRET,
        "CHALLENGE_VERIFY_URL": challenge.url,
    }  # fmt: skip
    for tenant, text in (tenants or {}).items():
        (folder / "tenants" / f"{tenant}.yml").write_text(text, "utf-8")
    port = free_port()
    environment = {
        **os.environ, "PYTHONPATH": str(PROJECT), "SAHAYAK_VAR": str(folder / "var"), "CONSOLE_PORT": str(port),
        "SAHAYAK_TENANTS": str(folder / "tenants"), "PUBLIC_URL": rasa.url, "SAHAYAK_HOST": "127.0.0.1",
    }  # fmt: skip
    with (folder / "console.log").open("wb") as log:
        console = subprocess.Popen(
            [sys.executable, "-m", "console"], cwd=PROJECT, env=environment, stdout=log, stderr=log
        )
    host = HostPages()
    try:
        rasa.start()
        actions.deltas = f"{rasa.url}/webhooks/web/deltas"
        _wait_for(f"http://127.0.0.1:{port}/health")
        yield SmallAssistant(rasa, actions, f"http://127.0.0.1:{port}", host)
    finally:
        host.stop()
        console.terminate()
        console.wait(20)
        rasa.stop()
        challenge.close()
        actions.stop()


def _wait_for(url: str) -> None:
    for _ in range(240):
        try:
            if httpx.get(url, timeout=2, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.25)
    raise AssertionError(f"{url} did not answer")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary, small_assistant(Path(temporary)) as assistant:
        assistant.actions.pieces, assistant.actions.seconds = (
            ["Open **Settings**, ", "choose *Users*, ", "then Reset."],
            1,
        )
        for tenant in ("demo", "club"):
            print(tenant, assistant.page(tenant), flush=True)
        threading.Event().wait()
