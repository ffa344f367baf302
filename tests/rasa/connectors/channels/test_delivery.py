"""What becomes of replies: limits, windows, receipts, refusals."""

import httpx

from tests.fakes.http_server import Reply
from tests.rasa.connectors.channels.customers import (
    CloudCustomer,
    Customer,
    TelegramCustomer,
    TwilioCustomer,
    answers,
    channel_of,
)
from tests.rasa.connectors.channels.server import ChannelsServer, wait_for

HELLO = "Hello!\n\nWhat can I do?"


def test_what_is_said_to_an_absent_customer_waits_behind_a_template(server: ChannelsServer) -> None:
    customer = CloudCustomer(server)
    customer.says("hello", timestamp="1600000000")  # years ago by the provider's clock
    assert answers(customer) == ["template come_back en"]
    [held] = wait_for(lambda: server.rows("SELECT * FROM deliveries WHERE state = 'held'"))
    assert held["text"] == HELLO
    customer.says("where is my order RS-4")
    assert answers(customer, 3)[1] == HELLO
    assert answers(customer, 3)[2].startswith("Order RS-4.")


def test_a_receipt_is_kept_with_what_was_sent(server: ChannelsServer) -> None:
    customer = CloudCustomer(server)
    customer.says("hello")
    answers(customer)
    conversation = f"demo.whatsapp_cloud.{customer.phone}"
    query = "SELECT * FROM deliveries WHERE conversation = ? AND state = ?"
    [sent] = wait_for(lambda: server.rows(query, conversation, "sent"))
    for state in ("read", "delivered"):  # they come in any order
        status = {"id": sent["provider_id"], "status": state, "timestamp": "1", "recipient_id": customer.phone}
        value = {"metadata": {"phone_number_id": "1122334455667"}, "statuses": [status]}
        customer.delivers({"entry": [{"changes": [{"field": "messages", "value": value}]}]})
    assert server.rows(query, conversation, "read")


def test_who_writes_too_much_is_told_once_and_then_not_heard(server: ChannelsServer) -> None:
    customer = TelegramCustomer(server, tenant="shop")
    for _ in range(5):
        assert customer.says("hello").status_code == 200
    query = "SELECT * FROM inbox WHERE tenant = 'shop' AND state IN ('finished', 'failed')"
    wait_for(lambda: len(server.rows(query)) == 5)
    assert answers(customer, 3) == [HELLO, HELLO, "Slowly please."]
    assert [row["error"][:18] for row in server.rows(query)] == ["", "", "", "Too many messages.", "Too many messages."]


def test_spam_is_told_once_and_then_not_heard(customer: Customer, server: ChannelsServer) -> None:
    for number in range(8):
        customer.says("Cheap pills, call now" + "!" * number)
    mine = f"demo.{channel_of(customer)}.{_sender(customer)}"
    query = "SELECT * FROM inbox WHERE conversation = ? AND state IN ('finished', 'failed') ORDER BY id"
    wait_for(lambda: len(server.rows(query, mine)) == 8)
    assert answers(customer, 7)[6:] == ["Slowly please."]
    assert [row["error"][:18] for row in server.rows(query, mine)] == [""] * 7 + ["Too many messages."]


def test_messages_over_the_tenants_rate_wait_and_are_not_lost(server: ChannelsServer) -> None:
    customers = [TelegramCustomer(server, tenant="busy") for _ in range(3)]
    for customer in customers:
        customer.says("hello")
    wait_for(lambda: len(server.rows("SELECT 1 FROM inbox WHERE tenant = 'busy' AND state = 'finished'")) == 2)
    assert len(server.rows("SELECT 1 FROM inbox WHERE tenant = 'busy' AND state IN ('accepted', 'working')")) == 1


def test_a_person_can_write_to_the_customer_through_the_bot(customer: Customer, server: ChannelsServer) -> None:
    sender = _sender(customer)
    channel = channel_of(customer)
    customer.says("hello")
    answers(customer)
    url = f"{server.url}/conversations/demo.{channel}.{sender}/tracker/events"
    said = {"event": "bot", "text": "नमस्ते, मैं रवि हूँ।", "data": {}, "metadata": {}}
    query = {"output_channel": channel, "execute_side_effects": "true"}
    httpx.post(url, params=query, json=said, timeout=30).raise_for_status()
    assert answers(customer, 2)[1] == "नमस्ते, मैं रवि हूँ।"


def test_a_provider_that_is_busy_is_asked_again(customer: Customer, server: ChannelsServer) -> None:
    busy = {
        CloudCustomer: (server.graph, Reply({"error": {"code": 130429, "message": "Rate limit hit"}}, 429)),
        TwilioCustomer: (server.twilio, Reply({"code": 20429, "message": "Too many requests"}, 429)),
        TelegramCustomer: (
            server.telegram,
            Reply({"ok": False, "error_code": 429, "description": "Too Many", "parameters": {"retry_after": 1}}, 429),
        ),
    }
    service, reply = busy[type(customer)]
    service.refusals += [reply, reply, Reply("Bad gateway", 502)]
    customer.says("hello")
    assert answers(customer)[-1] == HELLO
    mine = f"demo.{channel_of(customer)}.{_sender(customer)}"
    query = "SELECT * FROM deliveries WHERE state = 'sent' AND attempts > 1 AND conversation = ?"
    assert wait_for(lambda: server.rows(query, mine))


def test_a_reply_that_can_not_be_delivered_is_there_for_the_support_team(
    customer: Customer, server: ChannelsServer
) -> None:
    refusals = {
        CloudCustomer: (server.graph, Reply({"error": {"code": 131026, "message": "Undeliverable"}}, 400)),
        TwilioCustomer: (server.twilio, Reply({"code": 21610, "message": "Unsubscribed"}, 400)),
        TelegramCustomer: (
            server.telegram,
            Reply({"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}, 403),
        ),
    }
    service, reply = refusals[type(customer)]
    service.refusals += [reply, reply]  # the first may meet the typing sign
    customer.says("let me talk to a person")
    channel = channel_of(customer)
    query = "SELECT * FROM deliveries WHERE state = 'failed' AND channel = ?"
    [row] = wait_for(lambda: server.rows(query, channel))
    assert row["tenant"] == "demo"
    assert row["text"] == "A person will come."
    assert "HTTP 400" in row["error"] or "blocked" in row["error"]
    service.refusals.clear()
    customer.says("hello")  # and the next one goes through
    wait_for(lambda: customer.read()[-1] == HELLO)


def _sender(customer: Customer) -> object:
    return customer.chat if isinstance(customer, TelegramCustomer) else customer.phone
