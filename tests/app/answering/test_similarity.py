"""Whether a sentence is what its passage says, across scripts and languages; and what is left of the check when the model is down."""

import pytest

from answering.citations import CitationCheck
from answering.preview import Preview
from answering.similarity import Similarity, said_by
from retrieval import breaker
from retrieval.documents import Chunk
from retrieval.embed import counting_calls
from runtime.settings import PROJECT
from tests.fakes.model_that_hangs import ModelThatHangs

ENGLISH = Chunk(
    "r:0", "r", "demo", "Restore a backup", ("Before you begin",),
    "- Only the **Owner** can restore.\n- Close ReckonSales on all other PCs and on the phones. The window lists who is still\nconnected.\n"
    "- Do it on the server PC, not on a counter PC.\n", "en",
)  # fmt: skip
HINDI = Chunk(
    "w:0", "w", "demo", "WhatsApp पर बिल भेजना", ("ख़र्च कितना है",),
    "हर मैसेज के पैसे आपके वॉलेट से कटते हैं। लाइसेंस चालू रहने तक वॉलेट का पैसा ख़त्म नहीं होता। जिस नंबर पर\nWhatsApp नहीं है उसका पैसा नहीं कटता।\n", "hi",
)  # fmt: skip
LIE = "बहाल करने पर सारी दवाएँ रविवार को मुफ़्त मिलती हैं [1]।"  # no figure, no code, no name


@pytest.fixture(scope="module")
def similarity(e5):
    return Similarity(e5, seconds=60)


async def judged(similarity, passage, language, text):
    [verdict] = (await CitationCheck([passage], language=language, similarity=similarity).check(text))[1]
    return verdict


@pytest.mark.parametrize(
    ("passage", "language", "text"),
    [
        (ENGLISH, "en", "Nobody but the Owner may run a restore [1]."),
        (ENGLISH, "hi", "बाकी सभी कंप्यूटरों और फ़ोन पर ReckonSales पहले बंद कर दें [1]।"),
        (ENGLISH, "hinglish", "Restore sirf Owner hi kar sakta hai [1]."),
        (HINDI, "en", "Numbers without WhatsApp are not charged [1]."),
        (HINDI, "hi", "लाइसेंस चालू है तो वॉलेट का बैलेंस बना रहता है [1]।"),
        (HINDI, "hinglish", "Jis number par WhatsApp nahi hai uska paisa nahi kat-ta [1]."),
    ],
)
async def test_a_true_sentence_passes_in_any_language(similarity, passage, language, text):
    verdict = await judged(similarity, passage, language, text)
    assert verdict.supported, verdict
    assert verdict.by in ("same words", "similarity")


@pytest.mark.parametrize(
    ("passage", "language", "text"),
    [
        (ENGLISH, "en", "The data of the shop is sent to the head office by mail [1]."),
        (ENGLISH, "hi", LIE),
        (ENGLISH, "hinglish", "Restore se pehle printer mein roll lagakar test page nikaal lein [1]."),
        (ENGLISH, "hi", "रीस्टोर के समय बाकी सभी कंप्यूटरों पर ReckonSales चालू रखें [1]।"),
        (HINDI, "en", "The wallet's balance is paid out in cash each Sunday [1]."),
        (HINDI, "hi", "वॉलेट से खरीदी गई दवाओं पर हमेशा छूट मिलती है [1]।"),
        (HINDI, "hinglish", "Recharge sirf bade dealer hi karwa sakte hain [1]."),
    ],
)
async def test_a_lie_goes_in_any_language(similarity, passage, language, text):
    verdict = await judged(similarity, passage, language, text)
    assert not verdict.supported, verdict
    assert verdict.reason


async def test_the_record_tells_how_near_a_sentence_was(similarity):
    verdict = await judged(similarity, HINDI, "en", "Numbers without WhatsApp are not charged [1].")
    assert verdict.by == "similarity"
    assert 0.8 < verdict.similarity < 1.1


async def test_nearly_all_the_words_of_a_sentence_cost_no_embedding_and_its_opposite_is_still_seen(similarity):
    with counting_calls() as calls:
        true = await judged(similarity, ENGLISH, "hinglish", "Restore sirf Owner hi kar sakta hai [1].")
        false = await judged(
            similarity, HINDI, "hinglish", "Licence chalu rehne tak wallet ka paisa khatam hota hai [1]."
        )
    assert (true.supported, true.by, true.similarity) == (True, "same words", None)
    assert (false.supported, false.by, false.reason) == (False, "same words", "says the opposite of what it cites")
    assert calls == []


async def test_the_very_words_of_a_passage_cost_no_embedding(similarity):
    with counting_calls() as calls:
        verdict = await judged(similarity, ENGLISH, "en", "1. Only the Owner can restore. [1]")
    assert (verdict.supported, verdict.by, verdict.similarity, calls) == (True, "verbatim", None, [])


async def test_a_part_of_a_sentence_is_not_its_words(similarity):
    passage = Chunk("m:0", "m", "demo", "App", (), "Do not uninstall the app while bills are waiting.", "en")
    assert not (await judged(similarity, passage, "en", "Uninstall the app while bills are waiting [1].")).supported


async def test_a_passage_is_embedded_once(e5):
    similarity = Similarity(e5, seconds=60)
    await similarity.prepare([HINDI])
    with counting_calls() as calls:
        await judged(similarity, HINDI, "en", "Numbers without WhatsApp are not charged [1].")
    assert calls == [1]


class Reader:
    text = ""

    async def hear(self, text):
        self.text += text
        return False


@pytest.mark.parametrize("size", [5, 60, 1000])
async def test_no_sentence_is_shown_that_the_final_check_removes(similarity, size):
    draft = (
        f"रीस्टोर केवल Owner कर सकता है [1]। {LIE} बाकी सभी कंप्यूटरों पर ReckonSales बंद कर दें [1]।\n"
        "रीस्टोर के समय बाकी सभी कंप्यूटरों पर ReckonSales चालू रखें [1]। यह काउंटर PC पर नहीं, सर्वर PC पर करें [1]। बस।"
    )
    check = CitationCheck([ENGLISH], language="hi", similarity=similarity)

    async def stands(text):
        return (await check.check(text))[0]

    reader = Reader()
    preview = Preview(stands, reader)
    for start in range(0, len(draft), size):
        await preview.hear(draft[start : start + size])
    final = await stands(draft)
    assert final.startswith(reader.text)
    assert "Owner" in reader.text
    assert "मुफ़्त" not in reader.text
    assert "चालू रखें" not in reader.text


def test_sentences_lose_their_markdown_and_lines_that_go_on_are_joined():
    assert said_by(ENGLISH) == (
        "Only the Owner can restore.",
        "Close ReckonSales on all other PCs and on the phones.",
        "The window lists who is still connected.",
        "Do it on the server PC, not on a counter PC.",
    )


@pytest.fixture
def model():
    made = ModelThatHangs(PROJECT / "var" / "models" / "e5-small")
    yield made
    made.recover()


async def test_a_model_that_hangs_leaves_the_check_by_words_and_then_is_left_alone(model):
    similarity = Similarity(model, seconds=0.2)
    await similarity.prepare([ENGLISH])
    model.hang()
    for number in range(breaker.FAILURES + 2):
        verdict = await judged(similarity, ENGLISH, "hi", f"{LIE[:-5]} क{'ा' * number} [1]।")
        assert (verdict.by, verdict.similarity) == ("words", None)
        refused = await judged(similarity, ENGLISH, "hi", "रीस्टोर में 45 मिनट लगते हैं [1]।")
        assert (refused.supported, refused.by) == (False, "words")
    assert model.calls <= breaker.FAILURES + 2


async def test_what_was_shown_by_words_is_not_taken_back_when_the_model_recovers(model):
    similarity = Similarity(model, seconds=0.2)
    await similarity.prepare([ENGLISH])
    model.hang()
    check = CitationCheck([ENGLISH], language="hi", similarity=similarity)
    shown, _ = await check.check(LIE)
    model.recover()
    text, verdicts = await check.check(f"{LIE} {LIE}")
    assert shown == LIE
    assert text == f"{LIE} {LIE}"
    assert {verdict.by for verdict in verdicts} == {"words"}


async def test_another_model_is_not_judged_by_limits_that_are_not_its_own(e5):
    class Another(ModelThatHangs):
        name = "intfloat/multilingual-e5-large"

    similarity = Similarity(Another(PROJECT / "var" / "models" / "e5-small"), seconds=60)
    assert (await judged(similarity, ENGLISH, "hi", LIE)).by == "words"
