"""WCAG 2.2 AA: axe finds nothing, the keyboard reaches everything, a listener hears each answer once."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark"}, {"locale": "hi-IN"}, PHONE, {**PHONE, "color_scheme": "dark"}],
    ids=["light", "dark", "hindi", "phone", "phone-dark"],
)
def test_axe_finds_nothing(visit, options):
    widget = visit(**options)
    expect(widget.launcher).to_be_visible()
    assert widget.violations() == []
    widget.open()
    widget.page.wait_for_timeout(400)  # the panel fades in, and axe would measure colours half-way
    assert widget.violations() == []
    answer = widget.ask("how do I reset my password")
    answer.locator("summary").first.click()
    widget.ask("what do the editions cost?")
    widget.page.wait_for_timeout(400)
    assert widget.violations() == []


def test_everything_works_by_keyboard(visit):
    widget = visit()
    expect(widget.launcher).to_be_visible()
    widget.launcher.focus()
    widget.page.keyboard.press("Enter")
    expect(widget.panel).to_be_visible()
    expect(widget.input).to_be_focused()
    widget.page.keyboard.type("how do I reset my password")
    widget.page.keyboard.press("Shift+Enter")
    widget.page.keyboard.type("on the phone")
    widget.page.keyboard.press("Enter")
    answer = widget.answers.first
    expect(answer).to_be_visible(timeout=30_000)
    for _ in range(30):
        widget.page.keyboard.press("Shift+Tab")
        if widget.focused() == "citation":
            break
    widget.page.keyboard.press("Enter")
    expect(answer.locator("details[open] blockquote")).to_be_visible()
    widget.page.keyboard.press("Escape")
    expect(widget.panel).to_be_hidden()
    assert widget.focused() == "launcher"


def test_listener_hears_a_finished_answer_once(visit):
    widget = visit().open()
    widget.page.evaluate(
        """() => { window.heard = [];
                   const region = document.querySelector("sahayak-chat").shadowRoot.querySelector("[aria-live=polite].unseen");
                   new MutationObserver(() => window.heard.push(region.textContent))
                     .observe(region, { childList: true, characterData: true, subtree: true }) }"""
    )
    answer = widget.ask("how do I reset my password")
    widget.page.wait_for_timeout(500)
    heard = widget.page.evaluate("window.heard")
    assert len(heard) == widget.answers.count()
    assert len(set(heard)) == len(heard)
    assert "**" not in heard[0]
    assert heard[0].split()[0] in answer.inner_text()
    expect(widget.panel.locator("[role=log]")).to_have_attribute("aria-live", "off")


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_every_target_has_44_pixels(visit, options):
    widget = visit(**options).open()
    widget.ask("how do I reset my password")
    sizes = widget.page.evaluate(
        """() => [...document.querySelector("sahayak-chat").shadowRoot
                  .querySelectorAll("button, select, textarea, summary")]
                  .filter((e) => e.offsetParent !== null)
                  .map((e) => [e.className || e.tagName, e.getBoundingClientRect().width, e.getBoundingClientRect().height])"""
    )
    assert len(sizes) >= 5
    assert [size for size in sizes if size[1] < 44 or size[2] < 44] == []


def test_panel_fills_a_phone(visit):
    widget = visit(**PHONE).open()
    widget.page.wait_for_timeout(400)
    assert widget.panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    expect(widget.launcher).to_be_hidden()
    expect(widget.panel).to_have_attribute("aria-modal", "true")


def test_nothing_moves_for_visitors_who_ask_for_that(visit):
    widget = visit(reduced_motion="reduce").open()
    assert widget.panel.evaluate("e => getComputedStyle(e).animationName") == "none"
    assert widget.launcher.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"


def test_right_to_left_page_gets_the_widget_on_its_left(visit):
    widget = visit()
    expect(widget.launcher).to_be_visible()
    widget.page.evaluate("document.documentElement.dir = 'rtl'")
    widget.open()
    widget.page.wait_for_timeout(400)
    box = widget.panel.bounding_box()
    assert box is not None
    assert box["x"] < 100
