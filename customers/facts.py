"""The stable facts that may be known of a customer: three, each with a value that can be checked; nothing else is ever kept."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from protocol.languages import LANGUAGES, Language


@dataclass(frozen=True)
class Facts:
    """What a customer told of themself; a fact that isn't known is empty."""

    product: str = ""  # one of the names in the tenant's file
    stores: int = 0  # 1 to 9,999
    language: Language | None = None  # in which they want to be answered

    @property
    def names(self) -> tuple[str, ...]:
        """Which facts are known."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name))

    def __bool__(self) -> bool:
        return bool(self.names)

    def updated(self, newer: "Facts") -> "Facts":
        """With the newer values in the place of these."""
        return replace(self, **{name: getattr(newer, name) for name in newer.names})

    def only(self, names: Iterable[str]) -> "Facts":
        """Those of the given names."""
        return Facts(**{name: getattr(self, name) for name in self.names if name in names})

    def values(self) -> dict[str, str]:
        """As texts, by name; the inverse of `read`."""
        return {name: str(getattr(self, name)) for name in self.names}

    @classmethod
    def read(cls, values: Any) -> "Facts":
        """The facts among `values` by name; what isn't a fact or can't be one is left out."""
        if not isinstance(values, Mapping):
            return cls()
        stores = re.fullmatch(r"[1-9][0-9]{0,3}", str(values.get("stores", "")))
        language = values.get("language")
        return cls(
            product=str(values.get("product") or "")[:80],
            stores=int(stores[0]) if stores else 0,
            language=language if language in LANGUAGES else None,
        )


NOTHING = Facts()
NAMES = tuple(field.name for field in fields(Facts))
