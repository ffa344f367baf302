"""Too little said: one question back, with choices."""

import pytest

from answering.answerer import Answerer
from answering.clarifying import ask_back, choices
from answering.conversation import Said
from answering.phrases import phrase
from answering.question import Question
from protocol.languages import LANGUAGES, identify
from protocol.tenants import Tenant
from retrieval.chunk import cut
from retrieval.documents import Chunk, Document, Section
from retrieval.hits import Hit
from retrieval.search import Search
from retrieval.sqlite import SqliteIndex

TENANT = Tenant("demo", "ReckonSales")
TITLES = ("Printer set-up", "Printer troubleshooting", "Printer prices", "Label printer errors")


def hits(*titles: str, scores: tuple[float, ...] = (), status="current") -> list[Hit]:
    return [
        Hit(
            Chunk(f"{n}:0", str(n), "demo", title, (), "Text.", "en", status=status),
            scores[n] if scores else 0.8 - n / 50,
        )
        for n, title in enumerate(titles)
    ]


def question(text: str, *said: Said) -> Question:
    return Question(TENANT, text, identify(text), said=said)


def test_one_word_gets_a_question_with_at_most_three_choices():
    assert choices(question("printer"), hits(*TITLES)) == TITLES[:3]


@pytest.mark.parametrize(
    "text",
    [
        "how do i set up a thermal printer at the counter",
        "printer PRN-09",
        "printer prices",
        "",
        "??",
        "printer kaise lagaye",
        "प्रिंटर कैसे लगाएँ",
    ],
)
def test_what_says_enough_or_nothing_is_not_asked_back(text):
    assert choices(question(text), hits(*TITLES)) == ()


def test_one_likely_page_is_answered_at_once():
    assert choices(question("printer"), hits("Printer set-up", "Refunds", "Backups")) == ()
    assert choices(question("printer"), hits(*TITLES[:2], scores=(0.9, 0.3))) == ()
    assert choices(question("printer"), hits("Printer set-up", "Printer set-up")) == ()
    assert choices(question("printer"), hits(*TITLES, status="outdated")) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_asked_back_twice(language):
    word = {"en": "printer", "hi": "प्रिंटर", "hinglish": "printer"}[language]
    titles = ("प्रिंटर लगाना", "प्रिंटर की गड़बड़ी") if language == "hi" else TITLES
    asked = Question(TENANT, word, language)
    assert choices(asked, hits(*titles))
    back = Said("assistant", ask_back(asked, titles))
    assert choices(Question(TENANT, word, language, said=(Said("customer", word), back)), hits(*titles)) == ()


async def test_the_customer_is_asked_and_the_choice_is_answered(tmp_path, embedder):
    index = SqliteIndex(tmp_path / "k.db")
    for title, text in {
        "Reset a password": "Open Settings > Users and click Reset password.",
        "Change your own password": "Open Help > My account and click Change password.",
    }.items():
        document = Document(f"en/{title}.md", "demo", title, "en", (Section(text),))
        chunks = cut(document, embedder.count_tokens)
        await index.put(document, chunks, {embedder.version: embedder.embed_passages([c.passage for c in chunks])})
    answerer = Answerer(Search(index, embedder), index, None, None)
    asked = await answerer.answer(question("password"))
    assert set(asked.choices) == {"Reset a password", "Change your own password"}
    assert (asked.refused, asked.sources) == (False, ())
    assert asked.text.startswith(phrase("en", "clarify"))
    said = (Said("customer", "password"), Said("assistant", asked.text))
    answer = await answerer.answer(question("Reset a password", *said))
    assert answer.choices == ()
    assert "Settings > Users" in answer.text
    await index.close()
