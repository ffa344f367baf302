"""Reads a channel's entry in a tenant's file; secrets are named there and stand in the environment."""

import os
from collections.abc import Mapping
from typing import Any

from protocol.errors import SettingsError


class AccountEntry:
    """`channels.<name>` of `tenants/<tenant>.yml`."""

    def __init__(self, tenant: str, channel: str, entry: Mapping[str, Any]) -> None:
        self._where = f"tenants/{tenant}.yml: channels.{channel}"
        self._entry = entry
        self._read: set[str] = set()

    def text(self, key: str, default: str | None = None) -> str:
        """Raises SettingsError when it is missing and has no default."""
        self._read.add(key)
        value = self._entry.get(key, default)
        if value is None or isinstance(value, (dict, list)) or not str(value).strip():
            raise SettingsError(f"{self._where}.{key} is missing.")
        return str(value).strip()

    def secret(self, key: str) -> str:
        """The value of the environment variable that `<key>_variable` names; raises SettingsError that names it."""
        variable = self.text(f"{key}_variable")
        value = os.environ.get(variable, "").strip()
        if not value:
            raise SettingsError(f"{variable} is not set; {self._where}.{key}_variable names it.")
        return value

    def texts(self, key: str) -> Mapping[str, str]:
        """A mapping of texts, such as names by language; empty when it is missing."""
        self._read.add(key)
        value = self._entry.get(key) or {}
        if not isinstance(value, Mapping):
            raise SettingsError(f"{self._where}.{key} must be a mapping.")
        return {str(name): str(text) for name, text in value.items()}

    def finish(self) -> None:
        """Raises SettingsError for a key that nobody asked for."""
        unknown = set(self._entry) - self._read
        if unknown:
            raise SettingsError(f"{self._where}: unknown key {sorted(map(str, unknown))[0]!r}.")
