"""What the assistant must not do, whatever is asked and whatever a model writes."""

import dataclasses

import pytest

from answering.answerer import Answerer
from answering.phrases import phrase
from answering.policies import declined, kept, of_another_product
from answering.question import Question
from bench.questions_file import read_questions
from protocol.errors import SettingsError
from protocol.languages import LANGUAGES, identify
from protocol.tenants import Tenant
from retrieval.documents import Chunk

TENANT = Tenant("demo", "ReckonSales", other_products=("tally", "busy", "marg erp"))
PASSAGE = Chunk(
    "d:0", "d", "demo", "Refunds", (), "You will get a full refund within 15 days. Dolo 650: 2 tablets daily.", "en"
)


@pytest.mark.parametrize(
    "text",
    [
        "how much paracetamol syrup for a 4 year old child",
        "side effects of atorvastatin",
        "is Azithral 500 safe in pregnancy",
        "which tablet should i take for fever",
        "can i take crocin tablet together with combiflam",
        "bachche ko bukhar me kitni dawa du dena",
        "khansi ke liye kaunsi syrup achhi hai",
        "pregnancy me ye goli safe hai kya",
        "बुखार में कौन सी गोली लें",
        "शुगर की दवा खाने से पहले लें या बाद में",
        "बच्चे को कितनी दवा देनी है",
    ],
)
def test_medical_questions_are_declined(text):
    assert declined(text, TENANT) == "medical_advice"
    assert declined(text, dataclasses.replace(TENANT, policies=())) == ""


def test_no_question_about_the_product_is_taken_for_a_medical_one():
    assert [asked.text for asked in read_questions() if asked.answerable and declined(asked.text, TENANT)] == []


@pytest.mark.parametrize(
    "text",
    [
        "how do i enter tablets per strip for a child item",
        "schedule h1 medicine me doctor ka naam kaise dale",
        "how to give discount on syrup to a patient",
        "दवा की एक्सपायरी कैसे बदलें",
        "repeat medicine of a patient every month",
    ],
)
def test_selling_medicine_is_no_medical_matter(text):
    assert declined(text, TENANT) == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "We will refund your money tomorrow. [1]",
        "Your refund has been approved. [1]",
        "You'll receive a refund in 3 days. [1]",
        "A refund is guaranteed. [1]",
        "Aapko refund mil jayega pakka. [1]",
        "आपको रिफंड मिल जाएगा। [1]",
        "Take 2 tablets twice a day. [1]",
        "Din me do baar goli lein. [1]",
        "बुखार में यह गोली लें। [1]",
    ],
)
def test_a_promise_or_advice_is_taken_out_of_a_draft(sentence):
    assert kept(f"Open Billing. [1] {sentence}", TENANT, [PASSAGE]) == "Open Billing. [1]"
    everything = dataclasses.replace(TENANT, policies=())
    assert sentence in kept(f"Open Billing. [1] {sentence}", everything, [PASSAGE])


@pytest.mark.parametrize(
    "sentence",
    [
        "You will get a full refund within 15 days. [1]",  # the page's own words
        "A refund is possible within 15 days if fewer than 100 bills were made. [1]",
        "Refund ke liye Billing > Payments kholein. [1]",
        "रिफंड की शर्तें ये हैं। [1]",
        "The tablets in a strip are entered under Pack. [1]",
    ],
)
def test_conditions_and_the_documents_own_words_stay(sentence):
    assert kept(sentence, TENANT, [PASSAGE]) == sentence


def test_another_firms_product_is_explained_only_where_a_document_speaks_of_it():
    export = dataclasses.replace(PASSAGE, text="Tools > Export > Tally XML writes vouchers.")
    assert of_another_product("tally me gst return kaise banta hai", TENANT, [PASSAGE])
    assert not of_another_product("tally me data kaise bheje", TENANT, [export])
    for words in ("the line is busy all day", "sale tally nahi ho rahi", "MG marg ki dukan", "my totals don't tally"):
        assert not of_another_product(words, TENANT, [PASSAGE])
    assert of_another_product("marg erp me batch", TENANT, [PASSAGE])
    alias = dataclasses.replace(PASSAGE, aliases=("sale tally nahi ho rahi",))
    assert of_another_product("tally me gst return kaise banta hai", TENANT, [alias])
    assert of_another_product("Busy software me voucher delete ho gaya", TENANT, [PASSAGE])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_declined_question_is_told_so_in_its_language_and_costs_no_search(language, filled, llm, chain):
    texts = {
        "en": "side effects of telma",
        "hi": "बुखार में कौन सी गोली लें",
        "hinglish": "bukhar me kaunsi goli leni chahiye",
    }
    assert identify(texts[language]) == language
    answerer = Answerer(filled.search, filled.index, chain("small"), None)
    answer = await answerer.answer(Question(TENANT, texts[language], language))
    assert (answer.refused, answer.policy, answer.embedding_calls) == (True, "medical_advice", 0)
    assert answer.text == phrase(language, "medical_advice", name="ReckonSales")
    assert llm.requests == []


def test_an_unknown_policy_is_named():
    with pytest.raises(SettingsError, match=r"answers\.policies"):
        Tenant.parse("demo", {"name": "X", "answers": {"policies": ["no_jokes"]}})
    assert Tenant.parse("demo", {"name": "X", "answers": {"policies": []}}).policies == ()
