"""Conversations in memory are what the database holds, and give way to it as soon as it holds something else."""

import sqlite3
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.recent import RecentConversations, Stamp
from bot.tracker_store import TrackerStore

WHO = "demo.web.1"
DOMAIN = Domain.from_yaml(
    "version: '3.1'\nintents: [ask]\nslots: {language: {type: text, mappings: [{type: custom}]}}\nactions: [action_answer]"
)


@pytest.fixture(autouse=True)
def _embedded(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("SAHAYAK_VAR", str(tmp_path))


async def test_a_conversation_from_memory_is_the_conversation_of_the_file():
    store = TrackerStore(DOMAIN)
    for text in ("how do I print?", "पर्ची कैसे छापें?", "print kaise kare?"):
        await _turn(store, text)
    assert store._recent.knows(WHO)
    remembered, read = await store.retrieve(WHO), await TrackerStore(DOMAIN).retrieve(WHO)
    assert _state(remembered) == _state(read)
    assert len(remembered.events) == 2 + 4 * 3  # the session began with the second event


async def test_what_was_saved_survives_a_killed_process(tmp_path):
    store = TrackerStore(DOMAIN)
    await _turn(store, "नमस्ते")
    with sqlite3.connect(f"file:{tmp_path / 'tracker.db'}?mode=ro", uri=True) as other:
        assert other.execute("SELECT count(*) FROM events").fetchone() == (7,)


async def test_an_event_that_another_process_adds_is_seen():
    ours, theirs = TrackerStore(DOMAIN), TrackerStore(DOMAIN)
    await _turn(ours, "hello")
    tracker = await theirs.retrieve(WHO)
    tracker.update(BotUttered("a person speaks"))
    await theirs.save(tracker)
    assert (await ours.retrieve(WHO)).latest_bot_utterance.text == "a person speaks"
    await _turn(ours, "thanks")
    events = (await TrackerStore(DOMAIN).retrieve(WHO)).events
    assert [event.text for event in events if isinstance(event, UserUttered)] == ["hello", "thanks"]
    assert len(events) == 2 + 4 + 1 + 4


async def test_a_conversation_that_was_deleted_is_gone(tmp_path):
    store = TrackerStore(DOMAIN)
    await _turn(store, "मेरा नंबर मिटा दो")
    with sqlite3.connect(tmp_path / "tracker.db") as eraser:
        eraser.execute("DELETE FROM events")
    assert await store.retrieve(WHO) is None


async def test_a_new_session_leaves_the_old_one_behind():
    store = TrackerStore(DOMAIN)
    await _turn(store, "hello")
    tracker = await store.retrieve(WHO)
    tracker.update_with_events([ActionExecuted("action_session_start"), SessionStarted()], DOMAIN)
    await store.save(tracker)
    await _turn(store, "phir se hello")
    remembered, read = await store.retrieve(WHO), await TrackerStore(DOMAIN).retrieve(WHO)
    assert _state(remembered) == _state(read)
    assert [event.text for event in remembered.events if isinstance(event, UserUttered)] == ["phir se hello"]
    assert len((await store.retrieve_full_tracker(WHO)).events) == 3 + 4 + 2 + 4


async def test_saving_twice_writes_once(tmp_path):
    store = TrackerStore(DOMAIN)
    tracker = await _turn(store, "hello")
    await store.save(tracker)
    with sqlite3.connect(tmp_path / "tracker.db") as reader:
        assert reader.execute("SELECT count(*) FROM events").fetchone() == (7,)


def test_only_the_latest_conversations_stay_in_memory():
    recent = RecentConversations()
    for number in range(1_001):
        recent.keep(f"demo.web.{number}", Stamp(1, number), [UserUttered("hello")])
    assert not recent.knows("demo.web.0")
    assert recent.knows("demo.web.1000")


def test_a_very_long_conversation_is_not_held_in_memory():
    recent = RecentConversations()
    recent.keep(WHO, Stamp(2_000, 2_000), [UserUttered("hello")] * 2_000)
    assert not recent.knows(WHO)


async def _turn(store: TrackerStore, text: str) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker(WHO, append_action_listen=False)
    if not tracker.events:
        start = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
        tracker.update_with_events(start, DOMAIN)
    parsed: dict[str, Any] = {
        "intent": {"name": "ask", "confidence": 0.9},
        "entities": [],
        "text": text,
        "language": "en",
    }
    said = UserUttered(text, parsed["intent"], [], parsed, input_channel="web", metadata={"message_id": text})
    answer = BotUttered("so", {"custom": {"sources": [1]}}, {"utter_action": "x"})
    tracker.update_with_events([said, SlotSet("language", "hi"), ActionExecuted("action_answer"), answer], DOMAIN)
    await store.save(tracker)
    return tracker


def _state(tracker: DialogueStateTracker) -> dict[str, Any]:
    return tracker.current_state(EventVerbosity.ALL)
