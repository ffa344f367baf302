"""What every channel's way out has in common."""

from typing import Any

from rasa.core.channels.channel import OutputChannel


class Speaker(OutputChannel):
    """One message per response of the bot: text, buttons, image and sources stay together, nothing is split.

    A channel fills in `deliver`, and the other three where its provider has such a thing.
    """

    def __init__(self) -> None:
        self.said = 0
        self.language: str = ""  # the customer's, as the flow found it

    async def deliver(self, recipient_id: str, response: dict[str, Any]) -> None:
        """Send one response; its keys are Rasa's: text, buttons, quick_replies, image, attachment, custom."""
        raise NotImplementedError

    async def start(self, recipient_id: str) -> None:
        """The bot begins to work on a message: a typing sign, a read receipt."""

    async def stop(self, recipient_id: str) -> None:
        """The bot has said what it has to say."""

    async def stream(self, recipient_id: str, seq: int, delta: str, *, passing: bool = False) -> None:
        """A piece of an answer that is still being made; the whole follows by `deliver`. A `passing` one gives way to the next of its number."""

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Called by Rasa for each thing the bot says."""
        if any(message.get(part) for part in ("text", "buttons", "quick_replies", "image", "attachment", "custom")):
            self.said += 1
            await self.deliver(recipient_id, message)

    async def send_text_message(self, recipient_id: str, text: str, **_: Any) -> None:
        """Rasa's default actions call this one directly."""
        await self.send_response(recipient_id, {"text": text})
