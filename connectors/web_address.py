"""Where a request comes from, and how much one place and one tenant's visitors may write together."""

from sanic.request import Request

from connectors.public_web import is_public
from connectors.rates import Rate, Rates, TooFast
from protocol.tenants import Tenant


def address_of(request: Request, proxies: int) -> str:
    """The visitor's public address, behind so many proxies of our own; empty for one that can't tell visitors apart.

    Each proxy adds the address that called it to the end of X-Forwarded-For; what stands before those is anybody's claim.
    """
    forwarded = [part.strip() for part in ",".join(request.headers.getall("x-forwarded-for", [])).split(",")]
    found = forwarded[-proxies] if 0 < proxies <= len(forwarded) else str(request.ip)
    try:
        return found if is_public(found) else ""
    except ValueError:
        return ""


class Floods:
    """A visitor may begin as many sessions as he likes, so that a rate per session alone stops nobody."""

    def __init__(self) -> None:
        self._addresses = Rates()
        self._tenants = Rates()

    def check(self, tenant: Tenant, address: str) -> None:
        """Count one message; raises TooFast."""
        if address:
            _refuse(self._addresses.count(f"{tenant.id} {address}", tenant.messages_per_minute_by_address))
        _refuse(self._tenants.count(tenant.id, tenant.messages_per_minute_in_all))


def _refuse(rate: Rate) -> None:
    if not rate.allowed:
        raise TooFast(rate.retry_after)
