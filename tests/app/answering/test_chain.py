"""The chain: routes, fallbacks, breakers, deadlines, hedging, a customer who has had enough."""

import asyncio

import pytest

from answering.llm import Prompt
from answering.preview import Preview

TEXT = "A backup is made every day [1]. It is kept for 30 days [1]. Change the time under Tools [1]."
ALL_FAULTS = (
    "429", "500", "401", "slow", "stalls", "cut off", "malformed", "empty choice", "no words", "hangs up", "filtered",
    "error in stream", "tool call",
)  # fmt: skip


def compose(tokens):
    return Prompt("system", f"question in {tokens}", "v")


class Reader:
    """Reads along, and has enough after some pieces."""

    def __init__(self, enough_after=99):
        self.heard = []
        self.asked = 0
        self._enough_after = enough_after

    async def hear(self, text):
        self.asked += not text
        if text:
            self.heard.append(text)
        return len(self.heard) >= self._enough_after


async def all_of(text):
    return text


async def write(chain, route="large", reader=None, judge=lambda text: ""):
    async def judged(text):
        return judge(text)

    return await chain.write(compose, route, Preview(all_of, reader), judged)


def outcomes(written):
    return [(step.name, step.outcome) for step in written.steps]


@pytest.mark.parametrize(("route", "first"), [("small", "mini"), ("large", "big")])
async def test_a_route_begins_with_a_model_of_its_size(llm, chain, route, first):
    models = chain({"name": "big"}, {"name": "mini", "size": "small"})
    written = await write(models, route)
    assert (written.model, outcomes(written)) == (first, [(first, "answered")])


async def test_the_cheapest_route_asks_only_the_cheapest(llm, chain):
    models = chain({"name": "big", "price_in": 3.0}, {"name": "mini", "price_in": 0.1})
    llm.model("mini", fault="401")
    assert outcomes(await write(models, "cheapest")) == [("mini", "401")]
    assert llm.asked("big") == 0


@pytest.mark.parametrize("fault", ALL_FAULTS)
async def test_whatever_goes_wrong_the_next_model_answers(llm, chain, fault):
    llm.model("a", fault=fault, seconds=3, write=lambda request: TEXT)
    llm.model("b", write=lambda request: TEXT)
    written = await write(chain({"name": "a", "timeout": 1.5}, "b"))
    assert (written.text, written.model) == (TEXT, "b")
    [(_, first), second] = outcomes(written)
    assert first != "answered"
    assert second == ("b", "answered")


async def test_each_model_is_shown_what_fits_it(llm, chain):
    llm.model("a", fault="401")
    await write(chain({"name": "a", "context_tokens": 4_000}, {"name": "b", "context_tokens": 32_000}))
    assert [request["messages"][1]["content"] for request in llm.requests] == ["question in 4000", "question in 32000"]


async def test_a_draft_that_can_not_be_used_was_paid_and_the_next_model_is_asked(llm, chain):
    llm.model("a", write=lambda request: "Elephants fly.")
    models = chain({"name": "a", "price_out": 5.0}, "b")
    written = await write(models, judge=lambda text: "citations" if "Elephants" in text else "")
    assert outcomes(written) == [("a", "citations"), ("b", "answered")]
    assert written.steps[0].cost_usd == pytest.approx(20 * 5 / 1e6)


async def test_nothing_is_left_when_all_fail_and_every_step_is_named(llm, chain):
    llm.model("a", fault="429", seconds=60)
    llm.model("b", fault="malformed", write=lambda request: TEXT)
    written = await write(chain("a", "b"))
    assert not written.text
    assert outcomes(written) == [("a", "429"), ("b", "malformed")]
    assert written.steps[1].tokens_out > 0  # it had begun


async def test_a_model_that_keeps_failing_rests_and_is_tried_again_later(llm, chain):
    llm.model("a", fault="401")
    models = chain("a", "b", rest=0.3)
    for _ in range(3):
        await write(models)
    assert outcomes(await write(models)) == [("a", "resting"), ("b", "answered")]
    assert llm.asked("a") == 3
    llm.model("a")
    await asyncio.sleep(0.3)
    assert outcomes(await write(models)) == [("a", "answered")]


async def test_a_provider_that_names_a_time_is_left_in_peace_at_once(llm, chain):
    llm.model("a", fault="429", seconds=60)
    models = chain("a", "b")
    await write(models)
    assert outcomes(await write(models))[0] == ("a", "resting")
    assert llm.asked("a") == 1


async def test_all_models_together_keep_the_deadline(llm, chain):
    for name in ("a", "b", "c"):
        llm.model(name, fault="slow", seconds=2)
    written = await write(chain(*({"name": name, "patience": 9, "timeout": 0.7} for name in "abc"), deadline=1.5))
    assert outcomes(written) == [("a", "timeout"), ("b", "timeout"), ("c", "no time left")]


async def test_hedging_is_off_unless_asked_for(llm, chain):
    llm.model("a", fault="slow", seconds=0.4)
    assert (await write(chain({"name": "a", "patience": 3}, "b"))).model == "a"
    assert llm.asked("b") == 0


async def test_a_hedge_lets_the_sooner_one_answer_and_ends_the_other(llm, chain):
    llm.model("a", fault="slow", seconds=0.8)
    models = chain({"name": "a", "patience": 3}, "b", hedge_after=0.1)
    assert outcomes(await write(models)) == [("b", "answered")]
    llm.model("a")
    assert outcomes(await write(models)) == [("a", "answered")]
    assert llm.asked("b") == 1


async def test_a_hedge_survives_the_failure_of_either(llm, chain):
    llm.model("a", fault="slow", seconds=0.4, write=lambda request: TEXT)
    llm.model("b", fault="401")
    models = chain({"name": "a", "patience": 3}, "b", hedge_after=0.1)
    assert outcomes(await write(models)) == [("a", "answered")]


async def test_pieces_of_a_model_that_broke_off_are_not_continued_by_another(llm, chain):
    llm.model("a", fault="cut off", write=lambda request: TEXT)
    llm.model("b", write=lambda request: "Another answer [1]. With more to it [1]. And more [1].")
    reader = Reader()
    written = await write(chain("a", "b"), reader=reader)
    assert reader.heard == ["A backup is made every day [1]. "]
    assert written.text.startswith("Another answer")


@pytest.mark.parametrize("between", [0.0, 0.05])
async def test_who_has_had_enough_stops_the_model_and_opens_no_breaker(llm, chain, between):
    llm.model("a", write=lambda request: TEXT * 60, between=between)
    models, reader = chain("a", "b"), Reader(enough_after=1)
    written = await write(models, reader=reader)
    assert outcomes(written) == [("a", "stopped")]
    assert TEXT.startswith(written.text[: len(TEXT)])
    assert len(written.text) < len(TEXT * 60)
    assert llm.asked("b") == 0
    assert llm.gone.wait(5)
    llm.model("a")
    assert outcomes(await write(models)) == [("a", "answered")]


async def test_a_model_that_thinks_is_stopped_before_its_first_word(llm, chain):
    llm.model("a", fault="slow", seconds=2)
    reader = Reader(enough_after=0)
    written = await write(chain({"name": "a", "patience": 9}, "b"), reader=reader)
    assert outcomes(written) == [("a", "stopped")]
    assert written.text == ""
    assert written.steps[0].ms < 1_500
