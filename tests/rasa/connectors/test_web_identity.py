"""Customers whom the host page's own server names: a signed token, and nothing else, opens their conversation."""

import time
from typing import Any

import jwt
import pytest
from socketio.exceptions import ConnectionError as NotConnected

from connectors.identity import HostTokens, TokenExpired, Visitor
from protocol.errors import SettingsError
from protocol.messages import Identity
from protocol.tenants import Tenant, WebChannel
from tests.rasa.connectors.customer import Tab, post
from tests.rasa.connectors.server import CLUB_SECRET, RasaServer
from tests.rasa.connectors.test_web_history import history


def signed(secret: str = CLUB_SECRET, **claims: Any) -> str:
    whole = {"sub": "member-7", "aud": "club", "exp": time.time() + 86_400, **claims}
    return jwt.encode({name: value for name, value in whole.items() if value is not None}, secret, algorithm="HS256")


UNSIGNED = jwt.encode({"sub": "member-7", "aud": "club", "exp": 2**40}, None, algorithm="none")
BAD = {
    "expired": signed(exp=time.time() - 120),
    "of another secret": signed("somebody else's secret, long enough for all that"),
    "for another key": signed(aud="demo"),
    "without a subject": signed(sub=None),
    "with an empty subject": signed(sub="  "),
    "without an end": signed(exp=None),
    "without an audience": signed(aud=None),
    "unsigned": UNSIGNED,
    "no token": "abc",
    "endless": "x" * 5_000,
}


async def test_actions_learn_who_speaks(rasa: RasaServer) -> None:
    tab = await Tab().open(rasa.url, key="club", token=signed())
    await tab.say("hello")
    await tab.wait_for("bot_uttered")
    assert rasa.last_message(tab.session)["metadata"]["identity"] == {"kind": "token", "subject": "member-7"}
    await tab.close()


async def test_a_customer_has_one_conversation_on_every_device(rasa: RasaServer) -> None:
    first = await Tab().open(rasa.url, key="club", token=signed())
    computer = await Tab().open(rasa.url, key="club", token=signed())
    other = await Tab().open(rasa.url, key="club", token=signed(sub="member-8"))
    assert first.session == computer.session != other.session
    for tab in (first, computer, other):
        await tab.close()


@pytest.mark.parametrize("token", BAD.values(), ids=BAD.keys())
async def test_a_bad_token_is_refused_everywhere_and_never_a_stranger(rasa: RasaServer, token: str) -> None:
    with pytest.raises(NotConnected):
        await Tab().connect(rasa.url, key="club", token=token)
    answer = post(rasa.url, {"authorization": f"Bearer {token}"}, key="club", text="hello")
    assert answer.status_code in ((401,) if token == BAD["expired"] else (403,))
    if token == BAD["expired"]:
        assert answer.json()["error"]["code"] == "token_expired"


async def test_a_stolen_session_id_is_worth_nothing_without_the_token(rasa: RasaServer) -> None:
    victim = await Tab().open(rasa.url, key="club", token=signed())
    for token in (None, signed(sub="member-8")):
        thief = await Tab().open(rasa.url, key="club", token=token, session=victim.session)
        assert thief.session != victim.session
        await thief.close()
        headers = {"authorization": f"Bearer {token}"} if token else {}
        assert history(rasa.url, victim.session, "club", headers).status_code == 403
    own = history(rasa.url, victim.session, "club", {"authorization": f"Bearer {signed()}"})
    assert own.status_code == 200
    await victim.close()


async def test_a_tenant_without_a_secret_takes_no_tokens(rasa: RasaServer) -> None:
    with pytest.raises(NotConnected):
        await Tab().connect(rasa.url, key="demo", token=signed(aud="demo"))


def test_an_open_socket_is_not_trusted_beyond_the_tokens_end() -> None:
    Visitor(Identity("token", "a"), time.time() + 60).check()
    with pytest.raises(TokenExpired):
        Visitor(Identity("token", "a"), time.time() - 60).check()


@pytest.mark.parametrize("variables", [{}, {"CLUB_SECRET": "too short"}])
def test_a_missing_secret_is_named_when_the_server_starts(variables: dict[str, str]) -> None:
    club = Tenant("club", "Club", web=WebChannel("club", identity_secret="CLUB_SECRET"))
    with pytest.raises(SettingsError, match=r"tenants/club\.yml.*CLUB_SECRET"):
        HostTokens.read([club], variables)
