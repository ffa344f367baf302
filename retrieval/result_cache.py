"""Search results that are still true: kept with the version of the knowledge that they were found in, which every process sees grow."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class ResultCache(Generic[Kept]):
    """The last `size` results; the least recently used goes first. A change of the tenant's knowledge, by any process, makes its entries void."""

    def __init__(self, size: int = 512) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[str, Hashable], tuple[int, Kept]] = OrderedDict()

    def get(self, tenant: str, key: Hashable, knowledge_version: int) -> Kept | None:
        """What was kept under this very version of the tenant's knowledge."""
        version, result = self._kept.get((tenant, key), (-1, None))
        if result is None:
            return None
        if version != knowledge_version:
            del self._kept[tenant, key]
            return None
        self._kept.move_to_end((tenant, key))
        return result

    def keep(self, tenant: str, key: Hashable, knowledge_version: int, result: Kept) -> None:
        """`knowledge_version` must have been read before the search began: then what changed meanwhile makes the entry void, too."""
        self._kept[tenant, key] = (knowledge_version, result)
        self._kept.move_to_end((tenant, key))
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
