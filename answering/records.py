"""The record of each answer: written behind the customer's back, so that they never wait for it."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from answering.question import Answer, Question
from answering.tables import answers, usage

logger = logging.getLogger(__name__)
_UPSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_WAITING = 1_000  # records; beyond that the database is down and memory matters more


class AnswerRecords:
    """Writes records one after the other, in the background."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_WAITING)
        self._writer: asyncio.Task[None] | None = None

    def keep(self, question: Question, answer: Answer, *, degraded: str = "") -> None:
        """Put a record in line; call it from the running event loop."""
        try:
            self._queue.put_nowait(_row(question, answer, degraded))
        except asyncio.QueueFull:
            logger.error("The record of answer %s is lost: the database has been refusing records.", answer.id)
            return
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())

    async def close(self) -> None:
        """Wait until everything in line is written."""
        if self._writer is not None:
            await self._writer

    async def _write_all(self) -> None:
        while not self._queue.empty():
            row = self._queue.get_nowait()
            try:
                await asyncio.to_thread(self._write, row)
            except SQLAlchemyError as error:
                logger.error("The record of answer %s is lost: %s", row["id"], str(error).splitlines()[0])

    def _write(self, row: dict[str, Any]) -> None:
        upsert = _UPSERTS[self._engine.dialect.name]
        with self._engine.begin() as connection:
            connection.execute(insert(answers).values(row))
            for model, spent in _spent(row).items():
                key = {"tenant": row["tenant"], "day": f"{row['answered_at']:%Y-%m-%d}", "model": model}
                more = {name: usage.c[name] + value for name, value in spent.items()}
                of_day = upsert(usage).values(**key, **spent)
                connection.execute(of_day.on_conflict_do_update(index_elements=list(key), set_=more))


def _spent(row: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By model: the one that answered counts an answer, those that wrote in vain only what they cost."""
    spent: dict[str, dict[str, Any]] = {}
    for step in [{"name": row["model"]}, *row["steps"]]:
        of_model = spent.setdefault(step["name"], {"answers": 0, "tokens_in": 0, "tokens_out": 0, "cost_usd": 0.0})
        for name in ("tokens_in", "tokens_out", "cost_usd"):
            of_model[name] += step.get(name, 0)
    spent[row["model"]]["answers"] = 1
    return spent


def _row(question: Question, answer: Answer, degraded: str) -> dict[str, Any]:
    draft = answer.draft
    return {
        "id": answer.id,
        "tenant": question.tenant.id,
        "conversation": question.conversation,
        "message_id": question.message_id,
        "correlation_id": question.correlation_id,
        "question": question.typed or question.text,
        "rewritten": _rewritten(question, answer),
        "language": answer.language,
        "answer": answer.text,
        "refused": answer.refused,
        "confidence": answer.confidence,
        "passages": list(answer.passages),
        "citations": list(answer.citations),
        "model": draft.model,
        "prompt_version": draft.prompt_version,
        "route": draft.route,
        "steps": [vars(step) for step in draft.steps],
        "fallback": (draft.fallback or degraded)[:40],
        "cache": answer.cache,
        "budget": answer.budget,
        "embedding_calls": answer.embedding_calls,
        "tokens_in": draft.tokens_in,
        "tokens_out": draft.tokens_out,
        "cost_usd": draft.cost_usd,
        "facts": list(answer.facts),
        "stages_ms": dict(answer.stages_ms),
        "answered_at": datetime.now(UTC),
    }


def _rewritten(question: Question, answer: Answer) -> str:
    """Without the customer's product, where that was put in: what is remembered of them stands in one place, where it can be erased."""
    if not question.typed:
        return ""
    return question.text.replace(question.facts.product, "<product>") if "product" in answer.facts else question.text
