"""The web channel's parts by themselves: sessions, keys, origins, typed text, rates, order, and that all of it imports."""

import asyncio
import importlib
import pkgutil
from pathlib import Path

import pytest
from rasa.shared.exceptions import RasaException
from rasa.shared.utils.common import class_from_module_path

import connectors
from connectors.order import Order
from connectors.origins import allows
from connectors.rates import Rates
from connectors.sessions import Sessions
from connectors.tenants import Tenants
from connectors.typed import as_typed, clean, harmless, is_blank
from connectors.uploads import UnsupportedType, kind_of
from protocol.errors import Forbidden, SettingsError
from protocol.secret import read_or_make_secret
from protocol.tenants import Tenant, WebChannel

ROOT = Path(__file__).resolve().parents[3]


def tenant(tenant_id: str, key: str, *origins: str) -> Tenant:
    return Tenant(tenant_id, tenant_id.title(), web=WebChannel(key, origins))


def test_every_module_imports() -> None:  # Rasa would only say that it can't find the channel
    for module in pkgutil.iter_modules(connectors.__path__, "connectors."):
        importlib.import_module(module.name)


def test_rasa_finds_the_class_and_the_demo_tenant_stands(tmp_path: Path) -> None:
    channel = class_from_module_path("connectors.web.WebInput")
    assert channel.from_credentials({"var": str(tmp_path), "tenants": str(ROOT / "tenants")}).name() == "web"


def test_what_is_wrong_with_the_installation_is_said_in_one_line(tmp_path: Path) -> None:
    channel = class_from_module_path("connectors.web.WebInput")
    with pytest.raises(RasaException, match="No tenant in"):
        channel.from_credentials({"var": str(tmp_path), "tenants": str(tmp_path)})
    (tmp_path / "secret-is-a-file").write_text("x")
    with pytest.raises(RasaException, match="Or set SAHAYAK_SECRET"):
        channel.from_credentials({"var": str(tmp_path / "secret-is-a-file"), "tenants": str(ROOT / "tenants")})


def test_a_session_is_good_for_its_tenant_and_secret_only() -> None:
    session = Sessions("one secret of many").start("demo")
    assert Sessions("one secret of many").resume(session.id, "demo") == session
    for sessions, tenant_id in ((Sessions("another secret"), "demo"), (Sessions("one secret of many"), "shop")):
        with pytest.raises(Forbidden):
            sessions.resume(session.id, tenant_id)


def test_a_conversation_id_is_no_credential() -> None:
    session = Sessions("one secret of many").start("demo")
    with pytest.raises(Forbidden):
        Sessions("one secret of many").resume(session.conversation.sender, "demo")


def test_the_secret_is_made_once_and_private(tmp_path: Path) -> None:
    file = tmp_path / "var" / "secret"
    assert read_or_make_secret(file) == read_or_make_secret(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_cut_off_secret_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("")
    with pytest.raises(SettingsError, match="too short"):
        read_or_make_secret(tmp_path / "secret")


def test_without_a_key_the_only_web_tenant_is_meant() -> None:
    assert Tenants({"a": tenant("a", "ka"), "b": Tenant("b", "B")}).by_web_key(None).id == "a"
    for key in (None, "", "x", 5, ["ka"]):
        with pytest.raises(Forbidden):
            Tenants({"a": tenant("a", "ka"), "c": tenant("c", "kc")}).by_web_key(key)


def test_two_tenants_cannot_have_one_key() -> None:
    with pytest.raises(SettingsError, match="web key"):
        Tenants({"a": tenant("a", "k"), "b": tenant("b", "k")})


def test_a_broken_tenant_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("name: [")
    with pytest.raises(SettingsError, match=r"tenants/bad\.yml"):
        Tenants.read(tmp_path)


@pytest.mark.parametrize(
    ("pattern", "origin", "allowed"),
    [
        ("*", "https://a.example", True),
        ("https://a.example", "https://a.example", True),
        ("https://a.example/", "HTTPS://A.example", True),
        ("https://a.example", "http://a.example", False),
        ("https://a.example", "https://a.example.evil.example", False),
        ("https://*.a.example", "https://shop.a.example", True),
        ("https://*.a.example", "https://a.example", False),
        ("https://*.a.example", "https://evila.example", False),
        ("https://a.example", "null", False),
        ("https://a.example", None, True),
    ],
)
def test_origins(pattern: str, origin: str | None, allowed: bool) -> None:
    assert allows(tenant("a", "k", pattern), origin) is allowed


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [("a\x00b", "ab"), ("  hi\r\nyou ", "hi\nyou"), ("\ufeffhi", "hi"), ("a\ud800b", "ab"), ("क्\u200dष", "क्\u200dष")],
)
def test_typed_text_is_cleaned(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_blank_is_what_cannot_be_seen() -> None:
    assert is_blank("\u200b \u200d")
    assert not is_blank("👍")
    assert not is_blank("०")


def test_a_slash_is_made_harmless_and_shown_as_it_was() -> None:
    assert not harmless("/restart").startswith("/")
    assert as_typed(harmless("/restart")) == "/restart"
    assert harmless("and/or") == "and/or"


def test_a_file_is_known_by_its_content() -> None:
    assert kind_of(b"\xff\xd8\xff\xe0")[0] == "image/jpeg"
    assert kind_of(b"RIFF\0\0\0\0WEBPVP8 ")[0] == "image/webp"
    with pytest.raises(UnsupportedType):
        kind_of(b"<script>")


def test_the_minute_slides_and_the_limit_is_told_once() -> None:
    now = [0.0]
    rates = Rates(lambda: now[0])
    assert [rates.count("a", 2).allowed for _ in range(3)] == [True, True, False]
    assert not rates.count("a", 2).newly
    assert rates.count("b", 2).allowed
    now[0] = 60.5
    assert rates.count("a", 2).allowed


async def test_a_conversation_is_held_by_one_at_a_time_and_in_order() -> None:
    order, done = Order(), []

    async def work(name: str, conversation: str) -> None:
        async with order.turn(conversation):
            await asyncio.sleep(0.01)
            done.append(name)

    await asyncio.gather(*(work(str(number), "same") for number in range(5)), work("other", "another"))
    assert [name for name in done if name != "other"] == ["0", "1", "2", "3", "4"]
    assert done.index("other") < 4
