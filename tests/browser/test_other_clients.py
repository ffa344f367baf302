"""Clients of Rasa's socket protocol that aren't ours: socket.io 3 and 4, and rasa-webchat in a real browser."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.host_page import RASA_WEBCHAT

pytestmark = pytest.mark.browser

CLIENTS = Path(__file__).parent / "clients"
START = """
window.WebChat.default({
  selector: "#webchat", title: "Another client", socketUrl: %s, socketPath: "/webhooks/web/socket.io/",
  customData: { language: "en" }, initPayload: null, embedded: true, showMessageDate: false,
  params: { storage: "local" }, protocolOptions: {},
}, null);
"""


@pytest.fixture(scope="session")
def packages() -> Path:
    """Installed from the lock file; the versions that were checked."""
    if not shutil.which("npm"):
        pytest.skip("Node.js with npm is missing: apt-get install nodejs npm")
    modules = CLIENTS / "node_modules"
    if not modules.exists():
        command = ["npm", "ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=CLIENTS, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return modules


@pytest.mark.parametrize("client", ["socket.io-client-3", "socket.io-client-4"])
def test_socket_io_clients_are_served(small, packages, client):
    assert packages.exists()
    spoken = _speak(client, small.rasa.url, "demo")
    answer = json.loads(spoken.stdout)
    assert (spoken.returncode, answer["uttered"]["text"]) == (0, "Hello!\n\nWhat can I do?")
    assert answer["uttered"]["quick_replies"][0]["title"] == "Talk to a person"
    refused = _speak(client, small.rasa.url, "nobody")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["refused"].startswith("No tenant has this key.")


def test_rasa_webchat_shows_texts_buttons_and_pictures_and_survives_a_reload(chromium, small, packages):
    small.host.serve("/client.js", "text/javascript", (packages / "rasa-webchat" / "lib" / "index.js").read_bytes())
    socket = f"{small.rasa.url}?key=demo"
    small.host.serve("/start.js", "text/javascript", (START % json.dumps(socket)).encode())
    small.host.serve("/other", "text/html; charset=utf-8", RASA_WEBCHAT.encode())
    context = chromium.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{small.host.origin}/other")
    field = page.locator(".rw-new-message")
    field.fill("hello")
    field.press("Enter")
    replies = page.locator(".rw-response")
    expect(replies.first).to_contain_text("What can I do?", timeout=30_000)
    page.locator(".rw-reply", has_text="Order RS-7").click()
    expect(replies.last).to_contain_text("Order RS-7.", timeout=30_000)
    field.fill("show me a picture")
    field.press("Enter")
    expect(page.locator("img.rw-image-frame")).to_have_attribute("src", "https://docs.example/a.png", timeout=30_000)
    page.reload()
    expect(replies.first).to_contain_text("What can I do?", timeout=30_000)
    field.fill("where is my order RS-22")
    field.press("Enter")
    expect(replies.last).to_contain_text("Order RS-22.", timeout=30_000)
    assert errors == []
    context.close()


def _speak(client: str, server: str, key: str) -> "subprocess.CompletedProcess[str]":
    command = ["node", "speak.cjs", client, server, key, "hello"]
    return subprocess.run(command, cwd=CLIENTS, capture_output=True, text=True, timeout=60)
