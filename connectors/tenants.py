"""The tenants of this installation, as the Rasa half reads them, and who is meant by a widget's key."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from protocol.errors import Forbidden, SettingsError
from protocol.tenants import Tenant


class Tenants:
    """All tenants, found by id or by the public key of their widget."""

    def __init__(self, tenants: Mapping[str, Tenant]) -> None:
        self._by_id = dict(tenants)
        self._by_key: dict[str, Tenant] = {}
        for tenant in self.on_the_web():
            assert tenant.web is not None
            if tenant.web.key in self._by_key:
                raise SettingsError(f"tenants/{tenant.id}.yml: another tenant has the web key {tenant.web.key!r}, too.")
            self._by_key[tenant.web.key] = tenant

    @classmethod
    def read(cls, folder: Path) -> "Tenants":
        """Read `<folder>/*.yml`; raises SettingsError that names the file."""
        files = sorted(folder.glob("*.yml"))
        if not files:
            raise SettingsError(f"No tenant in {folder}.", hint="Copy tenants/demo.yml there and change it.")
        return cls({file.stem: Tenant.parse(file.stem, _parse(file)) for file in files})

    def __getitem__(self, tenant_id: str) -> Tenant:
        return self._by_id[tenant_id]

    def __iter__(self) -> Iterator[Tenant]:
        return iter(self._by_id.values())

    def on_the_web(self) -> Iterator[Tenant]:
        """Those that have a widget."""
        return (tenant for tenant in self._by_id.values() if tenant.web)

    def by_web_key(self, key: object) -> Tenant:
        """Whose widget carries `key`; without a key the only web tenant there is. Raises Forbidden."""
        if key in (None, "") and len(self._by_key) == 1:
            return next(iter(self._by_key.values()))
        if not isinstance(key, str) or key not in self._by_key:
            raise Forbidden("No tenant has this key.", hint="It is channels.web.key in the tenant's file.")
        return self._by_key[key]


def _parse(file: Path) -> object:
    try:
        parsed: object = YAML(typ="safe", pure=True).load(file.read_text("utf-8"))
    except (YAMLError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"tenants/{file.name} can't be read: {str(error).splitlines()[0]}.") from error
    return parsed
