"""The main job, in a browser: a question in each language is answered with its sources."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

QUESTIONS = {
    "en": ("how do I reset my password", "Write your question…"),
    "hi": ("पासवर्ड कैसे बदलें", "अपना सवाल लिखिए…"),
    "hinglish": ("password kaise reset karu", "Apna sawaal likhiye…"),
}


@pytest.mark.parametrize("language", QUESTIONS)
def test_question_is_answered_with_sources_and_the_widget_speaks_its_language(visit, language):
    question, placeholder = QUESTIONS[language]
    widget = visit().open()
    answer = widget.ask(question)
    expect(answer.locator(".sources details").first).to_be_visible()
    expect(widget.input).to_have_attribute("placeholder", placeholder)
    expect(widget.questions).to_have_text(re.compile(re.escape(question)))


def test_citation_opens_the_passage_it_rests_on(visit):
    answer = visit().open().ask("how do I reset my password")
    citation = answer.locator("a.citation").first
    citation.click()
    source = answer.locator(f"details[data-source='{citation.inner_text()}']")
    expect(source.locator("blockquote")).to_be_visible()
    expect(source.locator("blockquote")).not_to_be_empty()


def test_question_of_the_page_goes_to_the_widget(visit):
    widget = visit()
    widget.page.locator("[data-ask]").first.click()
    expect(widget.answers.first).to_be_visible(timeout=30_000)
    assert widget.questions.count() == 1


def test_example_is_asked_by_a_click(visit):
    widget = visit().open()
    chip = widget.panel.locator(".examples .chip").first
    expect(chip).to_be_visible()
    text = chip.inner_text()
    chip.click()
    expect(widget.questions.first).to_contain_text(text)
    expect(widget.answers.first).to_be_visible(timeout=30_000)


def test_markup_that_a_visitor_types_stays_text(visit):
    widget = visit().open()
    widget.ask("<img src=x onerror=alert(1)><script>alert(1)</script>")
    expect(widget.questions.first).to_contain_text("<img src=x onerror=alert(1)>")


def test_text_over_the_limit_is_counted_and_not_cut(visit):
    widget = visit().open()
    widget.input.fill("प" * 4_001)
    expect(widget.panel.locator(".count")).to_contain_text("4001")
    expect(widget.panel.locator(".send")).to_be_disabled()
    widget.input.press("Enter")
    assert widget.questions.count() == 0
    assert len(widget.input.input_value()) == 4_001
