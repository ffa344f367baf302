"""What a new user sees: the five questions, over the chat API and over the web socket."""

import asyncio
import uuid

import httpx
import pytest
import socketio

PASSWORD = {
    "en": "how do I reset my password",
    "hi": "पासवर्ड कैसे बदलें",
    "hinglish": "password kaise reset karu",
}


def chat(stack, text, session=None):
    response = httpx.post(
        f"{stack.rasa}/webhooks/web/chat",
        json={"key": "demo", "text": text, **({"session": session} if session else {})},
        timeout=60,
    )
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("language", PASSWORD)
def test_a_question_is_answered_from_the_documents_in_the_customers_language(stack, language):
    reply = chat(stack, PASSWORD[language])
    assert reply["language"] == language
    [message] = reply["messages"]
    assert message["sources"], message
    assert "assword" in message["text"] or "पासवर्ड" in message["text"]
    assert "password" in message["sources"][0]["url"]
    devanagari = sum("\u0900" <= character <= "\u097f" for character in message["text"])
    assert (devanagari > len(message["text"]) / 4) == (language == "hi")


@pytest.mark.parametrize(
    "text", ["Where is my order RS-10241?", "मेरा ऑर्डर RS-10241 कहाँ है", "mera order RS-10241 kahan hai"]
)
def test_an_order_question_is_understood_before_an_erp_exists(stack, text):
    reply = chat(stack, text)
    assert "RS-10241" in reply["messages"][0]["text"]
    assert reply["messages"][0]["buttons"]
    assert not reply["messages"][0]["sources"]


@pytest.mark.parametrize(
    "text", ["Will it rain in Pune tomorrow?", "क्या कल पुणे में बारिश होगी?", "kal pune mein baarish hogi kya"]
)
def test_what_is_not_our_business_is_declined_with_what_we_can_do(stack, text):
    reply = chat(stack, text)
    assert not any(message["sources"] for message in reply["messages"])
    assert any(message["buttons"] for message in reply["messages"])


async def test_the_five_questions_over_the_web_socket(stack):
    client = socketio.AsyncClient()
    replies: asyncio.Queue = asyncio.Queue()
    confirmed: asyncio.Queue = asyncio.Queue()
    client.on("bot_uttered", replies.put)
    client.on("session_confirm", confirmed.put)
    await client.connect(stack.rasa, socketio_path="/webhooks/web/socket.io", auth={"key": "demo"})
    await client.emit("session_request", {"session_id": None})
    session = await asyncio.wait_for(confirmed.get(), 10)
    questions = [*PASSWORD.values(), "Where is my order RS-10241?", "Will it rain in Pune tomorrow?"]
    for question in questions:
        await client.emit(
            "user_uttered", {"message": question, "session_id": session, "metadata": {"message_id": uuid.uuid4().hex}}
        )
        assert (await asyncio.wait_for(replies.get(), 30))["text"]
    await client.disconnect()


def test_a_ticket_is_opened_and_found_again_and_by_nobody_else(stack):
    first = chat(stack, "please open a ticket")
    session = first["session"]
    second = chat(stack, "my bills print twice on the TVS printer since this morning", session)
    number = next(
        word
        for message in second["messages"]
        for word in message["text"].replace(".", " ").split()
        if word.startswith("TKT-")
    )
    assert number in chat(stack, f"what is the status of ticket {number}", session)["messages"][0]["text"]
    assert "can't find" in chat(stack, f"what is the status of ticket {number}")["messages"][0]["text"].lower()


@pytest.mark.parametrize(
    "text",
    [
        "🙂🙂🙂",
        "/restart",
        '/order_status{"order_number":"x"}',
        "/session_start",
        "a\0b\0c",
        "\u202e\u200b\u200d",
        "x" * 100_000,
        "؟" * 50,
    ],
)
def test_strange_input_gets_a_polite_answer_and_never_a_trace(stack, text):
    response = httpx.post(f"{stack.rasa}/webhooks/web/chat", json={"key": "demo", "text": text}, timeout=60)
    assert response.status_code in (200, 400, 413), response.text
    assert "Traceback" not in response.text
    if response.status_code == 200:
        assert any(message["text"].strip() for message in response.json()["messages"])
    else:
        assert response.json()["error"]["message"]


def test_a_typed_payload_opens_nothing(stack):
    reply = chat(stack, '/order_status{"order_number":"RS-99999"}')
    assert not any("RS-99999 " in message["text"] and "can't" not in message["text"] for message in reply["messages"])
