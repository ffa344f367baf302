"""WhatsApp's limits, met by choosing the right shape and never by cutting: buttons, a list, or numbers to type.

Three buttons of 20 characters, or ten rows of 24 (their description 72), under a body of 1,024
(https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages).
"""

from collections.abc import Mapping
from typing import Any, Literal

from connectors.buttons import shown
from connectors.markup import formatted
from connectors.outbox import Part
from connectors.payloads import short
from connectors.split import length, pieces
from connectors.styles import WHATSAPP
from connectors.wording import with_sources, word

MAX_BODY = 1_024
MAX_BUTTONS, MAX_BUTTON_TITLE = 3, 20
MAX_ROWS, MAX_ROW_TITLE, MAX_ROW_DESCRIPTION = 10, 24, 72
MAX_ID = 200
Shape = Literal["none", "buttons", "list", "numbers"]


def shape_of(buttons: list[dict[str, Any]]) -> Shape:
    """The first shape that these fit in as they are."""
    titles = [str(button.get("title", "")) for button in buttons]
    if not titles:
        return "none"
    if len(titles) <= MAX_BUTTONS and all(0 < len(title) <= MAX_BUTTON_TITLE for title in titles):
        return "buttons" if len(set(titles)) == len(titles) else "numbers"
    if len(titles) <= MAX_ROWS and all(0 < len(title) <= MAX_ROW_DESCRIPTION for title in titles):
        return "list"
    return "numbers"


def parts_of(response: Mapping[str, Any], language: str, max_text: int) -> list[Part]:
    """A response as messages of the kinds `image`, `text`, `buttons` and `list`; `max_text` is the provider's limit."""
    buttons = shown(response)
    shape = shape_of(buttons)
    text = formatted(with_sources(response, language), WHATSAPP)
    if shape == "numbers":
        lines = [f"{number}. {button.get('title', '')}" for number, button in enumerate(buttons, 1)]
        text = "\n".join([text, "", *lines, "", word("number", language)]).strip()
    texts = pieces(text, max_text)
    parts: list[Part] = [{"kind": "image", "url": url, "text": ""} for url in _images(response)]
    if shape in ("none", "numbers"):
        parts += [{"kind": "text", "text": piece} for piece in texts]
    else:
        body = texts.pop() if texts and length(texts[-1]) <= MAX_BODY else word("choose", language)
        parts += [{"kind": "text", "text": piece} for piece in texts]
        parts.append(_buttons(body, buttons) if shape == "buttons" else _list(body, buttons, language))
    return [{**part, "language": language} for part in parts]


def _buttons(body: str, buttons: list[dict[str, Any]]) -> Part:
    choices = [{"id": _id(button), "title": button["title"]} for button in buttons]
    return {"kind": "buttons", "text": body, "buttons": choices}


def _list(body: str, buttons: list[dict[str, Any]], language: str) -> Part:
    """A title that is too long for a row's becomes its description, under a number."""
    rows = []
    for number, button in enumerate(buttons, 1):
        title = str(button["title"])
        fits = len(title) <= MAX_ROW_TITLE
        rows.append({"id": _id(button), "title": title if fits else str(number), "description": "" if fits else title})
    return {"kind": "list", "text": body, "button": word("options", language), "rows": rows}


def _id(button: Mapping[str, Any]) -> str:
    return short(str(button.get("payload") or button["title"]), MAX_ID)


def _images(response: Mapping[str, Any]) -> list[str]:
    # Rasa repeats a response's image as its attachment
    image = response.get("image") or response.get("attachment")
    return [image] if isinstance(image, str) and image.startswith("https://") else []
