"""Files: sent by HTTP, known by their content, named by a message, shown again after a reload."""

import httpx
import pytest

from tests.rasa.connectors.customer import Tab, ask, post
from tests.rasa.connectors.server import RasaServer
from tests.rasa.connectors.test_web_history import history

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
PDF = b"%PDF-1.7\n1 0 obj\n"


def upload(rasa: RasaServer, session: str, content: bytes, key: str = "demo", **query: str) -> httpx.Response:
    given = {"key": key, "session": session, **query}
    return httpx.post(f"{rasa.url}/webhooks/web/uploads", params=given, content=content, timeout=30)


def download(rasa: RasaServer, upload_id: str, key: str = "demo") -> httpx.Response:
    return httpx.get(f"{rasa.url}/webhooks/web/uploads/{upload_id}", params={"key": key})


async def test_a_picture_and_a_file_go_with_a_message_and_are_there_after_a_reload(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url)
    picture = upload(rasa, tab.session, PNG, name="C:\\shots\\error 5.png").json()
    assert (picture["media_type"], picture["size"], picture["name"]) == ("image/png", 68, "error 5.png")
    file = upload(rasa, tab.session, PDF, name="बिल.pdf").json()
    named = [{"id": picture["id"], "name": picture["name"]}, {"id": file["id"], "name": file["name"]}]
    await tab.say("show me a picture", message_id="f1", attachments=named)
    await tab.wait_for("bot_uttered")
    kept = rasa.last_message(tab.session)["metadata"]["attachments"]
    assert [(one["id"], one["name"]) for one in kept] == [(one["id"], one["name"]) for one in (picture, file)]
    shown = history(rasa.url, tab.session).json()["messages"][0]
    assert shown["attachments"] == [picture, file]
    await tab.close()


async def test_a_picture_without_words_is_answered_and_kept(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url)
    picture = upload(rasa, tab.session, PNG).json()
    await tab.say("", message_id="f2", attachments=[picture["id"]])
    assert (await tab.wait_for("bot_uttered"))["text"] not in ("I can't read that.", "Something failed.")
    shown = history(rasa.url, tab.session).json()["messages"][0]
    assert (shown["text"], shown["attachments"][0]["id"]) == ("", picture["id"])
    await tab.close()


def test_the_chat_api_takes_uploads_too(rasa: RasaServer) -> None:
    session = ask(rasa.url, "hello")["session"]
    upload_id = upload(rasa, session, PNG).json()["id"]
    ask(rasa.url, "show me a picture", session, attachments=[upload_id])
    assert rasa.last_message(session)["metadata"]["attachments"][0]["id"] == upload_id


def test_a_picture_is_shown_and_a_file_is_only_saved(rasa: RasaServer) -> None:
    session = ask(rasa.url, "hello")["session"]
    picture = download(rasa, upload(rasa, session, PNG).json()["id"])
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")
    assert picture.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in picture.headers["content-security-policy"]
    assert "content-disposition" not in picture.headers
    file = download(rasa, upload(rasa, session, PDF).json()["id"])
    assert file.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400), (b"<svg onload=alert(1)>", 415), (b"\n <!doctype html><script>", 415), (b"MZ\x90\0", 415),
        (b"PK\x03\x04", 415), (b"\xff\xfe\x00", 415), (b"GIF8", 201), ("Error LIC-403\tसर्वर".encode(), 201),
    ],
)  # fmt: skip
def test_a_file_is_taken_by_its_content(rasa: RasaServer, content: bytes, status: int) -> None:
    session = ask(rasa.url, "hello")["session"]
    assert upload(rasa, session, content, name="harmless.png").status_code == status


def test_a_file_above_ten_megabytes_is_refused_however_it_is_sent(rasa: RasaServer) -> None:
    session = ask(rasa.url, "hello")["session"]
    assert upload(rasa, session, PNG + b"\0" * 10_000_000).status_code == 413
    query = {"key": "demo", "session": session}
    pieces = (b"\0" * 500_000 for _ in range(25))
    assert httpx.post(f"{rasa.url}/webhooks/web/uploads", params=query, content=pieces).status_code == 413


def test_a_flood_of_files_is_refused_with_a_time_to_wait(rasa: RasaServer) -> None:
    session = ask(rasa.url, "hello")["session"]
    assert {upload(rasa, session, PNG).status_code for _ in range(20)} == {201}
    refused = upload(rasa, session, PNG)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_requests")
    assert int(refused.headers["retry-after"]) > 0


def test_strangers_and_foreign_sites_upload_nothing(rasa: RasaServer) -> None:
    assert upload(rasa, "0" * 65, PNG).status_code == 403
    session = ask(rasa.url, "hello", key="shop")["session"]
    assert upload(rasa, session, PNG, key="demo").status_code == 403
    hostile = httpx.post(
        f"{rasa.url}/webhooks/web/uploads",
        params={"key": "shop", "session": session},
        content=PNG,
        headers={"origin": "https://evil.example"},
    )
    assert hostile.status_code == 403


async def test_nobody_sends_a_file_of_another_conversation_as_his_own(rasa: RasaServer) -> None:
    upload_id = upload(rasa, ask(rasa.url, "hello")["session"], PNG).json()["id"]
    thief = await Tab().open(rasa.url)
    answer = await thief.say("show me a picture", attachments=[upload_id])
    assert answer["error"]["code"] == "forbidden"
    await thief.close()
    assert post(rasa.url, text="hello", attachments=[upload_id]).status_code == 403


@pytest.mark.parametrize("upload_id", ["../secret", "..%2f..%2fsecret", "0" * 32, "0" * 32 + "-" + "0" * 16 + ".png"])
def test_no_other_file_of_the_server_is_read(rasa: RasaServer, upload_id: str) -> None:
    assert download(rasa, upload_id).status_code in (403, 404)
    assert post(rasa.url, text="hello", attachments=[upload_id]).status_code == 403


@pytest.mark.parametrize("attachments", ["x", [5], [{}], [{"id": "x", "name": 5}], ["x"] * 6])
def test_attachments_of_another_shape_are_refused(rasa: RasaServer, attachments: object) -> None:
    assert post(rasa.url, text="hello", attachments=attachments).status_code in (400, 403)
