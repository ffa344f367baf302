"""The widget as a visitor's hands and eyes meet it."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

ANSWER_MS = 30_000


class Widget:
    """One page with the widget on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator("sahayak-chat .launcher")
        self.panel = page.locator("sahayak-chat .panel")
        self.input = self.panel.locator("textarea")
        self.answers = self.panel.locator(".turn.bot.finished")
        self.questions = self.panel.locator(".turn.user")
        self.banner = self.panel.locator(".banner")

    def open(self) -> "Widget":
        self.launcher.click()
        expect(self.panel).to_be_visible()
        return self

    def say(self, text: str) -> None:
        """Type and send, without waiting."""
        self.input.fill(text)
        self.input.press("Enter")

    def ask(self, text: str) -> Locator:
        """Type, send, and wait for what is answered."""
        before = self.answers.count()
        self.say(text)
        answer = self.answers.nth(before)
        expect(answer).to_be_visible(timeout=ANSWER_MS)
        return answer

    def focused(self) -> str:
        """Class or tag of what has the focus inside the widget."""
        return str(
            self.page.evaluate(
                """() => { const e = document.querySelector("sahayak-chat").shadowRoot.activeElement;
                           return e ? e.className || e.tagName.toLowerCase() : "" }"""
            )
        )

    def violations(self) -> list[str]:
        """What axe finds wrong on the whole page, shadow roots included."""
        found: list[dict[str, Any]] = Axe().run(self.page).response["violations"]
        return [f"{entry['id']}: {entry['nodes'][0]['target']}" for entry in found]
