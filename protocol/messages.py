"""What a customer sent, in the one shape that every channel is parsed into."""

from dataclasses import dataclass, field
from typing import Any, Literal

from protocol.conversation import Conversation

MAX_TEXT = 4_000  # characters; longer messages are answered with a request to shorten them, not cut


@dataclass(frozen=True)
class Attachment:
    """A stored upload; the bytes never travel with the message, only this."""

    id: str
    media_type: str
    size: int  # bytes
    name: str = ""


@dataclass(frozen=True)
class Identity:
    """Who the customer is known to be: nobody, the channel's own sender, or the subject of a token signed by the host site."""

    kind: Literal["anonymous", "channel", "token"] = "anonymous"
    subject: str = ""

    @property
    def verified(self) -> bool:
        return self.kind != "anonymous"


@dataclass(frozen=True)
class InboundMessage:
    """One message of one customer, verified and parsed, not yet understood."""

    conversation: Conversation
    message_id: str  # the provider's own, unique within the channel; the inbox refuses a second one
    text: str = ""
    payload: str = ""  # of a button that the bot issued
    attachments: tuple[Attachment, ...] = ()
    identity: Identity = field(default_factory=Identity)
    correlation_id: str = ""

    def metadata(self) -> dict[str, Any]:
        """What Rasa keeps with the event and hands to actions."""
        return {
            "tenant": self.conversation.tenant,
            "message_id": self.message_id,
            "correlation_id": self.correlation_id,
            "identity": {"kind": self.identity.kind, "subject": self.identity.subject},
            "attachments": [vars(attachment) for attachment in self.attachments],
        }
