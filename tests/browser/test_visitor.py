"""Who the visitor is, and what a tenant's file makes of the widget: the form, the token, the corner, the colours, a thumb."""

import time
from typing import Any

import jwt
import pytest
from playwright.sync_api import expect

from tests.rasa.connectors.server import CLUB_SECRET

pytestmark = pytest.mark.browser


def signed(subject: str = "member-7", seconds: float = 600) -> str:
    claims = {"sub": subject, "aud": "club", "exp": time.time() + seconds}
    return jwt.encode(claims, CLUB_SECRET, algorithm="HS256")


def call(widget: Any, method: str, *values: Any) -> None:
    widget.page.evaluate(
        "([name, values]) => document.querySelector('sahayak-chat')[name](...values)", [method, list(values)]
    )


def test_the_form_comes_first_and_fills_what_the_bot_would_ask(visit_small, small):
    widget = visit_small(small.page("club")).open()
    form = widget.panel.locator(".before")
    person = form.locator("input[name=person]")
    expect(person).to_be_focused()
    expect(widget.input).to_have_count(0)
    assert widget.violations() == []
    form.locator(".start").click()
    expect(form).to_be_visible()  # the name is needed
    person.fill("Asha Rao")
    form.locator("input[name=phone]").fill("98765 43210")
    form.locator(".start").click()
    expect(widget.input).to_be_focused()
    widget.ask("hello")
    session = widget.page.evaluate("localStorage.getItem('sahayak:club:session')")
    slots = small.rasa.slots(f"club.web.{session.partition('.')[0]}")
    assert (slots["person"], slots["phone"]) == ("Asha Rao", "+919876543210")
    widget.page.reload()
    expect(widget.questions).to_have_count(1)
    expect(form).to_have_count(0)


def test_the_tenants_file_sets_corner_and_theme_and_the_page_may_differ(visit_small, small):
    widget = visit_small(small.page("club")).open()
    widget.page.wait_for_timeout(400)
    box = widget.panel.bounding_box()
    assert box is not None
    assert box["x"] < 100
    element = widget.page.locator("sahayak-chat")
    expect(element).to_have_attribute("data-theme", "dark")
    other = visit_small(small.page("club", side="end", theme="light"))
    expect(other.launcher).to_be_visible()
    expect(other.page.locator("sahayak-chat")).to_have_attribute("data-theme", "light")
    expect(other.page.locator("sahayak-chat")).to_have_attribute("data-side", "end")


def test_a_named_customer_finds_his_conversation_on_another_device(visit_small, small):
    page = small.page("club", identity=signed("asha"))
    first = visit_small(page).open()
    first.ask("hello")
    other = visit_small(page).open()
    expect(other.questions).to_contain_text(["hello"], timeout=10_000)


def test_after_signing_out_nothing_of_the_customer_is_left(visit_small, small):
    widget = visit_small(small.page("club")).open()
    call(widget, "identify", signed("ravi"))
    widget.ask("where is my order RS-22")
    call(widget, "identify", None)
    expect(widget.questions).to_have_count(0)
    expect(widget.panel.locator(".before")).to_be_visible()
    assert "RS-22" not in widget.page.evaluate("JSON.stringify(localStorage)")
    call(widget, "identify", signed("ravi"))
    expect(widget.questions).to_have_count(1, timeout=10_000)  # the server remembers him


def test_an_expired_token_opens_nothing_and_the_page_may_bring_a_new_one(visit_small, small):
    widget = visit_small(small.page("club", identity=signed(seconds=-600)))
    widget.page.evaluate("addEventListener('sahayak:identity-expired', () => { window.expired = true })")
    widget.open()
    expect(widget.banner).to_contain_text("Your sign-in has run out")
    expect(widget.input).to_be_disabled()
    assert widget.page.evaluate("window.expired") is True
    assert widget.violations() == []
    call(widget, "identify", signed())
    expect(widget.banner).to_have_count(0)
    widget.ask("hello")


def test_a_forged_token_opens_nothing(visit_small, small):
    forged = jwt.encode({"sub": "asha", "aud": "club", "exp": time.time() + 600}, "x" * 40, algorithm="HS256")
    widget = visit_small(small.page("club", identity=forged)).open()
    expect(widget.banner).to_contain_text("isn't available")
    expect(widget.input).to_be_disabled()


def test_a_thumb_down_says_why_and_is_remembered(visit_small, small):
    widget = visit_small(small.page("demo")).open()
    answer = widget.ask("where is my order RS-22")
    down = answer.locator(".thumb").nth(1)
    down.click()
    answer.locator(".why .chip", has_text="Something is missing").click()
    assert widget.violations() == []
    answer.locator(".why input").fill("no date")
    answer.locator(".why [type=submit]").click()
    expect(answer.locator(".thanks")).to_have_text("Thank you!")
    for _ in range(50):
        if small.actions.ratings and small.actions.ratings[-1]["rating"]["comment"]:
            break
        widget.page.wait_for_timeout(100)
    assert small.actions.ratings[-1]["rating"] == {
        "answer_id": "a1", "helpful": False, "reason": "incomplete", "comment": "no date",
    }  # fmt: skip
    widget.page.reload()
    expect(down).to_have_attribute("aria-pressed", "true")


def test_the_page_hears_what_happens(visit_small, small):
    widget = visit_small(small.page("demo"))
    widget.page.evaluate(
        """() => { window.told = [];
                   for (const name of ["open", "close", "message", "unread", "rated"])
                     addEventListener(`sahayak:${name}`, (event) => window.told.push([name, event.detail])) }"""
    )
    widget.open()
    widget.ask("where is my order RS-22").locator(".thumb").first.click()
    widget.page.keyboard.press("Escape")
    told = dict(map(tuple, widget.page.evaluate("window.told")))
    assert set(told) == {"open", "message", "rated", "close"}
    assert told["rated"]["helpful"] is True
    assert told["message"]["text"] == "Order RS-22."
