"""What visitors tell besides messages: who they are, and whether an answer helped."""

from typing import Any

import httpx
import pytest

from tests.rasa.connectors.customer import Tab, ask
from tests.rasa.connectors.server import RasaServer
from tests.rasa.connectors.slow_actions import SlowActions


def rate(rasa: RasaServer, session: str, **body: Any) -> httpx.Response:
    whole = {"key": "demo", "session": session, "answer_id": "a1", "helpful": True, **body}
    return httpx.post(f"{rasa.url}/webhooks/web/feedback", json=whole, timeout=30)


async def test_the_form_before_the_chat_fills_slots(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url, key="club")
    told = {"session_id": tab.session, "person": " आशा\x00 ", "phone": "98765 43210", "email": ""}
    assert await tab.client.call("visitor", told) == {"session_id": tab.session}
    slots = rasa.slots(f"club.web.{tab.session.partition('.')[0]}")
    assert (slots["person"], slots["phone"]) == ("आशा", "+919876543210")
    await tab.close()


@pytest.mark.parametrize("fields", [{"person": 5}, {"phone": "9" * 300}, {"email": ["x"]}])
async def test_a_form_of_another_shape_is_refused(rasa: RasaServer, fields: dict[str, Any]) -> None:
    tab = await Tab().open(rasa.url, key="club")
    answer = await tab.client.call("visitor", {"session_id": tab.session, **fields})
    assert answer["error"]["code"] == "bad_request"
    await tab.close()


async def test_nobody_introduces_himself_in_another_session(rasa: RasaServer) -> None:
    victim = ask(rasa.url, "hello")["session"]
    tab = await Tab().open(rasa.url)
    answer = await tab.client.call("visitor", {"session_id": victim, "person": "Mallory"})
    assert answer["error"]["code"] == "forbidden"
    await tab.close()


def test_a_thumb_reaches_the_action_server_with_its_reason(rasa: RasaServer, actions: SlowActions) -> None:
    session = ask(rasa.url, "where is my order RS-22")["session"]
    assert rate(rasa, session).status_code == 204
    assert actions.ratings[-1]["rating"] == {"answer_id": "a1", "helpful": True, "reason": "", "comment": ""}
    assert rate(rasa, session, helpful=False, reason="incomplete", comment="no date").status_code == 204
    kept = actions.ratings[-1]
    assert kept["rating"] == {"answer_id": "a1", "helpful": False, "reason": "incomplete", "comment": "no date"}
    assert (kept["tenant"], kept["language"]) == ("demo", "en")
    assert rasa.last_message(session)["text"] == "where is my order RS-22"  # the dialogue hears nothing of it


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"answer_id": "of somebody else"}, 400), ({"answer_id": 5}, 400), ({"helpful": "yes"}, 400),
        ({"reason": "because"}, 400), ({"reason": ["wrong"]}, 400), ({"comment": 1}, 400), ({"comment": "x" * 1_001}, 413),
        ({"session": "0" * 65}, 403), ({"key": "nobody"}, 403),
    ],
)  # fmt: skip
def test_a_thumb_that_cannot_be_kept_is_refused(rasa: RasaServer, body: dict[str, Any], status: int) -> None:
    session = ask(rasa.url, "where is my order RS-22")["session"]
    assert rate(rasa, **{"session": session, **body}).status_code == status
