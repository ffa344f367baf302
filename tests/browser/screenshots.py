"""Takes the pictures of docs/images/ from a running assistant: `python -m tests.browser.screenshots [CONSOLE_URL [FOLDER [NAME...]]]`.

An answer in the making is too short-lived there to be caught; that picture comes from the small assistant, which writes slowly.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright

from runtime.settings import PROJECT
from tests.browser.conftest import CHROMIUM
from tests.browser.small import small_assistant
from tests.browser.test_files import choose
from tests.browser.widget import Widget

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}, "locale": "en-IN"}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "locale": "en-IN", "has_touch": True, "is_mobile": True,
}  # fmt: skip
BESIDE: Any = {"x": 640, "y": 64, "width": 640, "height": 796}  # the widget and a little of the page
ERROR_DIALOG = """<body style="margin:0;width:560px;font:16px/1.5 'Segoe UI',sans-serif;background:#e8ecf1;padding:28px">
<div style="background:#fff;border:1px solid #9aa7b4;box-shadow:0 8px 24px #0003"><div style="background:#1d4e79;color:#fff;padding:8px 14px">
ReckonSales</div><div style="padding:22px"><b style="font-size:19px">Error LIC-403</b><p>This licence is active on another computer.</p>
<p style="text-align:right;margin:0"><button style="font:inherit;padding:5px 26px">OK</button></p></div></div></body>"""
PIECES = [
    "When bills print **slowly** on a counter PC, it is nearly always the print queue or the driver:\n\n",
    "1. Open *Setup → Printers* and press **Clear queue**.\n", "2. Choose the driver with your printer's own name, not *Generic / Text only*.\n",
    "3. Print a test bill. ", "If the first line takes longer than", " two seconds,", " switch **Print logo** off and try again.",
]  # fmt: skip


def main(url: str = "http://localhost:8000", folder: str = "docs/images", *wanted: str) -> None:
    """One picture per surface worth showing; `wanted` names a few of them."""
    images = Path(folder)
    images.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        def take(name: str, show: Callable[[Widget], object], where: str = url, **options: Any) -> None:
            if wanted and name not in wanted:
                return
            context = browser.new_context(**{**DESKTOP, **options})
            page = context.new_page()
            page.goto(where)
            widget = Widget(page)
            expect(widget.launcher).to_be_visible()
            show(widget)
            page.mouse.move(0, 0)
            page.wait_for_timeout(600)
            whole = name == "demo-page" or "is_mobile" in options
            page.screenshot(path=images / f"{name}.png", clip=None if whole else BESIDE)
            context.close()
            print(name, flush=True)

        picture = _picture_of_an_error(browser)
        take("demo-page", lambda widget: None)
        take("widget-welcome", lambda widget: widget.open())
        take("widget-sources", _sources)
        take("widget-hindi", lambda widget: widget.open().ask("पासवर्ड कैसे बदलें"), locale="hi-IN")
        take(
            "widget-dark",
            lambda widget: widget.open().ask("how do I move my licence to a new computer?"),
            color_scheme="dark",
        )
        take("widget-phone", lambda widget: widget.open().ask("password kaise reset karu"), **PHONE)
        take("widget-upload", lambda widget: _upload(widget, picture))
        take("widget-feedback", _feedback)
        take("widget-offline", _offline)
        with tempfile.TemporaryDirectory() as temporary:
            demo = (PROJECT / "tenants" / "demo.yml").read_text("utf-8")
            with small_assistant(Path(temporary), {"demo": demo}) as small:
                small.actions.pieces, small.actions.seconds = PIECES, 1.0
                take("widget-streaming", _streaming, small.console)
                take("widget-challenge", _challenge, small.console)
                take("widget-form", lambda widget: widget.open(), small.page("club"), **PHONE)
        browser.close()


def _sources(widget: Widget) -> None:
    answer = widget.open().ask("how do I reset my password")
    citation = answer.locator("a.citation")
    (citation if citation.count() else answer.locator("summary")).first.click()


def _upload(widget: Widget, picture: bytes) -> None:
    widget.open()
    expect(widget.panel.locator(".banner")).to_have_count(0)
    choose(widget, {"name": "error on the counter PC.png", "mimeType": "image/png", "buffer": picture})
    expect(widget.panel.locator(".chosen progress")).to_have_count(0, timeout=20_000)
    widget.ask("It shows LIC-403, what now?")
    session = widget.page.context.new_cdp_session(widget.page)
    slow = {"offline": False, "latency": 20, "downloadThroughput": 1_000_000, "uploadThroughput": 250_000}
    session.send("Network.emulateNetworkConditions", slow)
    choose(widget, {"name": "licence.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + b"x" * 700_000})
    widget.page.wait_for_timeout(1_200)
    widget.panel.locator(".log").evaluate("log => { log.scrollTop = 0 }")


def _feedback(widget: Widget) -> None:
    answer = widget.open().ask("what do the editions cost?")
    answer.locator(".thumb").nth(1).click()
    answer.locator(".why .chip").nth(1).click()
    answer.locator(".why").scroll_into_view_if_needed()


def _offline(widget: Widget) -> None:
    widget.open().ask("how do I reset my password")
    widget.page.context.set_offline(True)
    widget.say("And on the phone?")
    expect(widget.panel.locator(".retry")).to_be_visible(timeout=20_000)


def _streaming(widget: Widget) -> None:
    widget.open().say("The bills print slowly, slowly. What can I do about it?")
    expect(widget.panel.locator(".bubble.coming")).to_contain_text("two seconds", timeout=60_000)


def _challenge(widget: Widget) -> None:
    widget.open().say("Cheap pills https://a.example https://b.example https://c.example https://d.example")
    expect(widget.banner.locator("a")).to_be_visible(timeout=20_000)


def _picture_of_an_error(browser: Browser) -> bytes:
    page = browser.new_page(viewport={"width": 616, "height": 300})
    page.set_content(ERROR_DIALOG)
    picture = page.screenshot()
    page.close()
    return picture


if __name__ == "__main__":
    main(*sys.argv[1:])
