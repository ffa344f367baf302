"""Old rows of the channels' tables go, and nothing that is still needed; on SQLite and on PostgreSQL."""

import asyncio
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connectors import retention as module
from connectors.database import Database, open_database
from connectors.incoming import Incoming
from connectors.outbox import Outbox
from connectors.retention import Retention
from connectors.settings import ChannelSettings
from connectors.sql_inbox import SqlInbox
from connectors.tables import deliveries, inbox
from protocol.conversation import Conversation
from protocol.errors import SettingsError
from protocol.messages import InboundMessage

NOW = datetime.now(timezone.utc)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ChannelSettings]:
    if request.param == "sqlite":
        yield ChannelSettings(tmp_path, tmp_path, f"sqlite:///{tmp_path / 'app.db'}", "https://chat.example")
        return
    url = os.environ.get("TEST_DATABASE_URL")
    if not url:
        pytest.skip("TEST_DATABASE_URL is not set: no PostgreSQL to test on")
    url, schema = f"postgresql+psycopg2://{url.partition('://')[2]}", f"t{uuid.uuid4().hex}"
    admin = sa.create_engine(url)
    with admin.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {schema}"))
    separator = "&" if "?" in url else "?"
    yield ChannelSettings(
        tmp_path, tmp_path, f"{url}{separator}options=-csearch_path%3D{schema}", "https://chat.example"
    )
    with admin.begin() as connection:
        connection.execute(sa.text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.fixture
def database(settings: ChannelSettings) -> Iterator[Database]:
    opened = open_database(settings)
    yield opened
    opened._engine.dispose()


@pytest.fixture
def old(database: Database) -> "Old":
    return Old(database)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BATCH", 3)
    monkeypatch.setattr(module, "_PAUSE", 0.0)


class Old:
    """Messages and replies of some days ago."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def message(self, message_id: str, days: int, *, state: str = "finished", channel: str = "telegram") -> None:
        box = SqlInbox(self._database, channel)
        assert await box.accept(incoming(message_id, channel))
        if state in ("finished", "failed"):
            entry = await box.begin(conversation(channel))
            assert entry is not None
            await box.finish(entry, "no" if state == "failed" else "")
        await self._date(inbox.update().where(inbox.c.message_id == message_id), finished_at=days)

    async def reply(self, message_id: str, days: int, *, state: str = "sent") -> None:
        await Outbox(self._database, "telegram").put(conversation("telegram"), message_id, 0, [{"text": message_id}])
        change = deliveries.update().where(deliveries.c.replies_to == message_id)
        await self._database.run(lambda connection: connection.execute(change.values(state=state)))
        await self._date(change, changed_at=days)

    async def _date(self, change: Any, **days: int) -> None:
        values = {name: NOW - timedelta(days=count) for name, count in days.items()}
        await self._database.run(lambda connection: connection.execute(change.values(**values)))

    async def left(self) -> "tuple[set[str], set[str]]":
        return await self.left_of(inbox), await self.left_of(deliveries)

    async def left_of(self, table: sa.Table) -> "set[str]":
        column = inbox.c.message_id if table is inbox else deliveries.c.replies_to
        return await self._database.run(lambda connection: set(connection.execute(sa.select(column)).scalars()))


def conversation(channel: str) -> str:
    return f"demo.{channel}.7"


def incoming(message_id: str, channel: str = "telegram") -> Incoming:
    return Incoming(InboundMessage(Conversation("demo", channel, "7"), message_id, "नमस्ते"), 1.0)


async def test_what_is_done_with_goes_after_its_time_and_failures_later(
    database: Database, settings: ChannelSettings, old: Old
) -> None:
    for number in range(8):  # more than one step
        await old.message(f"answered-{number}", 31)
        await old.reply(f"answered-{number}", 31, state=("sent", "delivered", "read")[number % 3])
    for days, state in ((29, "finished"), (89, "failed"), (91, "failed")):
        await old.message(f"{state}-{days}", days, state=state)
    for days, state in ((29, "read"), (89, "failed"), (91, "failed"), (91, "held"), (89, "held"), (400, "queued")):
        await old.reply(f"{state}-{days}", days, state=state)
    gone = await Retention(database, "telegram", settings).prune(NOW)
    assert gone == 8 + 8 + 1 + 2
    assert await old.left() == (
        {"finished-29", "failed-89"},
        {"read-29", "failed-89", "held-89", "queued-400"},
    )
    assert await Retention(database, "telegram", settings).prune(NOW) == 0


async def test_a_message_under_way_stays_and_so_do_its_replies(
    database: Database, settings: ChannelSettings, old: Old
) -> None:
    await old.message("open", 400, state="accepted")
    await old.reply("open", 400)
    await old.reply("said by a reminder", 400)
    await Retention(database, "telegram", settings).prune(NOW)
    assert await old.left() == ({"open"}, {"open"})


async def test_another_channel_s_rows_are_left_to_it(database: Database, settings: ChannelSettings, old: Old) -> None:
    await old.message("old", 400)
    assert await Retention(database, "web", settings).prune(NOW) == 0
    assert await Retention(database, "telegram", settings).prune(NOW) == 1


async def test_what_a_provider_may_bring_again_is_known_with_the_shortest_setting_too(
    database: Database, settings: ChannelSettings, old: Old
) -> None:
    await old.message("a week ago", 7)
    await Retention(database, "telegram", replace(settings, messages_kept_days=8)).prune(NOW)
    assert not await SqlInbox(database, "telegram").accept(incoming("a week ago"))


async def test_messages_come_and_go_while_old_ones_are_taken_out(
    database: Database, settings: ChannelSettings, old: Old
) -> None:
    for number in range(60):
        await old.message(f"old-{number}", 40)
    box = SqlInbox(database, "telegram")

    async def write(number: int) -> None:
        assert await box.accept(incoming(f"new-{number}"))

    retention = Retention(database, "telegram", settings)
    await asyncio.gather(retention.prune(NOW), retention.prune(NOW), *map(write, range(30)))
    await retention.prune(NOW)
    assert await old.left() == ({f"new-{number}" for number in range(30)}, set())


async def test_it_begins_by_itself_goes_on_after_a_failure_and_stops(
    database: Database, settings: ChannelSettings, old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FIRST", 0.0)
    monkeypatch.setattr(module, "_EVERY", 0.01)
    await database.run(lambda connection: connection.execute(sa.text("ALTER TABLE deliveries RENAME TO elsewhere")))
    retention = Retention(database, "telegram", settings)
    retention.start()
    await old.message("first", 40)
    await _until(lambda: old.left_of(inbox), set())
    await database.run(lambda connection: connection.execute(sa.text("ALTER TABLE elsewhere RENAME TO deliveries")))
    await old.reply("second", 40)
    await _until(lambda: old.left_of(deliveries), set())
    retention.stop()
    await asyncio.sleep(0.1)
    await old.message("third", 40)
    await asyncio.sleep(0.1)
    assert await old.left_of(inbox) == {"third"}


@pytest.mark.parametrize("variable", ["MESSAGES_KEPT_DAYS", "UNDELIVERED_KEPT_DAYS"])
def test_fewer_days_than_a_provider_tries_are_refused(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "8")
    ChannelSettings.read({})
    for wrong in ("7", "0", "month"):
        monkeypatch.setenv(variable, wrong)
        with pytest.raises(SettingsError, match=variable):
            ChannelSettings.read({})


async def _until(read: Callable[[], Any], wanted: "set[str]") -> None:
    for _ in range(1000):
        if await read() == wanted:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("waited in vain")
