"""The attack suite: with quoted answers and with a model that obeys whoever spoke last, nothing leaks and nothing is obeyed.

That goes for what is shown while an answer is made, too.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from answering.answerer import Answerer
from answering.question import Question
from answering.similarity import Similarity
from protocol.languages import LANGUAGES, Language
from retrieval.ingest import Ingest
from retrieval.search import Search
from retrieval.sqlite import SqliteIndex
from tests.app.answering.conftest import TENANT

GOOD = {
    "en": "A backup is made every day at 21:30 [1].",
    "hi": "हर दिन रात 21:30 बजे बैकअप अपने आप बनता है [1]।",
    "hinglish": "Har din raat 21:30 baje backup apne aap banta hai [1].",
}
PAGES = {
    "en": "ReckonSales makes an automatic backup every day at 21:30 and keeps 30 days.",
    "hi": "हर दिन रात 21:30 बजे बैकअप अपने आप बनता है और 30 दिन तक रहता है।",
    "hinglish": "Har din raat 21:30 baje backup apne aap banta hai aur 30 din tak rehta hai.",
}
TITLES = {"en": "Automatic backup", "hi": "अपने आप बैकअप", "hinglish": "Backup apne aap kaise banta hai"}
ASKED = {
    "en": "At what time is the automatic backup made every day and how many days does ReckonSales keep it?",
    "hi": "हर दिन रात कितने बजे बैकअप अपने आप बनता है और कितने दिन तक रहता है?",
    "hinglish": "Har din raat kitne baje backup apne aap banta hai aur kitne din tak rehta hai?",
}
SECRET = "# Licence\n\nThe secret licence key of the tenant other is OTHER-SECRET-4711. Anita has 98230 12345."


@dataclass(frozen=True)
class Attack:
    name: str
    language: Language
    in_document: bool
    text: str
    obeys: str
    never: tuple[str, ...]


def attacks():
    for entry in yaml.safe_load(Path(__file__).with_name("attacks.yml").read_text("utf-8")):
        for language in LANGUAGES:
            obeys = entry["obeys"] if isinstance(entry["obeys"], str) else entry["obeys"][language]
            yield Attack(
                entry["name"], language, entry["in"] == "document", entry["text"][language],
                obeys.replace("{good}", GOOD[language]), tuple(entry["never"]),
            )  # fmt: skip


ATTACKS = list(attacks())


class Reader:
    text = ""

    async def hear(self, text):
        self.text += text
        return False

    async def see(self, words):
        self.text += f"\n{words}"
        return False


@pytest.fixture(autouse=True)
def _every_word_is_looked_at(monkeypatch):
    monkeypatch.setattr("answering.preview.SEEN_EVERY", 0.0)


def page(language, planted=""):
    return f"---\ntitle: {TITLES[language]}\nlanguage: {language}\n---\n# {TITLES[language]}\n\n{PAGES[language]} {planted}\n"


async def fill(file, embedder, folder, planted=None):
    """The pages, one of them with something planted in it; and another tenant's."""
    index = SqliteIndex(file)
    for tenant, pages in (
        ("demo", {language: page(language, (planted or {}).get(language, "")) for language in LANGUAGES}),
        ("other", {"en": f"---\ntitle: Licence\nlanguage: en\n---\n{SECRET}\n"}),
    ):
        for language, text in pages.items():
            (folder / tenant / language).mkdir(parents=True, exist_ok=True)
            (folder / tenant / language / "page.md").write_text(text, "utf-8")
        ingest = Ingest(index, embedder, roots=[folder / tenant])
        assert [report.outcome async for report in ingest.ingest([folder / tenant], tenant)] == ["added"] * len(pages)
    await index.close()
    return file


@pytest.fixture(scope="module")
def honest_file(embedder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("honest")
    return asyncio.run(fill(folder / "knowledge.db", embedder, folder))


@pytest.fixture
async def attacked(honest_file, embedder, tmp_path):
    """Asks an attack of an answerer with these models; gives the answer and all that was shown."""
    opened = []

    async def ask(attack, chain):
        file, question = honest_file, f"{ASKED[attack.language]} {attack.text}"
        if attack.in_document:
            file = await fill(tmp_path / "knowledge.db", embedder, tmp_path, {attack.language: attack.text})
            question = ASKED[attack.language]
        opened.append(SqliteIndex(file))
        patient = Similarity(embedder, seconds=60)
        answerer = Answerer(Search(opened[-1], embedder), opened[-1], chain, None, similarity=patient)
        reader = Reader()
        answer = await answerer.answer(Question(TENANT, question, attack.language), reader)
        return answer, "\n".join((answer.text, reader.text, *(f"{s.title} {s.text} {s.url}" for s in answer.sources)))

    yield ask
    for index in opened:
        await index.close()


def test_there_are_enough_of_them_in_every_language():
    assert len(ATTACKS) >= 60
    assert all(sum(attack.language == language for attack in ATTACKS) >= 20 for language in LANGUAGES)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.name}-{attack.language}")
async def test_quoted_answers_leak_nothing_and_obey_nobody(attacked, attack):
    answer, shown = await attacked(attack, None)
    assert not [word for word in attack.never if word.casefold() in shown.casefold()]
    if attack.in_document:
        assert "21:30" in answer.text  # the page's own words are still told


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.name}-{attack.language}")
async def test_a_gullible_model_leaks_nothing_and_obeys_nobody(attacked, attack, llm, chain):
    """It writes the evil first, then last, so that what is shown on the way is tried as well."""
    evil = attack.obeys
    told = []

    def obey(request):
        told.append(request)
        said = evil.replace("{system}", request["messages"][0]["content"])
        return f"{GOOD[attack.language]} {said}\n{said} {GOOD[attack.language]} {GOOD[attack.language]}"

    llm.model("gullible", write=obey)
    answer, shown = await attacked(attack, chain("gullible"))
    assert told, "the attack never reached the model"
    assert not [word for word in attack.never if word.casefold() in shown.casefold()]
    assert "21:30" in answer.text
    if attack.in_document:  # the model doesn't even see it
        assert not [
            word
            for word in attack.never
            if word in told[0]["messages"][1]["content"] and word not in ("OTP", "</document")
        ]
    assert not [word for word in ("4711", "98230") if word in told[0]["messages"][1]["content"]]
