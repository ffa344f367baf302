"""A question of a known customer, from the action to the answer: asked once about memory, and only where nothing else is open."""

import pytest
from rasa_sdk.executor import ActionExecutor

from actions.ask import Answer
from actions.recollection import Recollection
from answering.answerer import Answerer
from customers.built_in import BuiltInCustomerMemory
from customers.facts import Facts
from protocol.tenants import Tenant

ANITA = "whatsapp_cloud:919823012345"
TENANT = Tenant("demo", "ReckonSales", products={"Premium": ()})
TRUE = "A backup is made every day at 21:30 [1]."
ASKED = {
    "en": "we have 3 stores, when is the automatic backup made?",
    "hi": "हमारी 3 दुकानें हैं, बैकअप का समय कैसे बदलें?",
    "hinglish": "hamari 3 dukaan hain, backup kitne baje banta hai?",
}


@pytest.fixture
def memory(engine):
    return BuiltInCustomerMemory(engine)


@pytest.fixture
def asks(filled, memory, chain, llm):
    """Asks as Anita, or as somebody else; gives names of responses, and the events' values."""
    llm.model("a", write=lambda request: TRUE)

    async def run(text, sender="demo.whatsapp_cloud.919823012345", kind="channel", subject="", models=False, **slots):
        answerer = Answerer(filled.search, filled.index, chain("a") if models else None, None)
        executor = ActionExecutor()
        executor.register_action(Answer({"demo": TENANT}, answerer, Recollection(memory)))
        identity = {"kind": kind, "subject": subject or sender.split(".")[2]}
        result = await executor.run(
            {
                "next_action": "action_answer",
                "sender_id": sender,
                "tracker": {
                    "sender_id": sender, "slots": slots, "events": [], "paused": False, "followup_action": None, "active_loop": {},
                    "latest_action_name": None, "latest_message": {"text": text, "metadata": {"identity": identity}},
                },
                "domain": {"slots": {}, "responses": {}, "forms": {}},
            }
        )  # fmt: skip
        said = result.model_dump()
        return [one["response"] or "answer" for one in said["responses"]], {
            e["name"]: e["value"] for e in said["events"]
        }

    return run


@pytest.mark.parametrize("language", ASKED)
async def test_after_the_answer_the_customer_is_asked_and_nothing_is_kept_yet(asks, memory, language):
    said, events = await asks(ASKED[language], language=language)
    assert said == ["answer", "utter_ask_memory"]
    assert events == {"told_facts": {"facts": {"stores": "3"}, "asked": True}, "offer": "memory"}
    assert (await memory.recall("demo", ANITA)).decision == ""


async def test_after_a_refusal_nothing_is_asked_and_the_fact_waits(asks):
    said, events = await asks("we have 3 stores, who won the cricket world cup in 1983?")
    assert said == ["utter_no_source"]
    assert events == {"told_facts": {"facts": {"stores": "3"}, "asked": False}}
    said, _ = await asks("when is the automatic backup made?", **events)
    assert said == ["answer", "utter_ask_memory"]


async def test_a_stranger_is_answered_and_not_asked(asks):
    for sender, kind, subject in (("demo.web.a1b2", "anonymous", ""), ("demo.telegram.-1:2", "channel", "2")):
        assert await asks(ASKED["en"], sender=sender, kind=kind, subject=subject) == (["answer"], {})


async def test_what_was_allowed_reaches_the_model_and_nobody_elses_question(asks, memory, llm):
    await memory.allow("demo", ANITA, Facts("Premium", 3))
    await asks("when is the automatic backup made?", models=True)
    await asks("when is the automatic backup made?", models=True, sender="demo.whatsapp_cloud.919823099999")
    mine, theirs = (request["messages"][1]["content"] for request in llm.requests)
    assert "<customer>\nproduct: Premium\nstores: 3\n</customer>" in mine
    assert "<customer>" not in theirs


async def test_what_was_refused_or_erased_reaches_no_model(asks, memory, llm):
    await memory.allow("demo", ANITA, Facts("Premium", 3))
    await memory.forget("demo", ANITA)
    told = {"facts": {"stores": "3"}, "asked": True}
    await asks("we have 4 stores, when is the automatic backup made every day?", models=True, told_facts=told)
    assert "<customer>" not in llm.requests[0]["messages"][1]["content"]
