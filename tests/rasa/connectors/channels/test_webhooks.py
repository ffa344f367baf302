"""What providers, and those who pretend to be one, bring to the webhooks."""

import httpx

from tests.rasa.connectors.channels.customers import (
    CloudCustomer,
    Customer,
    TelegramCustomer,
    TwilioCustomer,
    answers,
    channel_of,
    silence,
)
from tests.rasa.connectors.channels.server import ChannelsServer
from tests.rasa.connectors.payloads import cloud_payloads


def test_every_recorded_webhook_is_taken_without_a_server_error(server: ChannelsServer) -> None:
    customer = CloudCustomer(server)
    for name, payload in cloud_payloads().items():
        assert customer.delivers(payload).status_code == 200, name


def test_forged_and_cut_webhooks_are_refused_and_leave_nothing(customer: Customer, server: ChannelsServer) -> None:
    before = server.rows("SELECT count(*) AS n FROM inbox")[0]["n"]
    if isinstance(customer, CloudCustomer):
        refused = [customer.delivers({}, secret="guess"), customer.posts(b"{}", {}), customer.posts(b"", {})]
    elif isinstance(customer, TwilioCustomer):
        refused = [customer.delivers({"AccountSid": "AC1", "To": "whatsapp:+14155238886"}, token="guess")]
    else:
        refused = [customer.delivers({"update_id": 1}, secret="guess"), customer.posts(b"{", secret="")]
    assert {response.status_code for response in refused} == {403}
    if isinstance(customer, TelegramCustomer):
        assert customer.posts(b'{"update_id": 1').status_code == 400
    assert server.rows("SELECT count(*) AS n FROM inbox")[0]["n"] == before


def test_an_unknown_tenant_has_no_webhook(server: ChannelsServer) -> None:
    assert TelegramCustomer(server, tenant="nobody").delivers({"update_id": 1}).status_code == 403


def test_a_body_of_two_megabytes_is_refused(customer: Customer) -> None:
    channel = channel_of(customer)
    url = f"{customer.server.url}/webhooks/{channel}/webhook"
    assert httpx.post(url, content=b"x" * 2_000_000, timeout=30).status_code == 413
    chunks = (b"x" * 100_000 for _ in range(20))
    assert httpx.post(url, content=chunks, timeout=30).status_code == 413


def test_the_same_webhook_twice_is_answered_once(customer: Customer) -> None:
    again = {
        CloudCustomer: lambda: customer.says("hello", id="wamid.same" + customer.phone),
        TwilioCustomer: lambda: customer.says("hello", MessageSid="SMsame" + customer.phone[-8:]),
        TelegramCustomer: lambda: customer.delivers(
            {"update_id": 900_000_000 + customer.id, "message": customer.message(text="hello")}
        ),
    }
    for _ in range(3):
        assert again[type(customer)]().status_code == 200
    answers(customer)
    silence(customer, after=1)
