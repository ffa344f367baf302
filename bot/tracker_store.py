"""Where conversations are kept: `var/tracker.db`, or PostgreSQL when DATABASE_URL names one."""

import json
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from bot import action_server, speedups
from bot.recent import RecentConversations, Stamp
from bot.settings import tracker_database_url
from protocol.errors import SahayakError, SettingsError, StoreUnavailable

_EVENTS = SQLTrackerStore.SQLEvent.__table__
_STAMP = sa.text("SELECT count(*), max(id) FROM events WHERE sender_id = :sender_id")
_STORED = "_sahayak_stored"  # on a tracker: how many of its events the database has


class TrackerStore(SQLTrackerStore):
    """Rasa's own SQL store on our database. Raises RasaException, which Rasa prints in one line, when it can't be opened."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        **kwargs: Any,
    ) -> None:
        # The one piece of ours that Rasa makes in every process that talks (run, shell, interactive), before the first message.
        speedups.install()
        action_server.install()
        try:
            url = tracker_database_url()
            _prove(url)
        except SahayakError as error:
            raise RasaException(str(error)) from error
        super().__init__(domain=domain, host=url, event_broker=event_broker, **kwargs)
        self._recent = RecentConversations()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """As Rasa's, without reading and rebuilding every event of a conversation whose last turn was ours."""
        if not (self.domain and self._recent.knows(sender_id)):
            return await super().retrieve(sender_id)
        with self.engine.connect() as connection:
            events = self._recent.events(sender_id, _stamp(connection, sender_id))
        if events is None:
            return await super().retrieve(sender_id)
        tracker = DialogueStateTracker.from_events(sender_id, events, self.domain.slots)
        setattr(tracker, _STORED, len(events))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """As Rasa's, in one statement for all new events, and committed when it returns."""
        self._recent.forget(tracker.sender_id)
        await self.stream_events(tracker)
        with self.session_scope() as session:
            stored = getattr(tracker, _STORED, None)  # none: it wasn't we who made this tracker
            new = list(
                self._additional_events(session, tracker) if stored is None else islice(tracker.events, stored, None)
            )
            if new:
                session.execute(_EVENTS.insert(), [_row(tracker.sender_id, event) for event in new])
            stamp = _stamp(session.connection(), tracker.sender_id)
            session.commit()
        setattr(tracker, _STORED, len(tracker.events))
        self._recent.keep(tracker.sender_id, stamp, tracker.events)


def _row(conversation_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": conversation_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _stamp(connection: Connection, conversation_id: str) -> Stamp:
    events, last_id = connection.execute(_STAMP, {"sender_id": conversation_id}).one()
    return Stamp(events, last_id or 0)


def _prove(url: str) -> None:
    """Connect once: Rasa itself would try for ever, every five seconds, and a missing folder is no reason to."""
    try:
        parsed = sa.engine.make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            _make_folder(parsed.database)
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            if parsed.get_backend_name() == "sqlite":
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")  # the console reads while Rasa writes
                connection.exec_driver_sql(
                    "SELECT count(*) FROM sqlite_master"
                )  # a file that is no database says so here
        engine.dispose()
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise SettingsError(
            f"DATABASE_URL can't be used: {error}.", hint="Like postgresql://user:password@host/database."
        ) from error
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise StoreUnavailable(
            f"The conversations' database doesn't open: {reason}.", hint="Check DATABASE_URL."
        ) from error


def _make_folder(database: str) -> None:
    try:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            f"The folder of {database} can't be made: {error.strerror}.", hint="Check SAHAYAK_VAR."
        ) from error
