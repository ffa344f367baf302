"""The tenants of this installation, from `tenants/<id>.yml`."""

from pathlib import Path

import yaml

from protocol.errors import SettingsError
from protocol.tenants import Tenant


def read_tenants(folder: Path) -> dict[str, Tenant]:
    """Every tenant by id; raises SettingsError that names the file."""
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise SettingsError(f"No tenant in {folder}.", hint="Copy tenants/demo.yml there and change it.")
    tenants = {}
    for file in files:
        try:
            tenants[file.stem] = Tenant.parse(file.stem, yaml.safe_load(file.read_text("utf-8")))
        except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
            raise SettingsError(f"tenants/{file.name} can't be read: {str(error).splitlines()[0]}.") from error
    return tenants
