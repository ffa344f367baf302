"""What a provider's webhook brings, parsed: messages to answer, receipts of what we sent, and what is only noted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from protocol.conversation import Conversation
from protocol.messages import Attachment, Identity, InboundMessage

MediaKind = Literal["image", "document", "voice"]


@dataclass(frozen=True)
class Media:
    """A file that is still with the provider; `reference` is its URL or id there."""

    reference: str
    kind: MediaKind
    name: str = ""


@dataclass(frozen=True)
class Incoming:
    """One message to answer; it is kept in the inbox as JSON until that is done."""

    message: InboundMessage
    sent_at: float  # by the provider's clock, seconds since 1970
    media: tuple[Media, ...] = ()
    utterance: str = ""  # said instead of a turn of dialogue: the message is of a kind that isn't read
    route: Mapping[str, Any] = field(default_factory=dict)  # what the provider needs for the way back

    def to_json(self) -> dict[str, Any]:
        """For the inbox."""
        return asdict(self)

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> "Incoming":
        """The inverse of `to_json`."""
        message = dict(entry["message"])
        return cls(
            message=InboundMessage(
                **{
                    **message,
                    "conversation": Conversation(**message["conversation"]),
                    "attachments": tuple(Attachment(**attachment) for attachment in message["attachments"]),
                    "identity": Identity(**message["identity"]),
                }
            ),
            sent_at=entry["sent_at"],
            media=tuple(Media(**media) for media in entry["media"]),
            utterance=entry["utterance"],
            route=entry["route"],
        )


@dataclass(frozen=True)
class Receipt:
    """What became of a message that we sent."""

    provider_id: str
    state: Literal["delivered", "read", "failed"]
    error: str = ""


@dataclass(frozen=True)
class Parsed:
    """All of one webhook; `noted` are the kinds of what needs no answer."""

    incoming: tuple[Incoming, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    noted: tuple[str, ...] = ()

    def __add__(self, other: "Parsed") -> "Parsed":
        return Parsed(self.incoming + other.incoming, self.receipts + other.receipts, self.noted + other.noted)
