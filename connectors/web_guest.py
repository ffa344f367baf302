"""Who makes an HTTP request of the web channel: the tenant by its key, the visitor by the token, the site by its Origin."""

from dataclasses import dataclass
from typing import Any

from sanic.request import Request

from connectors import origins
from connectors.identity import Visitor
from connectors.sessions import Session
from connectors.web_desk import Desk
from protocol.tenants import Tenant


@dataclass(frozen=True)
class Guest:
    """Verified; the session is the guest's to name."""

    desk: Desk
    tenant: Tenant
    visitor: Visitor

    def session(self, session_id: object) -> Session:
        """The guest's own session of this id; raises Forbidden."""
        return self.desk.sessions.resume(session_id, self.tenant.id, self.visitor.identity)

    def session_or_new(self, session_id: object) -> Session:
        return self.desk.sessions.resume_or_start(session_id, self.tenant.id, self.visitor.identity)


def guest(request: Request, desk: Desk, key: Any) -> Guest:
    """Raises Forbidden for an unknown key, a foreign site, and a token that isn't good."""
    tenant = desk.tenants.by_web_key(key)
    origins.check(tenant, request.headers.get("origin"))
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return Guest(desk, tenant, desk.tokens.visitor(tenant, token.strip() if scheme.lower() == "bearer" else ""))
