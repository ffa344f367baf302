"""A response of the bot in the web's two shapes: Rasa's socket protocol, and the chat API's."""

from collections.abc import Mapping
from typing import Any

from connectors.buttons import shown
from protocol.answers import AnswerCard


def socket_message(response: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Rasa's `bot_uttered`; what that protocol has no place for goes under `metadata`, which other clients ignore."""
    message: dict[str, Any] = {}
    if response.get("text"):
        message["text"] = response["text"]
    buttons = shown(response)
    if buttons:
        message.setdefault("text", "")
        message["quick_replies"] = [
            {"content_type": "text", "title": button.get("title", ""), "payload": button.get("payload", "")}
            for button in buttons
        ]
    image = _image(response)
    if image:
        message["attachment"] = {"type": "image", "payload": {"src": image}}
    elif isinstance(response.get("attachment"), Mapping):
        message["attachment"] = response["attachment"]
    message["metadata"] = {**metadata, **_extras(response)}
    return message


def chat_message(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message of `POST /chat`, from the socket's shape of it."""
    metadata = message["metadata"]
    answer = metadata.get("answer") or {}
    attachment = message.get("attachment") or {}
    return {
        "id": metadata.get("id", ""),
        "text": message.get("text", ""),
        "sources": list(answer.get("sources", ())),
        "buttons": [
            {"title": button["title"], "payload": button["payload"]} for button in message.get("quick_replies", ())
        ],
        "image": attachment["payload"]["src"] if attachment.get("type") == "image" else None,
        "answer": {key: value for key, value in answer.items() if key != "sources"} or None,
    }


def _extras(response: Mapping[str, Any]) -> dict[str, Any]:
    custom = response.get("custom")
    if not isinstance(custom, Mapping):
        return {}
    card = AnswerCard.from_custom(custom)
    if card is None:
        return {"custom": dict(custom)}
    return {**card.to_custom(), "language": card.language}


def _image(response: Mapping[str, Any]) -> str:
    # Rasa repeats a response's image as its attachment
    image = response.get("image") or response.get("attachment")
    return image if isinstance(image, str) else ""
