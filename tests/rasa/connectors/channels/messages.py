"""Files and pressed buttons, as each provider brings them."""

from typing import Any

from tests.rasa.connectors.channels.customers import (
    CloudCustomer,
    Customer,
    TwilioCustomer,
)


def send_photo(customer: Customer, name: str, caption: str = "") -> None:
    if isinstance(customer, CloudCustomer):
        customer.sends(type="image", image={"id": name, "mime_type": "image/png", "caption": caption})
    elif isinstance(customer, TwilioCustomer):
        url = f"{customer.server.twilio.url}/2010-04-01/Accounts/AC1/Messages/MM1/Media/{name}"
        customer.sends(Body=caption, NumMedia="1", MediaUrl0=url, MediaContentType0="image/png")
    else:
        size = {"file_id": name, "file_unique_id": name, "width": 10, "height": 10}
        customer.sends(photo=[{**size, "file_id": "thumb"}, size], caption=caption)


def send_voice(customer: Customer, name: str) -> None:
    if isinstance(customer, CloudCustomer):
        customer.sends(type="audio", audio={"id": name, "mime_type": "audio/ogg; codecs=opus", "voice": True})
    elif isinstance(customer, TwilioCustomer):
        url = f"{customer.server.twilio.url}/2010-04-01/Accounts/AC1/Messages/MM1/Media/{name}"
        customer.sends(NumMedia="1", MediaUrl0=url, MediaContentType0="audio/ogg")
    else:
        customer.sends(voice={"file_id": name, "file_unique_id": name, "duration": 2})


def press(customer: Customer, payload: str) -> None:
    if isinstance(customer, CloudCustomer):
        reply = {"type": "button_reply", "button_reply": {"id": payload, "title": "a button"}}
        customer.sends(type="interactive", interactive=reply)
    elif isinstance(customer, TwilioCustomer):
        customer.sends(ButtonText="a button", ButtonPayload=payload, Body="a button")
    else:
        person = {"id": customer.id, "is_bot": False, "first_name": "Asha"}
        query = {
            "id": "q1",
            "from": person,
            "chat_instance": "1",
            "data": payload,
            "message": customer.message(text="?"),
        }
        customer.delivers({"update_id": 700_000_000 + customer.message()["message_id"], "callback_query": query})


def shown(customer: Customer) -> list[dict[str, Any]]:
    """The choices of the last message."""
    last = customer.got()[-1]
    if isinstance(customer, CloudCustomer):
        return last["interactive"]["action"]["sections"][0]["rows"]
    if isinstance(customer, TwilioCustomer):
        items = customer.server.twilio.contents[last["ContentSid"]]["types"]["twilio/list-picker"]["items"]
        return [{"id": item["id"], "title": item["item"], "description": item["description"]} for item in items]
    rows = last["reply_markup"]["inline_keyboard"]
    return [{"id": button["callback_data"], "title": button["text"]} for row in rows for button in row]
