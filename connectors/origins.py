"""Which sites may carry a tenant's widget."""

from collections.abc import Iterable

from protocol.errors import Forbidden
from protocol.tenants import Tenant


def allows(tenant: Tenant, origin: str | None) -> bool:
    """Whether a page of `origin` may speak for the tenant; only browsers send one, so none is no reason to refuse.

    An entry of `channels.web.origins` is a whole origin (`https://shop.example`), all hosts below one
    (`https://*.shop.example`), or `*`.
    """
    if not origin:
        return True
    origins = tenant.web.origins if tenant.web else ()
    return any(_matches(pattern, origin.lower()) for pattern in origins)


def check(tenant: Tenant, origin: str | None) -> None:
    """Raises Forbidden when `allows` says no."""
    if not allows(tenant, origin):
        raise Forbidden("This site may not carry the widget.", hint="Those in its channels.web.origins may.")


def any_allows(tenants: Iterable[Tenant], origin: str | None) -> bool:
    """For requests that don't name their tenant yet: a preflight, a socket's handshake."""
    return any(allows(tenant, origin) for tenant in tenants)


def _matches(pattern: str, origin: str) -> bool:
    pattern = pattern.lower().rstrip("/")
    scheme, wildcard, domain = pattern.partition("://*.")
    if wildcard:
        return origin.startswith(f"{scheme}://") and origin.endswith(f".{domain}")
    return pattern in ("*", origin)
