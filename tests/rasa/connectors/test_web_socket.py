"""Rasa's socket protocol on a real Rasa, spoken by a real Socket.IO client."""

import asyncio
from collections.abc import Iterator

import pytest
from socketio.exceptions import ConnectionError as NotConnected

from tests.rasa.connectors.customer import Tab, ask
from tests.rasa.connectors.server import RasaServer
from tests.rasa.connectors.slow_actions import SlowActions


@pytest.fixture
def slowly(actions: SlowActions) -> Iterator[SlowActions]:
    actions.seconds = 0.6
    yield actions
    actions.seconds = 0.0


async def test_a_message_is_acknowledged_and_answered_with_quick_replies(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url)
    assert await tab.say("hello", message_id="m1") == {"message_id": "m1"}
    uttered = await tab.wait_for("bot_uttered")
    assert uttered["text"] == "Hello!\n\nWhat can I do?"
    assert uttered["quick_replies"][0] == {
        "content_type": "text",
        "title": "Talk to a person",
        "payload": "/talk_to_human",
    }
    assert uttered["metadata"]["id"] == "m1:1"
    assert uttered["metadata"]["message_id"] == "m1"
    await tab.wait_for("bot_typing", 2)
    assert [name for name, _ in tab.heard] == ["session_confirm", "bot_typing", "bot_uttered", "bot_typing"]
    assert [payload["typing"] for payload in tab.payloads("bot_typing")] == [True, False]
    await tab.close()


async def test_answers_carry_their_card_and_images_are_attachments(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url)
    await tab.say("where is my order RS-22")
    answer = (await tab.wait_for("bot_uttered"))["metadata"]["answer"]
    assert answer["sources"][0]["url"] == "https://docs.example/orders"
    await tab.say("show me a picture")
    uttered = await tab.wait_for("bot_uttered", 2)
    assert uttered["attachment"] == {"type": "image", "payload": {"src": "https://docs.example/a.png"}}
    await tab.close()


@pytest.mark.parametrize("key", ["nobody", None])
async def test_a_socket_without_a_tenant_is_refused(rasa: RasaServer, key: str | None) -> None:
    tab = Tab()
    with pytest.raises(NotConnected):
        await tab.connect(rasa.url, key=key)
    assert (await tab.wait_for("connect_error"))["message"].startswith("No tenant has this key.")


async def test_a_foreign_site_is_refused(rasa: RasaServer) -> None:
    with pytest.raises(NotConnected):  # demo allows any site, so the handshake passes and the tenant's own list decides
        await Tab().connect(rasa.url, key="shop", origin="https://evil.example")
    tab = await Tab().open(rasa.url, key="shop", origin="https://shop.example")
    await tab.close()


@pytest.mark.parametrize("stolen", ["of a stranger", "", "x.y", "0" * 32 + "." + "0" * 32, 7, {"a": 1}])
async def test_a_session_that_is_not_ours_becomes_a_new_one(rasa: RasaServer, stolen: object) -> None:
    tab = await Tab().open(rasa.url, session=stolen)
    assert tab.session != stolen
    assert len(tab.session) == 65
    await tab.close()


async def test_a_socket_may_speak_only_in_the_sessions_it_was_confirmed(rasa: RasaServer) -> None:
    victim = ask(rasa.url, "hello")["session"]
    tab = await Tab().open(rasa.url)
    answer = await tab.say("hello", session=victim)
    assert answer["error"]["code"] == "forbidden"
    assert (await tab.wait_for("user_refused"))["error"]["code"] == "forbidden"
    await tab.close()


@pytest.mark.parametrize("message", [None, 5, ["hello"], {"text": "hello"}])
async def test_messages_of_another_shape_are_refused(rasa: RasaServer, message: object) -> None:
    tab = await Tab().open(rasa.url)
    assert (await tab.say(message))["error"]["code"] == "bad_request"
    await tab.close()


async def test_other_clients_of_the_protocol_are_understood(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url)
    await tab.client.emit(
        "user_uttered", {"message": "hello", "session_id": tab.session, "customData": {"language": "en"}}
    )
    await tab.wait_for("bot_uttered")
    await tab.client.emit("user_uttered", {"message": "hello", "metadata": '{"message_id": "as-json"}'})
    assert (await tab.wait_for("bot_uttered", 2))["metadata"]["message_id"] == "as-json"
    await tab.close()


async def test_tabs_share_a_session(rasa: RasaServer) -> None:
    first = await Tab().open(rasa.url)
    second = await Tab().open(rasa.url, session=first.session)
    assert second.session == first.session
    await first.say("hello")
    assert await second.wait_for("bot_uttered") == await first.wait_for("bot_uttered")
    await first.close()
    await second.close()


async def test_a_stranger_hears_nothing_of_it(rasa: RasaServer) -> None:
    tab, stranger = await Tab().open(rasa.url), await Tab().open(rasa.url)
    await tab.say("hello")
    await tab.wait_for("bot_uttered")
    await asyncio.sleep(0.3)
    assert stranger.payloads("bot_uttered") == []
    await tab.close()
    await stranger.close()


async def test_messages_are_answered_in_their_order(rasa: RasaServer, slowly: SlowActions) -> None:
    tab = await Tab().open(rasa.url)
    for message_id, text in (("a", "think slowly about it"), ("b", "hello"), ("c", "show me a picture")):
        await tab.say(text, message_id=message_id)
    await tab.wait_for("bot_uttered", 3)
    assert [uttered["metadata"]["id"] for uttered in tab.payloads("bot_uttered")] == ["a:1", "b:1", "c:1"]
    await tab.close()


async def test_twenty_messages_at_once_are_all_answered_in_order(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url)
    names = [f"n{number}" for number in range(20)]
    await asyncio.gather(*(tab.say(f"where is my order RS-{name}", message_id=name) for name in names))
    await tab.wait_for("bot_uttered", 20)
    assert [uttered["metadata"]["message_id"] for uttered in tab.payloads("bot_uttered")] == names
    await tab.close()


async def test_a_retry_is_answered_once_and_its_reply_sent_again(rasa: RasaServer, slowly: SlowActions) -> None:
    tab = await Tab().open(rasa.url)
    before = len(slowly.calls)
    await tab.say("think slowly about it", message_id="r")
    await tab.say("think slowly about it", message_id="r")  # while the first is under way
    await tab.wait_for("bot_uttered", 2)
    first, again = tab.payloads("bot_uttered")
    assert first == again
    assert len(slowly.calls) == before + 1
    await tab.close()


async def test_replies_made_while_the_socket_was_away_are_delivered(rasa: RasaServer, slowly: SlowActions) -> None:
    tab = await Tab().open(rasa.url)
    await tab.say("think slowly about it", message_id="away")
    await tab.close()
    await asyncio.sleep(1.2)
    back = await Tab().open(rasa.url, session=tab.session)
    assert (await back.wait_for("bot_uttered"))["metadata"]["message_id"] == "away"
    again = await Tab().open(rasa.url, session=tab.session)
    await asyncio.sleep(0.3)
    assert again.payloads("bot_uttered") == []  # delivered once
    await back.close()
    await again.close()


async def test_a_client_that_counts_gets_exactly_what_it_missed(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url)
    for number in range(3):
        await tab.say("hello", message_id=f"s{number}")
    await tab.wait_for("bot_uttered", 3)
    seqs = [uttered["metadata"]["seq"] for uttered in tab.payloads("bot_uttered")]
    assert seqs == sorted(set(seqs))
    back = await Tab().open(rasa.url, session=tab.session, last_seq=seqs[0])
    await back.wait_for("bot_uttered", 2)
    assert [uttered["metadata"]["seq"] for uttered in back.payloads("bot_uttered")] == seqs[1:]
    await tab.close()
    await back.close()


async def test_a_burst_is_told_once_then_refused_with_a_notice(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url, key="shop")
    for _ in range(5):
        await tab.say("hello")
    refused = await tab.wait_for("user_refused")
    assert refused["error"]["code"] == "too_many_requests"
    await tab.wait_for("bot_uttered", 4)
    assert [uttered["text"] for uttered in tab.payloads("bot_uttered")][3] == "Slowly please."
    await tab.close()


async def test_a_hundred_thousand_characters_are_declined_not_dropped(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url)
    await tab.say("x" * 100_000)
    assert (await tab.wait_for("bot_uttered"))["text"] == "That is too long."
    await tab.close()


async def test_a_person_can_speak_through_the_bot(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url)
    await tab.say("hello")
    await tab.wait_for("bot_uttered")
    event = {"event": "bot", "text": "This is Asha. I have your ticket."}
    rasa.add_event(tab.session, event, output_channel="latest", execute_side_effects="true")
    assert (await tab.wait_for("bot_uttered", 2))["text"] == "This is Asha. I have your ticket."
    await tab.close()


async def test_while_a_person_has_taken_over_the_bot_is_silent(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url)
    await tab.say("hello")
    await tab.wait_for("bot_typing", 2)
    rasa.add_event(tab.session, {"event": "pause"})
    await tab.say("hello")
    await tab.wait_for("bot_typing", 4)
    assert len(tab.payloads("bot_uttered")) == 1
    await tab.close()
