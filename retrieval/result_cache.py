"""Search results that are still true: kept with the version of the knowledge that they were found in, which every process sees grow."""

from collections.abc import Hashable
from typing import Generic, TypeVar

from retrieval.recent import Recent

Kept = TypeVar("Kept")


class ResultCache(Generic[Kept]):
    """The last `size` results; the least recently used goes first. A change of the tenant's knowledge, by any process, makes its entries void."""

    def __init__(self, size: int = 512) -> None:
        self._kept: Recent[tuple[str, Hashable], tuple[int, Kept]] = Recent(size)

    def get(self, tenant: str, key: Hashable, knowledge_version: int) -> Kept | None:
        """What was kept under this very version of the tenant's knowledge."""
        version, result = self._kept.found([(tenant, key)]).get((tenant, key), (-1, None))
        return result if version == knowledge_version else None

    def keep(self, tenant: str, key: Hashable, knowledge_version: int, result: Kept) -> None:
        """`knowledge_version` must have been read before the search began: then what changed meanwhile makes the entry void, too."""
        self._kept.keep({(tenant, key): (knowledge_version, result)})
