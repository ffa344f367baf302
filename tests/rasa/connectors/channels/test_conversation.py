"""On every messaging channel: asked and answered, in order, in the customer's language, by text and by buttons."""

import pytest

from tests.rasa.connectors.channels.customers import (
    CloudCustomer,
    Customer,
    TelegramCustomer,
    answers,
)
from tests.rasa.connectors.channels.messages import press, shown
from tests.rasa.connectors.channels.server import ChannelsServer, wait_for
from tests.rasa.connectors.slow_actions import SlowActions

HELLO = "Hello!\n\nWhat can I do?"


def test_a_greeting_is_answered(customer: Customer) -> None:
    assert customer.says("hello").status_code == 200
    assert answers(customer) == [HELLO]


def test_messages_of_one_customer_are_answered_in_their_order(customer: Customer) -> None:
    for number in range(10):
        customer.says(f"where is my order RS-{number}")
    assert [text.splitlines()[0] for text in answers(customer, 10)] == [f"Order RS-{number}." for number in range(10)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * 5_000, "That is too long."),
        ("पासवर्ड कैसे बदलें " * 300, "यह बहुत लंबा है।"),
        ("password kaise badle bhai batao " * 200, "Yeh bahut lamba hai."),
    ],
)
def test_the_customer_is_answered_in_their_language(customer: Customer, text: str, said: str) -> None:
    customer.says(text)
    assert answers(customer) == [said]


def test_a_typed_command_is_only_text(customer: Customer) -> None:
    customer.says("where is my order RS-5")
    customer.says("/restart")
    customer.says("order status please")
    assert answers(customer, 3)[2].startswith("Order RS-5.")  # the slot is still there


def test_a_pressed_button_is_obeyed_and_a_forged_one_is_not(customer: Customer) -> None:
    customer.says("hello")
    answers(customer)
    press(customer, '/order_status{"order_number": "RS-7"}')
    assert answers(customer, 2)[1].startswith("Order RS-7.")
    press(customer, "/restart")
    customer.says("order status please")
    assert answers(customer, 4)[3].startswith("Order RS-7.")


def test_a_long_payload_comes_back_whole(customer: Customer) -> None:
    customer.says("give me options")
    assert answers(customer)[0].startswith("Which one?")
    press(customer, shown(customer)[3]["id"])
    assert answers(customer, 2)[1].startswith("Order RS-9.")


def test_a_long_title_is_shown_whole_and_chosen_by_its_number(customer: Customer) -> None:
    customer.says("give me options")
    answers(customer)
    choices = shown(customer)
    assert len(choices) == 4
    assert "The bill prints twice on the thermal printer" in choices[1].values()
    if isinstance(customer, TelegramCustomer):
        return  # a keyboard takes any title
    assert choices[1]["title"] == "2"
    customer.says("2")
    assert answers(customer, 2)[1] == "A person will come."
    customer.says("2")  # no choice is open any more
    assert answers(customer, 3)[2] != "A person will come."


def test_the_customer_sees_that_the_bot_is_at_work(server: ChannelsServer) -> None:
    cloud, telegram = CloudCustomer(server), TelegramCustomer(server)
    cloud.says("hello", id="wamid.receipt")
    telegram.says("hello")
    answers(cloud), answers(telegram)
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.receipt"}
    assert {**read, "typing_indicator": {"type": "text"}} in [call.json() for call in server.graph.calls if call.body]
    assert "sendChatAction" in server.telegram.asked


def test_a_pressed_button_of_telegram_stops_spinning(server: ChannelsServer) -> None:
    customer = TelegramCustomer(server)
    customer.says("hello")
    answers(customer)
    press(customer, "/talk_to_human")
    assert "A person will come." in answers(customer, 2)
    wait_for(lambda: "answerCallbackQuery" in server.telegram.asked)


def test_telegram_shows_an_answer_in_the_making_and_then_the_whole(
    server: ChannelsServer, actions: SlowActions
) -> None:
    pieces = ["First open the settings of the counter PC. ", "Then choose the printer's own driver there. ", "Print."]
    kept, actions.deltas = actions.deltas, f"{server.url}/webhooks/web/deltas"
    actions.pieces, actions.seconds = pieces, 0.1
    try:
        customer = TelegramCustomer(server)
        customer.says("think slowly about it")
        assert answers(customer) == ["".join(pieces)]
    finally:
        actions.deltas, actions.pieces, actions.seconds = kept, [], 0.0
    drafts = [call.form() for call in server.telegram.calls if call.path.endswith("/sendMessageDraft")]
    assert [draft["text"] for draft in drafts] == [pieces[0], "".join(pieces[:2])]


def test_in_a_group_the_bot_replies_to_who_addressed_it(server: ChannelsServer) -> None:
    customer = TelegramCustomer(server, chat=-100_500)
    customer.says("hello everybody")
    customer.says("@ReckonBot hello")
    assert answers(customer) == [HELLO]
    assert customer.got()[0]["reply_parameters"]["message_id"] > 0
