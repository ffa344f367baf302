"""Who may change a conversation now: locks in this process, or in Redis when REDIS_URL names one and several Rasas run."""

from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import InMemoryLockStore, LockStore, RedisLockStore
from rasa.shared.exceptions import RasaException
from redis import Redis, RedisError

from bot.settings import redis_url


class ConversationLocks(LockStore):
    """Hands every call to the store that fits. Raises RasaException, in one line, when Redis is named but doesn't answer."""

    def __init__(self, endpoint_config: Any = None) -> None:
        super().__init__()
        self._store: LockStore = _in_redis(redis_url()) if redis_url() else InMemoryLockStore()

    def get_lock(self, conversation_id: str) -> TicketLock | None:
        return self._store.get_lock(conversation_id)

    def save_lock(self, lock: TicketLock) -> None:
        self._store.save_lock(lock)

    def delete_lock(self, conversation_id: str) -> None:
        self._store.delete_lock(conversation_id)


def _in_redis(url: str) -> LockStore:
    store = RedisLockStore()
    try:
        store.red = Redis.from_url(url, socket_timeout=10)
        store.red.ping()
    except (RedisError, ValueError) as error:
        raise RasaException(f"Redis doesn't answer: {error}. Check REDIS_URL, such as redis://host:6379/0.") from error
    return store
