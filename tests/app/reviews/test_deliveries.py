"""What channels couldn't deliver is there to be read, and both halves mean the same tables."""

from datetime import UTC, datetime

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from connectors.tables import metadata as of_the_rasa_half
from reviews.deliveries import deliveries, metadata, undelivered
from runtime.database import open_database
from runtime.settings import Settings


def test_the_rasa_half_makes_the_same_tables(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'app.db'}")
    of_the_rasa_half.create_all(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_app_half_migrates_a_database_that_the_rasa_half_began(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'app.db'}")
    of_the_rasa_half.create_all(engine)
    engine.dispose()
    assert undelivered(open_database(Settings(var_folder=tmp_path)), "demo") == []


def test_replies_that_failed_are_listed_with_their_reason_and_only_the_tenants_own(engine):
    row = {
        "tenant": "demo", "channel": "telegram", "conversation": "demo.telegram.7", "replies_to": "m1", "number": 0,
        "part": {}, "text": "आपका ऑर्डर", "state": "failed", "attempts": 3, "error": "blocked",
        "queued_at": datetime.now(UTC), "changed_at": datetime.now(UTC),
    }  # fmt: skip
    others = [
        {**row, "state": "sent", "number": 1},
        {**row, "tenant": "shop", "conversation": "shop.telegram.7"},
    ]
    with engine.begin() as connection:
        connection.execute(deliveries.insert(), [row, *others])
    [found] = undelivered(engine, "demo")
    assert (found.text, found.error, found.attempts) == ("आपका ऑर्डर", "blocked", 3)
