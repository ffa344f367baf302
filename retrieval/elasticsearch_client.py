"""The connection to Elasticsearch: its errors in words an operator can act on, and bulks that wait when it is busy."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import elastic_transport
from elasticsearch import ApiError, AsyncElasticsearch, UnsupportedProductError

from protocol.errors import IndexUnavailable, SettingsError

READ_SECONDS = 10.0
WRITE_SECONDS = 120.0  # a bulk waits for the disk
_BULK_ITEMS, _BULK_BYTES = 500, 8_000_000
_PATIENCE = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds between attempts while Elasticsearch has too much to do
_BUSY = (429, 503)


@dataclass(frozen=True)
class Action:
    """One line of a bulk: what to do with which entry; `size` is about how many bytes it takes."""

    operation: str  # index, update or delete
    id: str
    body: dict[str, Any] | None = None
    size: int = 500


def connect(url: str, api_key: str = "") -> AsyncElasticsearch:
    """A client; nothing is sent yet. Raises SettingsError for an address that is none."""
    try:
        return AsyncElasticsearch(
            url,
            api_key=api_key or None,
            request_timeout=READ_SECONDS,
            max_retries=1,
            retry_on_timeout=False,
        )
    except ValueError as error:
        raise SettingsError(
            f"ELASTICSEARCH_URL can't be used: {error}.", hint="It should look like http://host:9200."
        ) from error


@contextmanager
def answering() -> Iterator[None]:
    """Turns every failure of Elasticsearch inside into IndexUnavailable."""
    try:
        yield
    except ApiError as error:
        raise IndexUnavailable(*_said(error)) from error
    except elastic_transport.ConnectionTimeout as error:
        raise IndexUnavailable("Elasticsearch takes too long to answer.", hint="Check its load and its log.") from error
    except (elastic_transport.TransportError, UnsupportedProductError) as error:
        said = str(error).splitlines()[0][:200]
        raise IndexUnavailable(f"Elasticsearch can't be reached: {said}.", hint="Check ELASTICSEARCH_URL.") from error


async def bulk(client: AsyncElasticsearch, index: str, actions: Sequence[Action]) -> list[dict[str, Any]]:
    """Results in the order of `actions`. What Elasticsearch is too busy for is sent again, ever more slowly.

    An item that fails for any other reason has an `error`; it doesn't keep the others from being done.
    """
    results: list[dict[str, Any]] = []
    for some in _portions(actions):
        results += await _send(client, index, some)
    return results


def refused(result: dict[str, Any]) -> str:
    """Why an item failed; empty when it didn't. An entry that is gone already isn't a failure."""
    if result["status"] < 300 or (result["status"] == 404 and "error" not in result):
        return ""
    error = result.get("error", {})
    cause = error.get("caused_by", {}).get("reason", "")
    return f"{error.get('reason', result['status'])}{f' ({cause})' if cause else ''}"


async def _send(client: AsyncElasticsearch, index: str, actions: list[Action]) -> list[dict[str, Any]]:
    results: dict[int, dict[str, Any]] = {}
    waiting = list(range(len(actions)))
    for pause in (*_PATIENCE, None):
        try:
            lines = [line for number in waiting for line in _lines(actions[number])]
            answer = await client.options(request_timeout=WRITE_SECONDS).bulk(
                index=index, operations=lines, require_alias=True
            )
        except ApiError as error:
            if error.status_code not in _BUSY or pause is None:
                raise
        else:
            items = [next(iter(item.values())) for item in answer["items"]]
            results.update(zip(waiting, items, strict=True))
            waiting = [number for number in waiting if _busy(results[number])]
        if not waiting or pause is None:
            break
        await asyncio.sleep(pause)
    return [results[number] for number in range(len(actions))]


def _lines(action: Action) -> Iterator[dict[str, Any]]:
    head: dict[str, Any] = {"_id": action.id}
    if action.operation == "update":
        head["retry_on_conflict"] = 10
    yield {action.operation: head}
    if action.body is not None:
        yield action.body


def _busy(result: dict[str, Any]) -> bool:
    """Too many requests; or writing is blocked, as it is while the index is being rebuilt."""
    blocked = result["status"] == 403 and result.get("error", {}).get("type") == "cluster_block_exception"
    return result["status"] in _BUSY or blocked


def _portions(actions: Sequence[Action]) -> Iterator[list[Action]]:
    portion: list[Action] = []
    size = 0
    for action in actions:
        if portion and (len(portion) >= _BULK_ITEMS or size + action.size > _BULK_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(action)
        size += action.size
    if portion:
        yield portion


def _said(error: ApiError) -> tuple[str]:
    body = error.body if isinstance(error.body, dict) else {}
    cause = body.get("error", {})
    reason = cause.get("reason", "") if isinstance(cause, dict) else str(cause)
    hints = {
        401: " Check the user and password in ELASTICSEARCH_URL, or ELASTICSEARCH_API_KEY.",
        403: " It refuses this user, or writing.",
    }
    return (
        f"Elasticsearch says {error.status_code}: {str(reason or error.message)[:300]}.{hints.get(error.status_code, '')}",
    )
