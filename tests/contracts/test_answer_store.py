"""Both stores of cached answers keep the same promises; Redis where TEST_REDIS_URL names one."""

import asyncio
import os
import uuid

import pytest

from answering.cache_store import MOST, MemoryStore, RedisStore
from protocol.errors import StoreUnavailable


@pytest.fixture(params=["memory", "redis"])
async def store(request):
    if request.param == "redis" and not os.environ.get("TEST_REDIS_URL"):
        pytest.skip("TEST_REDIS_URL is not set: no Redis to test on")
    opened = MemoryStore() if request.param == "memory" else RedisStore(os.environ["TEST_REDIS_URL"])
    yield opened
    await opened.close()


@pytest.fixture
def key():
    return uuid.uuid4().hex


async def test_what_is_put_is_found_the_latest_first(store, key):
    for number in range(3):
        await store.put(key, f"f{number}", f"v{number}", 60)
    assert await store.get(key) == ["v2", "v1", "v0"]
    assert await store.get(uuid.uuid4().hex) == []


async def test_the_same_field_is_replaced_and_the_oldest_go_first(store, key):
    for number in range(MOST + 5):
        await store.put(key, f"f{number}", "old", 60)
    await store.put(key, f"f{MOST}", "new", 60)
    found = await store.get(key)
    assert len(found) == MOST
    assert found[0] == "new"


async def test_a_value_goes_when_its_time_is_over(store, key):
    await store.put(key, "f", "v", 0.05)
    await asyncio.sleep(0.1)
    assert await store.get(key) == []


async def test_a_redis_that_is_down_is_one_line():
    store = RedisStore("redis://127.0.0.1:9/0")
    with pytest.raises(StoreUnavailable, match="REDIS_URL") as refused:
        await store.get("k")
    with pytest.raises(StoreUnavailable):
        await store.put("k", "f", "v", 1)
    assert "\n" not in str(refused.value)
    await store.close()
