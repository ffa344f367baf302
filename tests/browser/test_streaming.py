"""Answers in the making, in front of the small assistant: pieces appear, one announcement follows, a click stops them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.widget import Widget
from tests.rasa.connectors.slow_actions import SlowActions

pytestmark = pytest.mark.browser

PIECES = [
    "Open **Settings**, ",
    "then [Users](https://docs.example/users). ",
    "Choose the user, ",
    "then press *Reset*.",
]
QUESTION = "think slowly about it"


@pytest.fixture
def writer(small) -> Iterator[SlowActions]:
    small.actions.pieces, small.actions.seconds = PIECES, 0.8
    yield small.actions
    small.actions.pieces, small.actions.seconds = [], 0.0


def test_pieces_are_read_as_they_come_and_heard_once_at_the_end(visit_small, small, writer):
    widget = visit_small(small.page("demo")).open()
    widget.page.evaluate(
        """() => { window.heard = [];
                   const region = document.querySelector("sahayak-chat").shadowRoot.querySelector("[aria-live=polite].unseen");
                   new MutationObserver(() => window.heard.push(region.textContent))
                     .observe(region, { childList: true, characterData: true, subtree: true }) }"""
    )
    widget.say(QUESTION)
    coming = widget.panel.locator(".bubble.coming")
    expect(coming).to_have_text("Open Settings,", timeout=20_000)
    assert widget.page.evaluate("window.heard") == []
    assert widget.violations() == []
    expect(widget.answers.first).to_contain_text("then press Reset.", timeout=20_000)
    expect(coming).to_have_count(0)
    widget.page.wait_for_timeout(300)
    assert widget.page.evaluate("window.heard") == ["Open Settings, then Users. Choose the user, then press Reset."]


def test_a_click_stops_the_answer_where_it_is(visit_small, small, writer):
    widget = visit_small(small.page("demo")).open()
    widget.say(QUESTION)
    stop = widget.panel.locator(".send.stop")
    expect(widget.panel.locator(".bubble.coming")).to_be_visible(timeout=20_000)
    stop.click()
    expect(widget.panel.locator(".bubble.coming")).to_have_count(0)
    expect(widget.answers.first).to_contain_text("Stopped", timeout=20_000)
    expect(widget.answers.first).not_to_contain_text("then press Reset.")
    expect(stop).to_have_count(0)
    expect(widget.input).to_be_focused()
    widget.ask("hello")
    expect(widget.answers.last).to_contain_text("What can I do?")


def test_keyboard_stops_it_too(visit_small, small, writer):
    widget = visit_small(small.page("demo")).open()
    widget.say(QUESTION)
    expect(widget.panel.locator(".bubble.coming")).to_be_visible(timeout=20_000)
    widget.page.keyboard.press("Tab")
    assert "stop" in widget.focused()
    widget.page.keyboard.press("Enter")
    expect(widget.answers.first).to_contain_text("Stopped", timeout=20_000)


def test_second_tab_sees_the_pieces(visit_small, small, writer):
    first = visit_small(small.page("demo")).open()
    first.ask("hello")
    page = first.page.context.new_page()
    page.goto(first.page.url)
    second = Widget(page)
    expect(second.questions).to_have_count(1)
    first.say(QUESTION)
    expect(second.panel.locator(".bubble.coming")).to_contain_text(re.compile("Open Settings"), timeout=20_000)
    expect(second.answers.last).to_contain_text("then press Reset.", timeout=20_000)
