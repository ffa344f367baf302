"""A real Chromium in front of a running assistant: the one TEST_CONSOLE_URL names, or the one the live tests started."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.small import SmallAssistant, small_assistant
from tests.browser.widget import Widget
from tests.rasa.connectors.server import PYTHON

CHROMIUM = os.environ.get("TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
IGNORED = (
    "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED",  # what a test that cuts the network asks for
    "status of 415",  # what a test that sends a wrong file asks for
)  # fmt: skip


@pytest.fixture(scope="session")
def console_url(request: pytest.FixtureRequest) -> str:
    """Where the demo page is."""
    if url := os.environ.get("TEST_CONSOLE_URL"):
        return url.rstrip("/")
    try:
        return str(request.getfixturevalue("stack").console)
    except pytest.FixtureLookupError:
        pytest.skip("TEST_CONSOLE_URL is not set: no running assistant for the browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each gets a context of its own."""
    if not CHROMIUM:
        pytest.skip("no Chromium: apt-get install chromium, or name one in TEST_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, console_url: str) -> Iterator[Callable[..., Widget]]:
    """Open the demo page as a new visitor; afterwards the browser must have had nothing to complain of."""
    with _visiting(chromium) as open_page:
        yield lambda **options: open_page(console_url, **options)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallAssistant]:
    """The small assistant with its three tenants and its answers in pieces."""
    if not PYTHON.exists():
        pytest.skip("no environment of the Rasa half: bin/setup makes it")
    with small_assistant(tmp_path_factory.mktemp("small")) as assistant:
        yield assistant


@pytest.fixture
def visit_small(chromium: Browser) -> Iterator[Callable[..., Widget]]:
    """Open another company's page as a new visitor; the same complaints count."""
    with _visiting(chromium) as open_page:
        yield open_page


@contextmanager
def _visiting(chromium: Browser) -> Iterator[Callable[..., Widget]]:
    complaints: list[str] = []
    contexts = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
        page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)

    def open_page(url: str, **options: Any) -> Widget:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 860}, "locale": "en-IN", **options})
        contexts.append(context)
        context.on("page", watch)
        page = context.new_page()
        page.goto(url)
        return Widget(page)

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in complaints if not any(ignored in text for ignored in IGNORED)] == []
