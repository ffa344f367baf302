"""The support team reads what never reached a customer."""

from datetime import UTC, datetime

from reviews.deliveries import deliveries
from runtime.database import open_database
from runtime.settings import read


def test_replies_that_failed_are_listed_with_their_reason(sahayak):
    assert "0 replies" in sahayak("undelivered").out
    row = {
        "tenant": "demo", "channel": "telegram", "conversation": "demo.telegram.7", "replies_to": "m1", "number": 0,
        "part": {}, "text": "आपका ऑर्डर\nनिकल गया", "state": "failed", "attempts": 3, "error": "bot was blocked by the user",
        "queued_at": datetime.now(UTC), "changed_at": datetime.now(UTC),
    }  # fmt: skip
    with open_database(read()).begin() as connection:
        connection.execute(deliveries.insert(), [row, {**row, "number": 1, "state": "sent"}])
    told = sahayak("undelivered")
    assert "demo.telegram.7  bot was blocked by the user  [आपका ऑर्डर निकल गया]" in told.out
    assert "1 replies" in told.out
    [reply] = sahayak("undelivered", "--json").json["undelivered"]
    assert (reply["channel"], reply["attempts"]) == ("telegram", 3)
    assert sahayak("undelivered", "--tenant", "nobody").code == 2
