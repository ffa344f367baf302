"""Where cached answers lie: in this process, or in Redis when several processes share them."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

from protocol.errors import StoreUnavailable

MOST = 20  # values under one key
_KEYS = 20_000  # in this process
_PREFIX = "sahayak:answers:"
_SECONDS = 0.5  # that a customer may wait for Redis


class CacheStore(Protocol):
    """Values under a key and a field; the latest MOST fields of a key stay. Both methods raise StoreUnavailable."""

    async def get(self, key: str) -> list[str]:
        """All values of the key, the latest first."""

    async def put(self, key: str, field: str, value: str, seconds: float) -> None:
        """Keep a value for so long; the same field again replaces it."""

    async def close(self) -> None:
        """Let go of connections."""


class MemoryStore:
    """In this process; the least used keys go first."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._kept: OrderedDict[str, dict[str, tuple[str, float]]] = OrderedDict()

    async def get(self, key: str) -> list[str]:
        fields = self._kept.get(key)
        if fields is None:
            return []
        self._kept.move_to_end(key)
        return [value for value, until in reversed(fields.values()) if until > self._now()]

    async def put(self, key: str, field: str, value: str, seconds: float) -> None:
        fields = self._kept.setdefault(key, {})
        self._kept.move_to_end(key)
        fields.pop(field, None)
        fields[field] = (value, self._now() + seconds)
        while len(fields) > MOST:
            del fields[next(iter(fields))]
        while len(self._kept) > _KEYS:
            self._kept.popitem(last=False)

    async def close(self) -> None:
        """Nothing to let go of."""


class RedisStore:
    """A hash with the values and a sorted set with their order, both under a key of the installation's."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url, decode_responses=True, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS
        )

    async def get(self, key: str) -> list[str]:
        try:
            fields = [str(field) for field in await self._redis.zrevrange(f"{_PREFIX}{key}:order", 0, MOST - 1)]
            values = await self._redis.hmget(f"{_PREFIX}{key}", fields) if fields else []
        except (RedisError, OSError) as error:
            raise _unavailable(error) from error
        return [str(value) for value in values if value is not None]

    async def put(self, key: str, field: str, value: str, seconds: float) -> None:
        name, order = f"{_PREFIX}{key}", f"{_PREFIX}{key}:order"
        try:
            await self._redis.hset(name, field, value)
            await self._redis.zadd(order, {field: time.time()})
            surplus = await self._redis.zrange(order, 0, -MOST - 1)
            if surplus:
                await self._redis.hdel(name, *surplus)
                await self._redis.zrem(order, *surplus)
            for part in (name, order):
                await self._redis.pexpire(part, int(seconds * 1000))
        except (RedisError, OSError) as error:
            raise _unavailable(error) from error

    async def close(self) -> None:
        await self._redis.aclose()


def _unavailable(error: Exception) -> StoreUnavailable:
    return StoreUnavailable(f"Redis doesn't answer: {str(error).partition(chr(10))[0]}.", hint="Check REDIS_URL.")
