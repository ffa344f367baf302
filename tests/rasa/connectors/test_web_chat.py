"""`POST /webhooks/web/chat` on a real Rasa."""

import base64
import json
import sqlite3

import httpx
import pytest

from tests.rasa.connectors.customer import ask, post, texts
from tests.rasa.connectors.server import RasaServer
from tests.rasa.connectors.slow_actions import SlowActions

PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 60).decode()


def test_text_and_buttons_come_as_one_message_and_are_not_split_on_blank_lines(rasa: RasaServer) -> None:
    answer = ask(rasa.url, "hello")
    assert texts(answer) == ["Hello!\n\nWhat can I do?"]
    assert answer["messages"][0]["buttons"] == [
        {"title": "Talk to a person", "payload": "/talk_to_human"},
        {"title": "Order RS-7", "payload": '/order_status{"order_number": "RS-7"}'},
    ]
    assert answer["language"] == "en"


def test_sources_of_an_answer_are_delivered(rasa: RasaServer) -> None:
    message = ask(rasa.url, "where is my order RS-22")["messages"][0]
    assert message["text"] == "Order RS-22."
    assert message["sources"][0] == {
        "number": 1, "id": "d1", "title": "Orders", "url": "https://docs.example/orders", "text": "Orders are shown", "page": 2,
    }  # fmt: skip
    assert message["answer"]["confidence"] == 0.9


def test_an_image_is_delivered_with_its_text(rasa: RasaServer) -> None:
    message = ask(rasa.url, "show me a picture")["messages"][0]
    assert (message["text"], message["image"]) == ("Look.", "https://docs.example/a.png")


def test_a_session_goes_on(rasa: RasaServer) -> None:
    first = ask(rasa.url, "hello")
    assert ask(rasa.url, "hello", first["session"])["session"] == first["session"]


def test_a_forged_session_gets_a_new_one(rasa: RasaServer) -> None:
    forged = "0" * 32 + "." + "0" * 32
    assert ask(rasa.url, "hello", forged)["session"] != forged


def test_a_session_of_another_tenant_gets_a_new_one(rasa: RasaServer) -> None:
    session = ask(rasa.url, "hello")["session"]
    assert ask(rasa.url, "hello", session, key="shop")["session"] != session


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"key": "nobody", "text": "hi"}, 403, "forbidden"),
        ({"key": None, "text": "hi"}, 403, "forbidden"),  # two tenants are on the web here
        ({"key": "demo"}, 400, "bad_request"),
        ({"key": "demo", "text": 5}, 400, "bad_request"),
        ({"key": "demo", "text": "x", "session": []}, 400, "bad_request"),
        ({"key": "demo", "text": "x", "image": "%%%"}, 400, "bad_request"),
        ({"key": "demo", "text": "x", "image": base64.b64encode(b"<svg/>").decode()}, 415, "unsupported_type"),
        ([1], 400, "bad_request"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(rasa: RasaServer, body: object, status: int, code: str) -> None:
    response = httpx.post(f"{rasa.url}/webhooks/web/chat", json=body, timeout=30)
    assert response.status_code == status
    error = response.json()["error"]
    assert error["code"] == code
    assert "\n" not in error["message"]
    assert "Traceback" not in response.text


def test_bodies_that_are_no_json_are_refused(rasa: RasaServer) -> None:
    url = f"{rasa.url}/webhooks/web/chat"
    json_type = {"content-type": "application/json"}
    assert httpx.post(url, content=b"{", headers=json_type).status_code == 400
    assert httpx.post(url, content=b"[" * 100_000, headers=json_type).status_code == 400
    assert httpx.post(url, content=b"\xff\xfe", headers=json_type).status_code == 400
    assert httpx.post(url, data={"text": "x"}).status_code == 415


def test_a_body_above_a_megabyte_is_refused_however_it_is_sent(rasa: RasaServer) -> None:
    url = f"{rasa.url}/webhooks/web/chat"
    headers = {"content-type": "application/json"}
    assert httpx.post(url, content=b" " * 1_100_000, headers=headers).status_code == 413
    pieces = (b" " * 50_000 for _ in range(30))
    assert httpx.post(url, content=pieces, headers=headers).status_code == 413


@pytest.mark.parametrize(("path", "status"), [("nothing/here", 404), ("chat", 405)])
def test_other_addresses_are_not_found_in_json(rasa: RasaServer, path: str, status: int) -> None:
    response = httpx.get(f"{rasa.url}/webhooks/web/{path}")
    assert (response.status_code, response.json()["error"]["code"]) == (status, "not_found")


@pytest.mark.parametrize("body", [b"", b'{"key": "demo"}'])
def test_a_wrong_method_is_told_the_right_ones(rasa: RasaServer, body: bytes) -> None:
    response = httpx.request("TRACE", f"{rasa.url}/webhooks/web/chat", content=body)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


def test_health_tells_that_a_model_is_loaded(rasa: RasaServer) -> None:
    assert httpx.get(f"{rasa.url}/webhooks/web/health").json() == {"status": "ok"}


def test_the_answer_is_streamed_when_asked_for(rasa: RasaServer) -> None:
    response = post(rasa.url, {"accept": "text/event-stream"}, text="hello")
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [dict(line.split(": ", 1) for line in block.split("\n")) for block in response.text.strip().split("\n\n")]
    assert [event["event"] for event in events] == ["message", "done"]
    whole = json.loads(events[1]["data"])
    assert json.loads(events[0]["data"]) == whole["messages"][0]
    assert whole["session"]


def test_errors_before_a_stream_are_plain_errors(rasa: RasaServer) -> None:
    response = post(rasa.url, {"accept": "text/event-stream"}, key="nobody", text="hello")
    assert (response.status_code, response.json()["error"]["code"]) == (403, "forbidden")


def test_a_site_of_the_tenant_may_read_the_answer(rasa: RasaServer) -> None:
    response = post(rasa.url, {"origin": "https://shop.example"}, key="shop", text="hello")
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "https://shop.example"
    assert response.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in response.headers


def test_a_foreign_site_is_refused(rasa: RasaServer) -> None:
    for origin in ("https://evil.example", "https://shop.example.evil.example", "null"):
        assert post(rasa.url, {"origin": origin}, key="shop", text="hello").status_code == 403


def test_preflights_are_answered(rasa: RasaServer) -> None:
    headers = {
        "origin": "https://shop.example", "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }  # fmt: skip
    for path in ("chat", "socket.io/"):
        response = httpx.options(f"{rasa.url}/webhooks/web/{path}", headers=headers)
        assert response.status_code == 204
        assert response.headers["access-control-allow-origin"] == "https://shop.example"
        assert "Content-Type" in response.headers["access-control-allow-headers"]


def test_a_retry_is_answered_once_with_the_same_reply(rasa: RasaServer, actions: SlowActions) -> None:
    session = ask(rasa.url, "hello")["session"]
    before = len(actions.calls)
    first = ask(rasa.url, "think slowly about it", session, message_id="once")
    again = ask(rasa.url, "think slowly about it", session, message_id="once")
    assert again["messages"] == first["messages"]
    assert len(actions.calls) == before + 1


def test_a_picture_is_kept_and_its_message_knows_it(rasa: RasaServer, actions: SlowActions) -> None:
    ask(rasa.url, "think slowly about it", image=f"data:image/png;base64,{PIXEL}")
    [attachment] = actions.calls[-1]["tracker"]["latest_message"]["metadata"]["attachments"]
    assert (attachment["media_type"], attachment["size"]) == ("image/png", 68)
    assert (rasa.folder / "var" / "uploads" / "demo" / attachment["id"]).read_bytes().startswith(b"\x89PNG")


def test_the_turn_is_finished_when_the_client_goes_away(rasa: RasaServer, actions: SlowActions) -> None:
    session = ask(rasa.url, "hello")["session"]
    actions.seconds = 1.0
    try:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(
                f"{rasa.url}/webhooks/web/chat",
                json={"key": "demo", "session": session, "text": "think slowly about it", "message_id": "gone"},
                timeout=0.3,
            )
        again = ask(rasa.url, "think slowly about it", session, message_id="gone")
    finally:
        actions.seconds = 0.0
    assert texts(again) == ["Slowly: think slowly about it"]


def test_who_speaks_is_told_by_the_server_not_by_the_client(rasa: RasaServer) -> None:
    ask(rasa.url, "hello", sender="demo.web.somebody", input_channel="spoofed")
    with sqlite3.connect(rasa.folder / "tracker.db") as database:
        senders = {row[0] for row in database.execute("SELECT sender_id FROM events")}
        channels = {
            row[0] for row in database.execute("SELECT DISTINCT json_extract(data, '$.input_channel') FROM events")
        }
    assert "demo.web.somebody" not in senders
    assert channels <= {None, "web"}
