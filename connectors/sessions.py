"""Web sessions: ids that only this server can make, each good for one tenant and, once known, one customer."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from protocol.conversation import Conversation
from protocol.errors import Forbidden
from protocol.messages import Identity

_RANDOM = 32  # hex digits that name the conversation
_SEAL = 32  # hex digits of the signature
ANONYMOUS = Identity()


@dataclass(frozen=True)
class Session:
    """`id` is the visitor's credential; the conversation's id, which logs and console show, doesn't give it away."""

    id: str
    conversation: Conversation
    identity: Identity = field(default=ANONYMOUS)


class Sessions:
    """Makes and checks session ids: `<sender>.<HMAC-SHA256 of tenant, kind and sender, cut to 128 bits>`.

    A stranger's sender is random. A customer whom the host page's token names has one made of the name: the same
    conversation on every device, and the id is worth nothing without the token.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def start(self, tenant_id: str, identity: Identity = ANONYMOUS) -> Session:
        """A new session, or the one that the customer of this identity has."""
        named = self._sign(f"subject/{tenant_id}/{identity.subject}", _RANDOM)
        return self._session(tenant_id, named if identity.verified else secrets.token_hex(_RANDOM // 2), identity)

    def resume(self, session_id: object, tenant_id: str, identity: Identity = ANONYMOUS) -> Session:
        """The session of an id that we made for this tenant and customer; raises Forbidden for any other."""
        given = session_id if isinstance(session_id, str) else ""
        sender = given.partition(".")[0]
        session = self.start(tenant_id, identity) if identity.verified else self._session(tenant_id, sender, identity)
        if len(sender) != _RANDOM or not hmac.compare_digest(given.encode("utf-8", "replace"), session.id.encode()):
            raise Forbidden("This session isn't one of ours.")
        return session

    def resume_or_start(self, session_id: object, tenant_id: str, identity: Identity = ANONYMOUS) -> Session:
        """What a visitor gets who brings an id, or none."""
        try:
            return self.resume(session_id, tenant_id, identity)
        except Forbidden:
            return self.start(tenant_id, identity)

    def _session(self, tenant_id: str, sender: str, identity: Identity) -> Session:
        kind = "web-token" if identity.verified else "web"
        seal = self._sign(f"{kind}/{tenant_id}/{sender}", _SEAL)
        if not (sender.isascii() and sender.isalnum()):  # an id of another shape, which `resume` refuses
            return Session("", Conversation(tenant_id, "web", "nobody"), identity)
        return Session(f"{sender}.{seal}", Conversation(tenant_id, "web", sender), identity)

    def _sign(self, text: str, digits: int) -> str:
        return hmac.new(self._secret, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:digits]
