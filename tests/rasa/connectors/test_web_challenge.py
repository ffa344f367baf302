"""Machines on the web: what looks like spam is challenged, and one address can't write for a whole town."""

import asyncio
from typing import Any

import httpx
import pytest
from multidict import MultiDict

from connectors.challenge import make_challenge
from connectors.guard import ChallengeNeeded, Challenges, Guard
from connectors.provider import Http
from connectors.settings import ChannelSettings
from connectors.suspicion import Suspicion
from connectors.web_address import address_of
from protocol.conversation import Conversation
from protocol.errors import Forbidden, SettingsError
from protocol.messages import InboundMessage
from tests.fakes.challenge_server import ChallengeServer
from tests.fakes.http_server import Reply
from tests.rasa.connectors.customer import Tab, ask, post
from tests.rasa.connectors.server import RasaServer

SPAM = "Win now https://a.example https://b.example https://c.example https://d.example"


def said(text: str, number: int = 1, sender: str = "asha", payload: str = "") -> InboundMessage:
    return InboundMessage(Conversation("demo", "web", sender), f"m{number}", text, payload=payload)


def test_spam_is_challenged_and_whoever_solves_it_goes_on(rasa: RasaServer, challenge: ChallengeServer) -> None:
    session = ask(rasa.url, "hello")["session"]
    refused = post(rasa.url, text=SPAM, session=session, message_id="m1")
    assert refused.status_code == 403
    error = refused.json()["error"]
    assert error["code"] == "challenge_needed"
    assert session not in error["challenge"]  # a session is a credential, an address is seen by many

    page = httpx.get(error["challenge"], timeout=30)
    assert page.status_code == 200
    assert 'class="cf-turnstile" data-sitekey="site-key"' in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    for wrong in ({}, {"cf-turnstile-response": "guessed"}):
        assert httpx.post(error["challenge"], data=wrong, timeout=30).status_code == 400
        assert post(rasa.url, text=SPAM, session=session).status_code == 403
    solved = {"cf-turnstile-response": "solved-1"}
    assert "Thank you" in httpx.post(error["challenge"], data=solved, timeout=30).text
    assert post(rasa.url, text=SPAM, session=session, message_id="m1").status_code == 200
    assert httpx.post(error["challenge"], data=solved, timeout=30).status_code == 403  # a ticket is good once

    other = post(rasa.url, text=SPAM).json()["error"]["challenge"]
    assert httpx.post(other, data=solved, timeout=30).status_code == 400  # and so is an answer
    challenge.refusals.append(Reply("Bad gateway", 502))
    assert httpx.post(other, data={"cf-turnstile-response": "solved-2"}, timeout=30).status_code == 400
    assert httpx.get(f"{rasa.url}/webhooks/web/challenge?ticket=mine", timeout=30).status_code == 403


async def test_a_socket_hears_of_the_challenge_and_of_its_end(rasa: RasaServer, challenge: ChallengeServer) -> None:
    tab = await Tab().open(rasa.url)
    await tab.say(SPAM, message_id="m1")
    refused = await tab.wait_for("user_refused")
    assert (refused["message_id"], refused["error"]["code"]) == ("m1", "challenge_needed")
    async with httpx.AsyncClient(timeout=30) as browser:
        await browser.post(refused["error"]["challenge"], data={"cf-turnstile-response": "solved-socket"})
    await tab.wait_for("challenge_passed")
    await tab.say(SPAM, message_id="m1")
    assert (await tab.wait_for("bot_uttered"))["metadata"]["message_id"] == "m1"
    await tab.close()


def test_many_sessions_of_one_address_share_its_rate(rasa: RasaServer) -> None:
    def status(forwarded: str) -> int:
        return post(rasa.url, {"X-Forwarded-For": forwarded}, key="crowd", text="hello").status_code

    assert [status("203.0.112.9") for _ in range(4)] == [200, 200, 200, 429]
    assert status("8.8.4.4, 203.0.112.9") == 429  # what a visitor claims stands before what the proxy saw
    assert status("203.0.112.10") == 200


def test_repeated_texts_links_and_campaigns_are_suspicious() -> None:
    now = [0.0]
    suspicion = Suspicion(lambda: now[0])
    same = [
        "Hello, friend",
        "hello friend!",
        "HELLO  friend",
        "Ｈello friend",
        "hello-friend",
        "hello friend",
        "hello friend.",
    ]
    assert [bool(suspicion.of(said(text, number))) for number, text in enumerate(same)] == [False] * 6 + [True]
    now[0] = 601.0
    assert not suspicion.of(said("hello friend", 9))
    assert suspicion.of(said(SPAM))
    offers = [suspicion.of(said("Cheap pills: https://pills.example", 1, f"guest{number}")) for number in range(6)]
    assert [bool(reason) for reason in offers] == [False] * 5 + [True]


@pytest.mark.parametrize("text", ["/ask_order", "", "👍", "ठीक है"])
def test_what_customers_do_is_not(text: str) -> None:
    suspicion = Suspicion(lambda: 0.0)
    times = 6 if text == "ठीक है" else 20
    assert not any(suspicion.of(said(text, number)) for number in range(times))
    assert not any(suspicion.of(said("Yes", number, payload="/affirm")) for number in range(20))
    assert not any(suspicion.of(said("the same retry", 1)) for _ in range(20))


def test_trust_ends_after_a_day_and_a_ticket_after_a_quarter_of_an_hour() -> None:
    now = [0.0]
    challenges = Challenges("https://chat.example/challenge", lambda: now[0])
    ticket = challenges.url("demo.web.asha").partition("=")[2]
    late = challenges.url("demo.web.asha").partition("=")[2]
    assert challenges.passed(ticket) == "demo.web.asha"
    now[0] = 901.0
    with pytest.raises(Forbidden, match="over"):
        challenges.passed(late)
    assert challenges.is_trusted("demo.web.asha")
    assert not challenges.is_trusted("demo.web.ravi")
    now[0] = 24 * 3600.0 + 1
    assert not challenges.is_trusted("demo.web.asha")


def test_a_channel_without_pages_slows_down_instead() -> None:
    guard = Guard()
    rates = [guard.judge(said(SPAM, number), 100) for number in range(2)]
    assert [(rate.allowed, rate.newly) for rate in rates] == [(False, True), (False, False)]
    with pytest.raises(ChallengeNeeded):
        Guard(Challenges("https://chat.example/challenge")).judge(said(SPAM), 100)


@pytest.mark.parametrize(
    ("forwarded", "proxies", "found"),
    [
        (["8.8.8.8"], 0, ""), (["8.8.8.8"], 1, "8.8.8.8"), (["1.1.1.1, 8.8.8.8"], 1, "8.8.8.8"),
        (["1.1.1.1", "8.8.8.8"], 2, "1.1.1.1"), (["10.0.0.1"], 1, ""), (["nonsense"], 1, ""), ([], 1, ""),
    ],
)  # fmt: skip
def test_an_address_is_what_our_own_proxy_saw(forwarded: list[str], proxies: int, found: str) -> None:
    class Request:
        headers: Any = MultiDict([("x-forwarded-for", value) for value in forwarded])
        ip = "127.0.0.1"

    assert address_of(Request(), proxies) == found  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"CHALLENGE": "riddle"}, "turnstile or hcaptcha"), ({"CHALLENGE": "hcaptcha"}, "CHALLENGE_SITE_KEY"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
    ],
)  # fmt: skip
def test_a_half_made_setting_is_named(variables: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=named):
        make_challenge(ChannelSettings.read({}), Http())


def test_hcaptcha_is_asked_in_its_own_words(monkeypatch: pytest.MonkeyPatch, challenge: ChallengeServer) -> None:
    for variable, value in {
        "CHALLENGE": "hcaptcha", "CHALLENGE_SITE_KEY": "k", "CHALLENGE_SECRET": "challenge-secret",
        "CHALLENGE_VERIFY_URL": challenge.url,
    }.items():  # fmt: skip
        monkeypatch.setenv(variable, value)

    async def check() -> None:
        http = Http()
        made = make_challenge(ChannelSettings.read({}), http)
        assert made is not None
        assert (made.puzzle.element, made.puzzle.field) == ("h-captcha", "h-captcha-response")
        await made.check("solved-h", "8.8.8.8")
        await http.close()

    asyncio.run(check())
    assert challenge.calls[-1].form()["remoteip"] == "8.8.8.8"
