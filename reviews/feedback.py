"""What customers think of an answer or of the service."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, insert, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from protocol.errors import StoreUnavailable
from reviews.tables import feedback


@dataclass(frozen=True)
class Feedback:
    """One opinion; `rating` is 1 to 5, or None where only words were given."""

    tenant: str
    conversation: str
    language: str
    comment: str = ""
    rating: int | None = None
    answer_id: str = ""
    dedupe_key: str = ""


async def keep_feedback(engine: Engine, opinion: Feedback) -> None:
    """Keep an opinion, the last one of each `dedupe_key`; raises StoreUnavailable."""
    await asyncio.to_thread(_keep, engine, opinion)


def _keep(engine: Engine, opinion: Feedback) -> None:
    row = {**asdict(opinion), "dedupe_key": opinion.dedupe_key or None, "given_at": datetime.now(UTC)}
    same = (feedback.c.tenant == opinion.tenant) & (feedback.c.dedupe_key == opinion.dedupe_key)
    try:
        try:
            with engine.begin() as connection:
                connection.execute(insert(feedback).values(row))
        except IntegrityError:  # the same message again, or a customer who thought again
            with engine.begin() as connection:
                connection.execute(update(feedback).where(same).values(row))
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"The feedback can't be kept: {str(error).splitlines()[0]}.") from error
