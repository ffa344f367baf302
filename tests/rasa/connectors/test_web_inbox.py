"""The web's inbox by itself: once, durable, and no obstacle when the database is away."""

from pathlib import Path

import sqlalchemy as sa

from connectors.database import Database, open_database
from connectors.settings import ChannelSettings
from connectors.sql_inbox import SqlInbox
from connectors.web_inbox import WebInbox
from protocol.conversation import Conversation
from protocol.messages import InboundMessage


def inbox(folder: Path) -> WebInbox:
    """As a process that starts has it."""
    settings = ChannelSettings(folder, folder, f"sqlite:///{folder / 'app.db'}", "http://chat.example")
    return WebInbox(SqlInbox(open_database(settings), "web"))


def message(name: str, sender: str = "asha") -> InboundMessage:
    return InboundMessage(Conversation("demo", "web", sender), name, f"question {name}")


async def test_the_next_process_takes_up_what_was_not_finished_and_in_order(tmp_path: Path) -> None:
    dead = inbox(tmp_path)
    for name in ("m1", "m2", "m3", "m4"):
        assert await dead.accept(message(name))
    await dead.finish(message("m2"))
    await dead.release(message("m4"))
    born = inbox(tmp_path)
    assert await born.unfinished() == [message("m1"), message("m3")]
    assert [await born.accept(message(name)) for name in ("m1", "m2", "m3", "m4")] == [False, False, False, True]


async def test_a_message_that_kills_every_process_is_given_up(tmp_path: Path) -> None:
    await inbox(tmp_path).accept(message("m1"))
    assert [len(await inbox(tmp_path).unfinished()) for _ in range(4)] == [1, 1, 1, 0]
    with sa.create_engine(f"sqlite:///{tmp_path / 'app.db'}").connect() as connection:
        [row] = connection.execute(sa.text("SELECT state, error FROM inbox"))
    assert tuple(row) == ("failed", "Given up after 3 starts.")


async def test_without_a_database_a_message_is_answered_all_the_same_and_once() -> None:
    away = WebInbox(SqlInbox(Database(sa.create_engine("sqlite:////nowhere/at/all/app.db")), "web"))
    assert [await away.accept(message("m1")) for _ in range(2)] == [True, False]
    await away.finish(message("m1"))
    await away.release(message("m1"))
    assert await away.accept(message("m1"))
