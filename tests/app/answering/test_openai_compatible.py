"""The port's only adapter, against a server that does all that servers do."""

import pytest

from answering.llm import Completion, Prompt
from answering.openai_compatible import LONGEST_WAIT, ModelEntry, OpenAICompatibleModel
from protocol.errors import ModelUnavailable

PROMPT = Prompt("Be brief.", "What is a bill?", "test")


@pytest.fixture
async def model(llm):
    made = []

    def make(**entry):
        made.append(
            OpenAICompatibleModel(
                ModelEntry(**{"name": "m", "model": "m", "base_url": llm.base_url, "patience": 0.5, **entry})
            )
        )
        return made[-1]

    yield make
    for one in made:
        await one.close()


async def parts(model):
    return [part async for part in model.stream(PROMPT)]


async def test_pieces_come_before_the_whole_and_their_price_is_known(llm, model):
    llm.model("m", write=lambda request: "A bill is a list of what was sold.")
    *pieces, completion = await parts(model(price_in=2.0, price_out=10.0))
    assert len(pieces) > 3
    assert "".join(pieces) == completion.text == "A bill is a list of what was sold."
    assert (completion.tokens_in, completion.tokens_out) == (100, 20)
    assert completion.cost_usd == pytest.approx((100 * 2 + 20 * 10) / 1e6)


async def test_a_server_that_counts_no_tokens_is_estimated(llm, model):
    llm.model("m", usage=False, write=lambda request: "word " * 100)
    completion = (await parts(model(usage_in_stream=False)))[-1]
    assert "stream_options" not in llm.requests[0]
    assert 100 <= completion.tokens_out <= 200
    assert completion.tokens_in > 0


async def test_the_request_is_what_configuration_says(llm, model):
    await parts(
        model(
            api_key="k1", headers={"api-key": "k2"}, query={"api-version": "2026-01-01"},
            options={"max_tokens": None, "max_completion_tokens": 900, "temperature": None, "reasoning_effort": "low"},
        )
    )  # fmt: skip
    [call] = llm.calls
    request = call.json()
    assert call.path == "/v1/chat/completions"
    assert (call.headers["authorization"], call.headers["api-key"]) == ("Bearer k1", "k2")
    assert (request["max_completion_tokens"], request["reasoning_effort"]) == (900, "low")
    assert not {"max_tokens", "temperature"} & set(request)
    assert request["messages"][0] == {"role": "system", "content": "Be brief."}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("401", "401"), ("404", "404"), ("slow", "timeout"), ("stalls", "stalled"), ("cut off", "cut off"), ("malformed", "malformed"),
        ("empty choice", "cut off"), ("no words", "empty"), ("tool call", "empty"), ("filtered", "filtered"),
        ("error in stream", "failed"),
    ],
)  # fmt: skip
async def test_every_fault_has_a_name_and_one_line(llm, model, fault, kind):
    llm.model("m", fault=fault, seconds=1.6, write=lambda request: "A bill is a list of what was sold to somebody.")
    with pytest.raises(ModelUnavailable) as refused:
        await parts(model())
    assert refused.value.kind == kind
    assert "\n" not in str(refused.value)


async def test_what_passes_by_itself_is_tried_again(llm, model):
    for fault in ("429", "500", "503"):
        llm.model("m", fault=fault, times=1, seconds=0.1)
        completion = (await parts(model()))[-1]
        assert isinstance(completion, Completion)
        assert completion.retries == 1, fault


async def test_it_is_tried_three_times_at_most(llm, model):
    llm.model("m", fault="500")
    with pytest.raises(ModelUnavailable, match="fault 500") as refused:
        await parts(model())
    assert refused.value.kind == "500"
    assert llm.asked("m") == 3


async def test_a_wrong_key_is_not_tried_again(llm, model):
    llm.model("m", fault="401")
    with pytest.raises(ModelUnavailable):
        await parts(model())
    assert llm.asked("m") == 1


async def test_a_long_retry_after_is_reported_instead_of_waited_for(llm, model):
    llm.model("m", fault="429", seconds=LONGEST_WAIT + 15)
    with pytest.raises(ModelUnavailable) as refused:
        await parts(model())
    assert refused.value.retry_after == LONGEST_WAIT + 15
    assert llm.asked("m") == 1


async def test_nobody_at_the_address_is_named_so():
    model = OpenAICompatibleModel(ModelEntry("m", "http://127.0.0.1:9/v1", "m", patience=0.5))
    with pytest.raises(ModelUnavailable) as refused:
        await parts(model)
    assert refused.value.kind == "no connection"
    await model.close()


async def test_a_reader_that_leaves_closes_the_stream(llm, model):
    llm.model("m", write=lambda request: "word " * 400, between=0.01)
    stream = model().stream(PROMPT)
    await anext(stream)
    await stream.aclose()
    assert llm.gone.wait(5)


async def test_a_model_that_is_silent_is_not_waited_for_twice(llm, model):
    llm.model("m", fault="slow", seconds=1.2)
    with pytest.raises(ModelUnavailable):
        await parts(model(patience=0.3))
    assert llm.asked("m") == 1
