"""The whole way of a question, with the real search, and models that do as they are told."""

import pytest

from answering.answerer import Answerer
from answering.question import Question
from tests.app.answering.conftest import TENANT

GOOD = {
    "en": "A backup is made every day at 21:30 [1]. It is kept for 30 days [1].",
    "hi": "हर दिन रात 21:30 बजे बैकअप अपने आप बनता है [1]।",
    "hinglish": "Har din raat 21:30 baje backup apne aap banta hai aur 30 din tak rehta hai [1].",
}
ASKED = {
    "en": "when is the automatic backup made?",
    "hi": "बैकअप कब बनता है",
    "hinglish": "backup kab banta hai aur kitne din rehta hai",
}


@pytest.fixture
def answerer(filled):
    def make(chain=None):
        return Answerer(filled.search, filled.index, chain, records=None)

    return make


def ask(language="en", text=""):
    return Question(TENANT, text or ASKED[language], language)


@pytest.mark.parametrize("language", ASKED)
async def test_a_model_writes_and_its_sources_are_named(llm, chain, answerer, language):
    llm.model("a", write=lambda request: GOOD[language])
    answer = await answerer(chain("a")).answer(ask(language))
    assert answer.text == GOOD[language]
    assert (answer.refused, answer.draft.fallback, answer.draft.model) == (False, "", "a")
    assert "Backup" in answer.sources[0].title or "बैकअप" in answer.sources[0].title
    assert answer.draft.prompt_version
    assert (answer.draft.tokens_in, answer.draft.tokens_out) == (100, 20)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("A backup is made every day at 21:30 [9].", "citations"),
        ("Backups cost ₹5,000 a year [1].", "citations"),
        ("Just call 99999 00000.", "citations"),
        ("हर दिन रात 21:30 बजे बैकअप अपने आप बनता है और 30 दिन तक रहता है [1]।", "language"),
    ],
)
async def test_a_draft_that_does_not_hold_is_replaced_by_the_next_models_and_then_by_a_quote(
    llm, chain, answerer, text, outcome
):
    llm.model("a", write=lambda request: text)
    llm.model("b", write=lambda request: GOOD["en"])
    answer = await answerer(chain("a", "b")).answer(ask())
    assert answer.text == GOOD["en"]
    assert answer.draft.fallback == f"a: {outcome}"
    alone = await answerer(chain("a")).answer(ask())
    assert [step.name for step in alone.draft.steps] == ["a", "extractive"]
    assert "21:30" in alone.text
    assert text not in alone.text


async def test_all_models_down_is_a_quote_with_every_step_on_record(llm, chain, answerer):
    llm.model("a", fault="500")
    llm.model("b", fault="429", seconds=60)
    answer = await answerer(chain("a", "b")).answer(ask())
    assert [(step.name, step.outcome) for step in answer.draft.steps] == [
        ("a", "500"), ("b", "429"), ("extractive", "answered"),
    ]  # fmt: skip
    assert not answer.refused
    assert answer.sources


async def test_a_model_that_finds_no_answer_is_believed_and_its_cost_is_kept(llm, chain, answerer):
    llm.model("a", write=lambda request: "NO_ANSWER")
    answer = await answerer(chain("a", "b")).answer(ask())
    assert answer.refused
    assert (llm.asked("b"), answer.draft.tokens_in, answer.draft.fallback) == (0, 100, "")


async def test_no_model_is_asked_what_the_documents_do_not_tell(llm, chain, answerer):
    answer = await answerer(chain("a")).answer(ask(text="will it rain in Pune tomorrow"))
    assert answer.refused
    assert llm.requests == []


class Reader:
    def __init__(self, enough=False):
        self.text = ""
        self._enough = enough

    async def hear(self, text):
        self.text += text
        return self._enough and bool(self.text)


async def test_sentences_are_read_before_the_answer_is_whole_and_false_ones_never(llm, chain, answerer):
    llm.model(
        "a", write=lambda request: "Backups cost ₹5,000 [1]. A backup is made every day at 21:30 [1]. It lasts. Good."
    )
    reader = Reader()
    answer = await answerer(chain("a")).answer(ask(), reader)
    assert reader.text == answer.text == "A backup is made every day at 21:30 [1]."


@pytest.mark.parametrize("language", ASKED)
async def test_a_stopped_answer_is_what_was_read_of_it(llm, chain, answerer, language):
    llm.model("a", write=lambda request: f"{GOOD[language]} " * 40, between=0.01)
    reader = Reader(enough=True)
    answer = await answerer(chain("a")).answer(ask(language), reader)
    assert answer.draft.stopped
    assert not answer.refused
    assert answer.text.startswith(reader.text)
    assert len(answer.text) < len(GOOD[language]) * 20
