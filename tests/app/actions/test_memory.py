"""What a customer allows to be remembered, from message to message, on a real database."""

from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor
from sqlalchemy import func, select, text

from actions.memory import AllowMemory, ForgetFacts, NoteFacts, RefuseMemory, ShowFacts
from actions.recollection import Recollection
from actions.session import StartSession
from customers.built_in import BuiltInCustomerMemory
from customers.facts import Facts
from customers.tables import consents, customer_facts
from protocol.tenants import Tenant
from reviews.tables import audit_log

PRODUCTS = {"Premium": ("प्रीमियम",), "Chain": ()}
TENANTS = {
    "demo": Tenant("demo", "ReckonSales", products=PRODUCTS),
    "other": Tenant("other", "Other", languages=("en",)),
}
ANITA = "demo.whatsapp_cloud.919823012345"
TOLD = {"en": "we have 3 stores", "hi": "मेरी तीन दुकानें हैं", "hinglish": "hamari teen dukaanein hain"}


@pytest.fixture
def memory(engine):
    return BuiltInCustomerMemory(engine)


@pytest.fixture
def rows(engine):
    def count(*tables):
        with engine.connect() as connection:
            return [connection.execute(select(func.count()).select_from(table)).scalar() for table in tables]

    return count


class Customer:
    """Writes in one conversation, whose slots stay from message to message."""

    def __init__(self, memory: BuiltInCustomerMemory, engine: Any, sender: str, **identity: str) -> None:
        self._executor = ActionExecutor()
        recollection = Recollection(memory)
        for action in (
            NoteFacts(TENANTS, recollection), AllowMemory(TENANTS, memory), RefuseMemory(TENANTS, memory), ShowFacts(TENANTS, memory),
            ForgetFacts(TENANTS, memory, engine), StartSession(TENANTS, memory),
        ):  # fmt: skip
            self._executor.register_action(action)
        self.sender = sender
        _, channel, subject = sender.split(".")
        self.identity = identity or {"kind": "channel" if channel != "web" else "anonymous", "subject": subject}
        self.slots: dict[str, Any] = {}
        self.form = ""
        self.events: list[Any] = []

    async def has(self, action: str, said: str = "") -> tuple[list[Any], list[Any]]:
        metadata = {"message_id": "m1", "identity": self.identity}
        if action == "action_session_start":
            self.slots["session_started_metadata"] = metadata
        result = await self._executor.run(
            {
                "next_action": action,
                "sender_id": self.sender,
                "tracker": {
                    "sender_id": self.sender, "slots": self.slots, "events": [], "paused": False, "followup_action": None,
                    "active_loop": {"name": self.form} if self.form else {}, "latest_action_name": None,
                    "latest_message": {"text": said, "metadata": metadata},
                },
                "domain": {"slots": {}, "responses": {}, "forms": {}},
            }
        )  # fmt: skip
        self.events = result.model_dump()["events"]
        self.slots |= {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}
        return [response["response"] for response in result.model_dump()["responses"]], result.model_dump()["responses"]

    async def tells(self, said: str) -> list[str]:
        return (await self.has("action_note_facts", said))[0]

    async def does(self, action: str, said: str = "") -> list[str]:
        return (await self.has(f"action_{action}", said))[0]


@pytest.fixture
def customer(memory, engine):
    return lambda sender=ANITA, **identity: Customer(memory, engine, sender, **identity)


@pytest.mark.parametrize("language", TOLD)
async def test_the_first_fact_is_asked_about_with_its_value_and_kept_after_a_yes(customer, memory, rows, language):
    anita = customer()
    anita.slots["language"] = language
    names, responses = await anita.has("action_note_facts", TOLD[language])
    assert names == ["utter_facts_noted", "utter_ask_memory"]
    assert responses[1]["facts"] == {"en": "- Stores: 3", "hi": "- दुकानें: 3", "hinglish": "- Dukaanein: 3"}[language]
    assert anita.slots["offer"] == "memory"
    assert rows(consents, customer_facts) == [0, 0]
    assert await anita.does("allow_memory") == ["utter_memory_allowed"]
    assert anita.slots["offer"] == "nothing"
    kept = await memory.recall("demo", "whatsapp_cloud:919823012345")
    assert (kept.allowed, kept.facts) == (True, Facts(stores=3))


async def test_later_facts_are_kept_without_a_word(customer, memory):
    anita = customer()
    await anita.tells("we have 3 stores")
    await anita.does("allow_memory")
    assert await anita.tells("we now have 5 stores") == ["utter_facts_noted"]
    assert await customer().tells("we use Premium") == ["utter_facts_noted"]
    assert (await memory.recall("demo", "whatsapp_cloud:919823012345")).facts == Facts("Premium", 5)


async def test_a_no_is_kept_and_nobody_is_asked_again(customer, rows):
    anita = customer()
    await anita.tells("we have 3 stores")
    assert await anita.does("refuse_memory") == ["utter_memory_refused"]
    assert await anita.tells("we have 4 stores") == ["utter_facts_noted"]
    assert await customer().tells("we have 5 stores") == ["utter_facts_noted"]
    assert rows(consents, customer_facts) == [1, 0]


async def test_who_does_not_answer_is_not_asked_twice_in_a_conversation_and_what_was_told_waits(customer, memory):
    anita = customer()
    await anita.tells("we have 3 stores")
    assert await anita.tells("we use Premium") == ["utter_facts_noted"]
    await anita.does("allow_memory")  # the button is still there
    assert (await memory.recall("demo", "whatsapp_cloud:919823012345")).facts == Facts("Premium", 3)


async def test_in_a_form_nothing_is_asked_until_it_is_done(customer):
    anita = customer()
    anita.form = "order_form"
    assert await anita.tells("we have 3 stores") == ["utter_facts_noted"]
    assert "offer" not in anita.slots
    anita.form = ""
    assert await anita.tells("ok thanks") == ["utter_noted", "utter_ask_memory"]


@pytest.mark.parametrize("said", TOLD.values())
async def test_of_strangers_and_in_groups_nothing_is_kept_and_they_are_told_so(customer, rows, said):
    stranger = customer("demo.web.a1b2")
    in_group = customer("demo.telegram.-100200:4711", kind="channel", subject="4711")
    for somebody in (stranger, in_group):
        assert await somebody.tells(said) == ["utter_noted"]
        assert somebody.slots == {}
        for action in ("allow_memory", "refuse_memory", "show_facts", "forget_facts"):
            assert await somebody.does(action) == ["utter_no_memory_of_strangers"]
    assert rows(consents, customer_facts, audit_log) == [0, 0, 0]


async def test_facts_are_shown_with_their_dates_to_their_owner_alone(customer):
    anita = customer()
    await anita.tells("we have 3 stores")
    await anita.does("allow_memory")
    names, [shown] = await anita.has("action_show_facts")
    assert names == ["utter_facts"]
    assert shown["facts"].startswith("- Stores: 3 (since ")
    assert shown["allowed_on"] in shown["facts"]
    others = (
        customer("other.whatsapp_cloud.919823012345"),
        customer("demo.whatsapp_cloud.919823099999"),
        customer("demo.telegram.919823012345"),
        customer("demo.web.919823012345"),
        customer("demo.web.x", kind="token", subject="919823012345"),
    )
    for other in others:
        names, responses = await other.has("action_show_facts")
        assert names[0] in ("utter_nothing_remembered", "utter_no_memory_of_strangers")
        assert "3" not in str(responses)
        await other.does("forget_facts", "forget me")
    assert (await customer().has("action_show_facts"))[0] == ["utter_facts"]


async def test_who_said_no_may_change_their_mind_when_they_look(customer, memory):
    anita = customer()
    await anita.tells("we have 3 stores")
    await anita.does("refuse_memory")
    assert await anita.does("show_facts") == ["utter_nothing_remembered"]
    assert anita.slots["offer"] == "memory"
    assert await anita.does("allow_memory") == ["utter_memory_allowed_for_later"]
    assert await anita.does("show_facts") == ["utter_no_facts_yet"]
    assert await anita.tells("we have 4 stores") == ["utter_facts_noted"]
    assert (await memory.recall("demo", "whatsapp_cloud:919823012345")).facts == Facts(stores=4)


async def test_one_fact_or_all_are_erased_at_once_with_a_trace_that_holds_no_value(customer, memory, engine):
    anita = customer()
    await anita.tells("we have 3 stores and we use Premium")
    await anita.does("allow_memory")
    names, [said] = await anita.has("action_forget_facts", "forget my stores")
    assert (names, said["what"]) == (["utter_facts_forgotten"], "Stores")
    assert await anita.does("forget_facts", "forget my stores") == ["utter_nothing_to_forget"]
    names, [said] = await anita.has("action_forget_facts", "forget me")
    assert (names, said["what"]) == (["utter_all_forgotten"], "Product")
    assert (await memory.recall("demo", "whatsapp_cloud:919823012345")).decision == "withdrawn"
    assert await anita.tells("we have 4 stores") == ["utter_facts_noted"]  # not asked again
    with engine.connect() as connection:
        traces = connection.execute(select(audit_log).order_by(audit_log.c.id)).all()
    assert [(row.action, row.subject, row.details) for row in traces] == [
        ("facts_erased", "whatsapp_cloud:919823012345", {"facts": ["stores"]}),
        ("facts_erased", "whatsapp_cloud:919823012345", {"facts": ["product"]}),
    ]


async def test_what_only_the_conversation_holds_is_forgotten_too(customer, memory):
    anita = customer()
    await anita.tells("we have 3 stores")
    assert await anita.does("forget_facts", "mujhe bhool jao") == ["utter_all_forgotten"]
    assert await anita.does("allow_memory") == ["utter_memory_allowed_for_later"]
    assert (await memory.recall("demo", "whatsapp_cloud:919823012345")).facts == Facts()


async def test_a_session_starts_in_the_language_that_is_remembered(customer, memory):
    await memory.allow("demo", "whatsapp_cloud:919823012345", Facts(language="hi"))
    anita = customer()
    anita.slots["person"] = "Anita"
    names, _ = await anita.has("action_session_start")
    assert names == []
    assert [event["event"] for event in anita.events] == ["session_started", "slot", "slot", "slot", "action"]
    assert (anita.slots["language"], anita.slots["person"]) == ("hi", "Anita")


async def test_a_session_of_anybody_else_starts_as_ever(customer, memory, engine):
    await memory.allow(
        "other", "whatsapp_cloud:919823012345", Facts(language="hi")
    )  # a tenant that speaks English alone
    await memory.allow("demo", "token:1", Facts(stores=3))
    for somebody in (
        customer(), customer("demo.web.a1b2"), customer("other.whatsapp_cloud.919823012345"), customer("nobody.web.a"),
        customer("demo.web.x", kind="token", subject="1"),
    ):  # fmt: skip
        await somebody.has("action_session_start")
        assert "language" not in somebody.slots
        assert [somebody.events[0]["event"], somebody.events[-1]["name"]] == ["session_started", "action_listen"]
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE consents"))
    anita = customer()
    await anita.has("action_session_start")
    assert anita.events[0]["event"] == "session_started"


async def test_a_memory_that_is_down_leaves_the_turn_as_it_was_and_erasing_says_so(customer, engine):
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE consents"))
    anita = customer()
    assert await anita.tells("we have 3 stores") == ["utter_noted"]
    assert await anita.does("forget_facts", "forget me") == ["utter_something_failed"]
