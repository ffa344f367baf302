"""What must not be lost: the conversation, the draft, a message sent into a dead network."""

import pytest
from playwright.sync_api import expect

from tests.browser.widget import Widget

pytestmark = pytest.mark.browser


def test_conversation_and_open_panel_survive_a_reload(visit):
    widget = visit().open()
    widget.ask("how do I reset my password")
    turns = widget.panel.locator(".turn").all_inner_texts()
    widget.page.reload()
    expect(widget.panel).to_be_visible()
    expect(widget.panel.locator(".turn")).to_have_count(len(turns))
    widget.page.wait_for_timeout(1_500)  # the server's history takes the place of the browser's copy meanwhile
    assert widget.panel.locator(".turn").all_inner_texts() == turns


def test_second_tab_shows_the_same_conversation(visit):
    first = visit().open()
    first.ask("how do I reset my password")
    page = first.page.context.new_page()
    page.goto(first.page.url)
    second = Widget(page)
    expect(second.panel).to_be_visible()
    expect(second.questions).to_have_count(1)
    second.ask("password kaise reset karu")
    expect(first.questions).to_have_count(2)
    expect(first.answers).to_have_count(second.answers.count())


def test_draft_is_kept(visit):
    widget = visit().open()
    widget.input.fill("half a question")
    widget.page.reload()
    expect(widget.panel).to_be_visible()
    expect(widget.input).to_have_value("half a question")


def test_message_written_offline_says_so_and_goes_out_when_the_network_is_back(visit):
    widget = visit().open()
    widget.ask("how do I reset my password")
    before = widget.answers.count()
    widget.page.context.set_offline(True)
    expect(widget.banner).to_be_visible(timeout=10_000)
    widget.say("password kaise reset karu")
    expect(widget.panel.locator(".turn.user.failed .retry")).to_be_visible(timeout=15_000)
    widget.page.context.set_offline(False)
    expect(widget.banner).to_be_hidden(timeout=20_000)
    expect(widget.answers).not_to_have_count(before, timeout=30_000)
    expect(widget.panel.locator(".turn.user.failed")).to_have_count(0)
    assert widget.questions.count() == 2


def test_reply_to_a_shut_panel_is_counted_on_the_launcher(visit_small, small):
    small.actions.seconds = 2.0  # the panel is shut before the reply comes
    try:
        widget = visit_small(small.page("demo")).open()
        widget.say("think slowly about it")
        widget.input.press("Escape")
        expect(widget.page.locator("sahayak-chat .badge")).to_have_text("1", timeout=30_000)
    finally:
        small.actions.seconds = 0.0
    badge = widget.page.locator("sahayak-chat .badge")
    expect(badge).to_have_text("1", timeout=30_000)
    expect(widget.launcher).to_have_attribute("aria-label", "Open chat, 1 unread")
    widget.open()
    expect(badge).to_be_hidden()
    expect(widget.answers.first).to_be_visible()


def test_chosen_language_is_kept_against_the_language_of_answers(visit):
    widget = visit().open()
    widget.panel.locator("select").select_option("hi")
    widget.ask("how do I reset my password")
    expect(widget.input).to_have_attribute("placeholder", "अपना सवाल लिखिए…")
    widget.page.reload()
    expect(widget.input).to_have_attribute("placeholder", "अपना सवाल लिखिए…")
