"""Who the host page says its visitor is: a token that the page's own server signed."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from connectors.sessions import ANONYMOUS
from protocol.errors import Forbidden, SettingsError
from protocol.messages import Identity
from protocol.tenants import Tenant

_SHORTEST_SECRET = 32  # bytes, as RFC 7518 (3.2) asks for HS256
_LONGEST_TOKEN = 4_096
_LEEWAY = 30  # seconds that two clocks may differ


class TokenExpired(Forbidden):
    """The host page must bring a new token."""


@dataclass(frozen=True)
class Visitor:
    """A verified identity, good until `expires` (seconds since 1970), or a stranger's."""

    identity: Identity = ANONYMOUS
    expires: float = float("inf")

    def check(self) -> None:
        """Raises TokenExpired when the token has run out meanwhile: a socket stays open for hours."""
        if time.time() > self.expires + _LEEWAY:
            raise TokenExpired("The identity token has expired.", hint="The page must bring a new one.")


class HostTokens:
    """Verifies HS256 tokens with `sub`, `exp` and `aud`, the audience being the tenant's public key."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        """`secrets` by tenant id; a tenant without one takes no tokens."""
        self._secrets = secrets

    @classmethod
    def read(cls, tenants: Iterable[Tenant], variables: Mapping[str, str]) -> "HostTokens":
        """Take each secret from the variable that the tenant's file names; raises SettingsError."""
        secrets = {}
        for tenant in tenants:
            variable = tenant.web.identity_secret if tenant.web else ""
            if not variable:
                continue
            secrets[tenant.id] = variables.get(variable, "")
            if len(secrets[tenant.id].encode()) < _SHORTEST_SECRET:
                raise SettingsError(
                    f"tenants/{tenant.id}.yml: channels.web.identity_secret names {variable}, which must hold "
                    f"{_SHORTEST_SECRET} characters at least."
                )
        return cls(secrets)

    def visitor(self, tenant: Tenant, token: object) -> Visitor:
        """Who comes with `token`; none is a stranger. Raises Forbidden or TokenExpired: a bad token is never a stranger."""
        if token in (None, ""):
            return Visitor()
        secret = self._secrets.get(tenant.id)
        if secret is None or tenant.web is None:
            raise Forbidden("This tenant takes no identity tokens.", hint="See channels.web.identity_secret.")
        if not isinstance(token, str) or len(token) > _LONGEST_TOKEN:
            raise Forbidden("The identity token is no token.")
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                audience=tenant.web.key,
                leeway=_LEEWAY,
                options={"require": ["exp", "aud", "sub"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired("The identity token has expired.", hint="The page must bring a new one.") from error
        except jwt.PyJWTError as error:
            raise Forbidden(f"The identity token isn't good: {error}.") from error
        subject = claims["sub"]
        if not isinstance(subject, str) or not subject.strip() or len(subject) > 200:
            raise Forbidden("The identity token names nobody.")
        return Visitor(Identity("token", subject), float(claims["exp"]))
