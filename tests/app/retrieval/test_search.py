"""What a customer's question finds."""

import pytest

from protocol.errors import IndexUnavailable
from retrieval.e5 import E5Embedder
from retrieval.embed import CachedEmbedder
from retrieval.index import Filters
from retrieval.ingest import Ingest
from retrieval.preference import versions_named
from retrieval.search import Search

ARTICLES = {
    "en/password.md": "# Reset a password\n\nOpen Settings > Users, select the user and choose Reset password.",
    "hi/password.md": "# पासवर्ड रीसेट करें\n\nSettings > Users खोलें, यूज़र चुनें और Reset password दबाएँ।",
    "hinglish/password.md": "---\nlanguage: hinglish\n---\n# Password reset karein\n\n"
    "Settings > Users kholein, user chunein aur Reset password dabayein.",
    "en/sync.md": "# Mobile app sync\n\nPull down to sync the mobile app.",
    "hinglish/sync.md": "---\nlanguage: hinglish\n---\n# Mobile app sync\n\nPull down to sync the mobile app.",
    "en/tax.md": "---\nversion: '12.4'\n---\n# Tax rates\n\nMost medicines are taxed at 5% GST.",
    "en/tax-v11.md": "---\nversion: '11.8'\nstatus: outdated\nsuperseded_by: tax.md\n---\n"
    "# Tax rates (version 11)\n\nMost medicines are taxed at 12% GST.",
    "en/backup.md": "# Backup\n\n## Daily\n\n" + "The daily backup runs at 21:30. " * 40 + "\n\n## Weekly\n\n"
    + "The weekly backup runs on Sunday. " * 40,
    "errors.yml": (
        "- {id: lic-403, codes: [LIC-403], title: {en: Bound to another computer, hi: दूसरे कंप्यूटर से जुड़ा}, "
        "meaning: {en: Licence is bound., hi: लाइसेंस जुड़ा है।}}\n"
        "- {id: port, codes: ['10048'], title: {en: Port in use}, meaning: {en: Another program holds the port of the Bridge.}}\n"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A small knowledge folder."""
    folder = tmp_path_factory.mktemp("knowledge")
    for name, text in ARTICLES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
async def search(index, embedder, shop):
    """A search over the shop's articles."""
    async for _ in Ingest(index, embedder).ingest([shop], "demo"):
        pass
    return Search(index, CachedEmbedder(embedder))


async def documents(search, query, **options):
    return [hit.chunk.document for hit in (await search.search("demo", query, **options)).hits]


@pytest.mark.parametrize("mode", ["hybrid", "keyword", "dense"])
async def test_each_mode_finds_the_answer(search, mode):
    result = await search.search("demo", "reset password", mode=mode)
    assert result.hits[0].chunk.document.endswith("password.md")
    assert result.mode == mode
    assert result.degraded is None
    assert all(0 <= hit.score <= 1 for hit in result.hits)


async def test_of_like_passages_the_one_in_the_customer_s_language_goes_first(search):
    for language in ("en", "hinglish"):
        assert (await documents(search, "sync mobile app", language=language))[0] == f"{language}/sync.md"


async def test_a_hindi_question_finds_an_english_article(search):
    assert "en/tax.md" in (await documents(search, "दवाइयों पर कितना टैक्स लगता है"))[:2]


async def test_a_hinglish_question_finds_an_english_article_that_shares_no_word_with_it(search):
    for mode in ("keyword", "hybrid"):
        assert "en/tax.md" in (await documents(search, "dawaiyo par kitna lagta hai", mode=mode))[:2]


async def test_the_version_in_force_goes_before_the_outdated_one(search):
    found = await documents(search, "GST rate of medicines")
    assert found.index("en/tax.md") < found.index("en/tax-v11.md")


async def test_the_outdated_version_goes_first_when_the_question_names_it(search):
    assert (await documents(search, "GST rate of medicines in version 11"))[0] == "en/tax-v11.md"


@pytest.mark.parametrize("typed", ["LIC-403", "lic403 aa raha hai", "what is lic 403"])
async def test_an_exact_code_goes_first(search, typed):
    assert (await documents(search, typed))[0].startswith("errors.yml#lic-403")


async def test_a_bare_number_is_a_code_when_the_catalogue_has_it(search):
    assert (await documents(search, "10048 dikha raha hai"))[0] == "errors.yml#port.en"


async def test_one_document_gives_at_most_two_passages(search):
    found = await documents(search, "when does the backup run", k=8)
    assert found.count("en/backup.md") == 2


async def test_hits_explain_themselves(search):
    hit = (await search.search("demo", "reset password of a user", language="en")).hits[0]
    assert set(hit.matched_terms) == {"reset", "password", "user"}
    assert hit.keyword_rank
    assert hit.dense_rank
    assert 0.1 < hit.keyword_score <= 1
    assert 0.7 < hit.dense_score <= 1


async def test_stages_are_timed(search):
    stages = (await search.search("demo", "reset password")).stages_ms
    assert {"embed", "dense", "keyword", "fusion", "passages"} <= set(stages)


async def test_filters_demand(search):
    assert set(await documents(search, "password", filters=Filters(languages=("hi",)))) <= {
        "hi/password.md",
        "errors.yml#lic-403.hi",
    }


@pytest.mark.parametrize(
    "query", ["", "   ", "\u200d", "???", "😀😀", "\x00", "the of and", "a" * 100_000, "पासवर्ड " * 20_000]
)
async def test_odd_questions_are_searched_without_harm(search, query):
    result = await search.search("demo", query)
    assert len(result.hits) <= 8


async def test_an_empty_tenant_finds_nothing(search):
    assert (await search.search("nobody", "password")).hits == ()


async def test_a_failing_model_leaves_keyword_search_and_says_so(search, index, tmp_path):
    without = Search(index, E5Embedder(tmp_path / "absent"))
    for mode in ("hybrid", "dense"):
        result = await without.search("demo", "reset password", mode=mode)
        assert result.hits[0].keyword_rank
        assert "absent" in (result.degraded or "")


async def test_a_closed_index_is_an_error_of_ours(search, index):
    await index.close()
    with pytest.raises(IndexUnavailable):
        await search.search("demo", "reset password")


def test_versions_are_read_from_questions():
    assert versions_named("rate in version 11") == {"11"}
    assert versions_named("v10 me backup") == {"10"}
    assert versions_named("11.8 par kaise kare") == {"11"}
    assert versions_named("वर्ज़न 11 में") == {"11"}
    assert versions_named("GST 5% on 11 items at 9:30") == set()


async def test_of_passages_that_hold_all_of_a_question_the_customer_s_language_goes_first(search):
    for language, document in (("hi", "errors.yml#lic-403.hi"), ("en", "errors.yml#lic-403.en")):
        hits = (await search.search("demo", "LIC-403", language=language)).hits
        assert hits[0].chunk.document == document
