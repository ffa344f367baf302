"""The conversation after a reload, and after a restart of the server."""

from pathlib import Path

import httpx
import pytest

from tests.rasa.connectors.customer import Tab, ask, texts
from tests.rasa.connectors.server import RasaServer
from tests.rasa.connectors.slow_actions import SlowActions


def history(url: str, session: str, key: str = "demo", headers: dict[str, str] | None = None) -> httpx.Response:
    query = {"key": key, "session": session}
    return httpx.get(f"{url}/webhooks/web/history", params=query, headers=headers, timeout=30)


async def test_history_and_live_messages_have_the_same_ids(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url)
    for message_id, text in (("h1", "hello"), ("h2", ""), ("h3", "/restart")):
        await tab.say(text, message_id=message_id)
    await tab.wait_for("bot_uttered", 3)
    messages = history(rasa.url, tab.session).json()["messages"]
    live = {uttered["metadata"]["id"]: uttered["text"] for uttered in tab.payloads("bot_uttered")}
    assert {message["id"]: message["text"] for message in messages if message["from"] == "bot"} == live
    assert [message["id"] for message in messages] == ["h1", "h1:1", "h2:1", "h3", "h3:1"]
    assert [message["at"] for message in messages] == sorted(message["at"] for message in messages)
    await tab.close()


def test_what_was_typed_is_shown_as_typed_and_buttons_by_their_titles(rasa: RasaServer) -> None:
    session = ask(rasa.url, "hello")["session"]
    ask(rasa.url, "/talk_to_human", session)
    ask(rasa.url, "/restart", session)
    messages = history(rasa.url, session).json()["messages"]
    assert [message["text"] for message in messages if message["from"] == "user"] == [
        "hello",
        "Talk to a person",
        "/restart",
    ]
    assert messages[1]["quick_replies"][0]["payload"] == "/talk_to_human"


async def test_history_comes_over_the_socket_too(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url)
    await tab.say("hello", message_id="s")
    await tab.wait_for("bot_uttered")
    await tab.wait_for("bot_typing", 2)
    answer = await tab.client.call("session_history", {"session_id": tab.session})
    assert [message["id"] for message in answer["messages"]] == ["s", "s:1"]
    assert await tab.wait_for("session_history") == answer
    await tab.close()


@pytest.mark.parametrize("session", ["", "0" * 65, "0" * 32 + "." + "0" * 32])
def test_nobody_reads_a_conversation_without_its_session(rasa: RasaServer, session: str) -> None:
    assert history(rasa.url, session).status_code == 403


def test_neither_another_tenant_nor_a_foreign_site_reads_it(rasa: RasaServer) -> None:
    session = ask(rasa.url, "hello", key="shop")["session"]
    assert history(rasa.url, session, key="demo").status_code == 403
    assert history(rasa.url, session, key="shop", headers={"origin": "https://evil.example"}).status_code == 403
    assert history(rasa.url, session, key="shop", headers={"origin": "https://shop.example"}).status_code == 200


def test_sessions_history_and_buttons_outlive_a_restart(tmp_path: Path, model: Path, actions: SlowActions) -> None:
    server = RasaServer(tmp_path, model, actions.url)
    server.start()
    session = ask(server.url, "hello")["session"]
    server.stop()
    server.start()
    try:
        assert len(history(server.url, session).json()["messages"]) == 2
        assert texts(ask(server.url, '/order_status{"order_number": "RS-7"}', session)) == ["Order RS-7."]
    finally:
        server.stop()
