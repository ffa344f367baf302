"""Conversation ids: `<tenant>.<channel>.<sender>`, which is Rasa's `sender_id`."""

import re
from dataclasses import dataclass

from protocol.errors import BadRequest

_PART = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SENDER = re.compile(r"[A-Za-z0-9_.:+@=-]{1,128}")


@dataclass(frozen=True)
class Conversation:
    """Who talks to whom, and where."""

    tenant: str
    channel: str
    sender: str

    def __post_init__(self) -> None:
        if not (_PART.fullmatch(self.tenant) and _PART.fullmatch(self.channel) and _SENDER.fullmatch(self.sender)):
            raise BadRequest(f"{str(self)[:80]!r} is no conversation id (<tenant>.<channel>.<sender>).")

    def __str__(self) -> str:
        return f"{self.tenant}.{self.channel}.{self.sender}"

    @classmethod
    def parse(cls, conversation_id: str) -> "Conversation":
        """Read a `sender_id`; raises BadRequest when it isn't one of ours (`rasa shell` uses its own)."""
        parts = conversation_id.split(".", 2)
        if len(parts) != 3:
            raise BadRequest(f"{conversation_id[:80]!r} is no conversation id (<tenant>.<channel>.<sender>).")
        return cls(*parts)
