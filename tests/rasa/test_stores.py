"""Where conversations are kept and locked, chosen by the environment when Rasa starts."""

import asyncio
import sqlite3

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.lock_store import InMemoryLockStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import EndpointConfig

from bot.lock_store import ConversationLocks
from bot.tracker_store import TrackerStore


@pytest.fixture(autouse=True)
def _embedded(monkeypatch, tmp_path):
    for variable in ("DATABASE_URL", "REDIS_URL", "ACTION_ENDPOINT_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("SAHAYAK_VAR", str(tmp_path / "var"))


def test_conversation_is_kept_in_a_file_that_others_can_read_meanwhile(tmp_path):
    store = TrackerStore(Domain.empty())
    asyncio.run(store.save(DialogueStateTracker.from_events("demo.web.1", [UserUttered("नमस्ते")])))
    with sqlite3.connect(tmp_path / "var" / "tracker.db") as reader:
        assert reader.execute("SELECT count(*) FROM events").fetchone() == (1,)
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert asyncio.run(store.retrieve("demo.web.1")).latest_message.text == "नमस्ते"


@pytest.mark.parametrize("url", ["nonsense", "nodialect://x/y", "postgresql://nobody@127.0.0.1:9/none"])
def test_database_that_does_not_open_is_said_in_one_line(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(RasaException, match="DATABASE_URL") as refused:
        TrackerStore(Domain.empty())
    assert "\n" not in str(refused.value)


def test_file_that_is_no_database_is_said_in_one_line(tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "tracker.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(RasaException, match="doesn't open"):
        TrackerStore(Domain.empty())


def test_conversations_are_locked_in_this_process_without_redis():
    locks = ConversationLocks()
    assert isinstance(locks._store, InMemoryLockStore)
    locks.save_lock(locks.create_lock("demo.web.1"))
    assert locks.get_lock("demo.web.1").conversation_id == "demo.web.1"


def test_redis_that_does_not_answer_is_said_in_one_line(monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
    with pytest.raises(RasaException, match="REDIS_URL"):
        ConversationLocks()


def test_variable_moves_the_action_server(monkeypatch):
    TrackerStore(Domain.empty())
    monkeypatch.setenv("ACTION_ENDPOINT_URL", "http://actions:5055/webhook")
    assert (
        RemoteAction("action_answer", EndpointConfig("http://localhost:5055/webhook")).action_endpoint.url
        == "http://actions:5055/webhook"
    )
