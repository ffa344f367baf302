"""The sentence vector of a message, handed from Rasa to the action server, so that a question is embedded once a turn."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEY = "sentence"  # in the call of an action, beside Rasa's own keys


@dataclass(frozen=True)
class SentenceVector:
    """What the model of `version` makes of `text` as a query; `numbers` are little-endian float32."""

    text: str
    version: str
    numbers: bytes

    def to_json(self) -> dict[str, str]:
        """For the body of a request."""
        return {"text": self.text, "version": self.version, "numbers": base64.b64encode(self.numbers).decode("ascii")}

    @classmethod
    def from_json(cls, call: Mapping[str, Any]) -> "SentenceVector | None":
        """Of an action's call; None when there is none or it can't be read: then the search makes its own."""
        raw = call.get(KEY)
        if not isinstance(raw, Mapping) or not all(
            isinstance(raw.get(name), str) for name in ("text", "version", "numbers")
        ):
            return None
        try:
            numbers = base64.b64decode(raw["numbers"], validate=True)
        except (binascii.Error, ValueError):
            return None
        return cls(raw["text"], raw["version"], numbers) if numbers and len(numbers) % 4 == 0 else None
