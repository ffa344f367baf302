"""How commands print: tables for people, JSON for programs, one line for errors."""

import json
import sys
from typing import Any

from protocol.errors import BadRequest
from protocol.tenants import Tenant
from runtime.settings import Settings
from runtime.tenants import read_tenants


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def fail(command: str, message: str, code: int = 1) -> int:
    """One line on stderr; returns the exit code."""
    print(f"sahayak {command}: {' '.join(message.split())}", file=sys.stderr)
    return code


def chosen_tenant(settings: Settings, tenant_id: str | None) -> Tenant:
    """The tenant that was named, or the only one (or `demo`); raises BadRequest for an unknown one."""
    tenants = read_tenants(settings.tenants_folder)
    if tenant_id is None:
        return tenants.get("demo") or next(iter(tenants.values()))
    if tenant_id not in tenants:
        raise BadRequest(f"There is no tenant {tenant_id!r}; there are: {', '.join(tenants)}.")
    return tenants[tenant_id]
