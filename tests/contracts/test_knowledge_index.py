"""What every knowledge index must do, on analysed text and vectors that the tests make themselves."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from retrieval.documents import Chunk, Document
from retrieval.index import Filters, KnowledgeIndex
from retrieval.query import keyword_query

VERSION = "letters.1"


def document(name="en/password.md", *texts, tenant="demo", **fields):
    """A document and its chunks, one per text."""
    made = Document(
        id=name,
        tenant=tenant,
        title=fields.pop("title", "Title"),
        sections=(),
        **{"language": "en", "content_hash": "1", **fields},
    )
    chunks = [
        Chunk(
            id=f"{name}:{number}",
            document=name,
            tenant=tenant,
            title=made.title,
            headings=("Part",),
            text=text,
            language=made.language,
            revision=made.content_hash,
            version=made.version,
            status=made.status,
            source=made.source,
            url=made.url,
            codes=made.codes,
        )
        for number, text in enumerate(texts)
    ]
    return made, chunks


def vectors(*angles):
    """Vectors on a circle: the nearer two angles, the greater the cosine."""
    return np.array([(np.cos(angle), np.sin(angle)) for angle in angles], np.float32)


async def put(index, name, *texts, angles=None, version=VERSION, **fields):
    made, chunks = document(name, *texts, **fields)
    rows = {version: vectors(*(angles or [0.0] * len(texts)))}
    await index.put(made, chunks, rows, prepared_by="tests")
    return chunks


async def found(index, query, k=10, tenant="demo", filters=None):
    return [hit.chunk_id for hit in (await index.keyword(tenant, keyword_query(query), k, filters)).hits]


async def near(index, angle, k=10, tenant="demo", filters=None, version=VERSION):
    return [hit.chunk_id for hit in await index.dense(tenant, vectors(angle)[0], k, filters, version=version)]


def test_it_is_a_knowledge_index(index):
    port: KnowledgeIndex = index
    assert port is index


async def test_a_chunk_comes_back_as_it_was_put(index):
    made, chunks = document(
        "en/a.md", "One — एक", "Two", version="12.4", status="outdated", source="en/a.md", url="https://x.example/a", codes=("LIC-403",)
    )  # fmt: skip
    chunks[1] = replace(chunks[1], page=7, headings=("Steps", "On Windows"), aliases=("do it",))
    await index.put(made, chunks, {VERSION: vectors(0, 1)})
    assert await index.chunks("demo", ["en/a.md:1", "en/a.md:0"]) == (chunks[1], chunks[0])


async def test_chunks_that_are_not_there_are_left_out(index):
    await put(index, "en/a.md", "One")
    assert [chunk.id for chunk in await index.chunks("demo", ["nowhere:0", "en/a.md:0"])] == ["en/a.md:0"]
    assert await index.chunks("demo", []) == ()


async def test_keyword_search_finds_words_in_any_inflection_and_ranks_them(index):
    await put(index, "en/a.md", "Resetting passwords of users", "The printer is offline")
    await put(
        index, "en/b.md", "A password is needed once in this long text about printing many bills on several printers"
    )
    assert await found(index, "password reset") == ["en/a.md:0", "en/b.md:0"]


async def test_keyword_search_finds_hindi_words_whole_and_inflected(index):
    await put(index, "hi/a.md", "मालिक का पासवर्ड रीसेट करें", "प्रिंटर ऑफ़लाइन है", language="hi")
    assert await found(index, "पासवर्ड") == ["hi/a.md:0"]
    assert await found(index, "प्रिंटर ऑफलाइन") == ["hi/a.md:1"]
    assert await found(index, "पास") == []


async def test_keyword_search_returns_only_chunks_that_hold_a_term(index):
    await put(index, "en/a.md", "Resetting passwords", "The printer is offline")
    hits = await index.keyword("demo", keyword_query("printer xylophone"), 10)
    assert [(hit.chunk_id, hit.terms) for hit in hits.hits] == [("en/a.md:1", ("printer",))]
    assert await found(index, "xylophone") == []


async def test_a_row_of_a_table_is_found_before_passages_that_have_its_words_all_over(index):
    other = "Other things stand here as well, of which nobody asked anything at all today. " * 3
    row = "| Resource | Quota |\n| --- | --- |\n| Function timeout | 900 seconds |\n"
    rows = "".join(f"| Limit of kind {kind} | {kind * 7} pieces |\n" for kind in range(20))
    await put(index, "en/quotas.md", row + rows)
    for number in range(5):
        await put(
            index, f"en/{number}.md", f"A function runs. {other} Then the timeout ends it; each timeout is noted."
        )
    assert (await found(index, "function timeout"))[0] == "en/quotas.md:0"


async def test_a_hit_says_whether_a_row_speaks_for_it_and_holds_its_codes_all_the_same(index):
    rows = "".join(f"| RS-ERR-{number} | pieces are {number} too many |\n" for number in range(1000, 1020))
    await put(
        index, "en/table.md", f"| Code | Meaning |\n| --- | --- |\n{rows}| RS-ERR-1044 | the printer is offline |"
    )
    await put(index, "en/text.md", "The printer of the shop is offline: RS-ERR-1044.")
    hits = (await index.keyword("demo", keyword_query("printer offline"), 10)).hits
    assert {hit.chunk_id: hit.by_row for hit in hits} == {"en/table.md:0": True, "en/text.md:0": False}
    named = (await index.keyword("demo", keyword_query("RS-ERR-1044"), 10)).hits
    assert [hit.codes for hit in named] == [("RS-ERR-1044",)] * 2


async def test_other_words_find_at_less_weight_and_take_nothing_from_the_attainable(index):
    await put(index, "en/quota.md", "The quota of users is five")
    await put(index, "en/limit.md", "The limit of users is five")
    await put(index, "en/other.md", "Nothing of that kind")
    typed = keyword_query("limit")
    asked = replace(typed, terms={**typed.terms, "quota": 0.5}, instead_of={"quota": "limit"})
    hits = await index.keyword("demo", asked, 10)
    assert [hit.chunk_id for hit in hits.hits] == ["en/limit.md:0", "en/quota.md:0"]
    assert hits.hits[1].score == pytest.approx(hits.hits[0].score / 2, rel=0.01)
    assert hits.attainable == pytest.approx((await index.keyword("demo", typed, 10)).attainable)
    assert [hit.terms for hit in hits.hits] == [("limit",), ("quota",)]


async def test_a_chunk_with_a_word_and_another_for_it_is_no_better_than_one_with_the_word(index):
    await put(index, "en/both.md", "The limit or quota of users is five")
    await put(index, "en/one.md", "The limit or number of users is five")
    await put(index, "en/other.md", "Nothing of that kind")
    asked = replace(keyword_query("limit"), terms={"limit": 1.0, "quota": 0.5}, instead_of={"quota": "limit"})
    first, second = (await index.keyword("demo", asked, 10)).hits
    assert first.score == pytest.approx(second.score)


async def test_attainable_counts_terms_that_nothing_holds(index):
    for number in range(6):
        await put(index, f"en/{number}.md", f"Passage {number} about stock" + (" and printers" if number == 0 else ""))
    one = await index.keyword("demo", keyword_query("printer"), 10)
    two = await index.keyword("demo", keyword_query("printer xylophone"), 10)
    assert one.hits[0].score == pytest.approx(two.hits[0].score)
    assert 0 < one.hits[0].score <= one.attainable < two.attainable


async def test_codes_match_whole_and_however_typed(index):
    await put(index, "errors/a.yml#lic-403.en", "Bound to another computer", codes=("LIC-403",))
    await put(index, "errors/a.yml#lic-404.en", "Key not found", codes=("LIC-404",))
    for typed in ("LIC-403", "lic403 aa raha hai", "Lic 403"):
        hits = await index.keyword("demo", keyword_query(typed), 10)
        assert hits.hits[0].chunk_id == "errors/a.yml#lic-403.en:0"
        assert hits.hits[0].codes == ("LIC-403",)


async def test_words_that_look_like_query_syntax_are_words(index):
    await put(index, "en/a.md", "near the printer")
    for query in (
        '"printer',
        "printer OR",
        "NEAR(printer",
        "title:printer",
        "printer*",
        "(printer",
        "-printer AND NOT",
        "print'er;--",
    ):
        assert await found(index, query) in (["en/a.md:0"], []), query


async def test_dense_search_is_by_cosine(index):
    await put(index, "en/a.md", "zero", "one", "two", angles=(0.0, 1.0, 2.0))
    assert await near(index, 0.9, k=2) == ["en/a.md:1", "en/a.md:0"]
    hits = await index.dense("demo", vectors(1.0)[0], 1, version=VERSION)
    assert hits[0].score == pytest.approx(1.0, abs=0.01)


async def test_dense_search_of_a_version_that_nobody_put_finds_nothing(index):
    await put(index, "en/a.md", "zero")
    assert await near(index, 0, version="another") == []


async def test_filters_hold_for_both_searches(index):
    await put(index, "en/a.md", "printer", product="desktop", audience="owner")
    await put(index, "hi/a.md", "printer", language="hi", product="mobile")
    await put(index, "en/old.md", "printer", status="outdated", product="all")
    for filters, expected in (
        (Filters(languages=("hi",)), {"hi/a.md:0"}),
        (Filters(products=("mobile",)), {"hi/a.md:0", "en/old.md:0"}),
        (Filters(audiences=("owner",)), {"en/a.md:0", "hi/a.md:0", "en/old.md:0"}),
        (Filters(statuses=("current",)), {"en/a.md:0", "hi/a.md:0"}),
        (Filters(documents=("en/old.md",)), {"en/old.md:0"}),
        (Filters(languages=("en",), statuses=("current",)), {"en/a.md:0"}),
        (Filters(), {"en/a.md:0", "hi/a.md:0", "en/old.md:0"}),
    ):
        assert set(await found(index, "printer", filters=filters)) == expected
        assert set(await near(index, 0, filters=filters)) == expected


async def test_the_few_that_satisfy_a_filter_are_found_behind_the_many_that_do_not(index):
    for number in range(10):
        await put(index, f"en/{number}.md", "printer printer printer")
    await put(index, "hi/a.md", "printer and a great many other words besides", language="hi", angles=(1.0,))
    hindi = Filters(languages=("hi",))
    assert await found(index, "printer", k=1, filters=hindi) == ["hi/a.md:0"]
    assert await near(index, 0, k=1, filters=hindi) == ["hi/a.md:0"]
    await put(index, "hi/b.md", "printer", language="hi")
    assert set(await near(index, 0, k=2, filters=hindi)) == {"hi/a.md:0", "hi/b.md:0"}


async def test_documents_are_found_from_their_first_to_their_last_day(index):
    await put(index, "en/a.md", "printer")
    await put(index, "en/offer.md", "printer", valid_from="2026-03-01", valid_until="2026-03-31")
    await put(index, "en/next.md", "printer", valid_from="2026-04-01")
    for day, expected in (
        ("2026-02-28", set()),
        ("2026-03-01", {"en/offer.md:0"}),
        ("2026-03-31", {"en/offer.md:0"}),
        ("2026-04-01", {"en/next.md:0"}),
        ("", {"en/offer.md:0", "en/next.md:0"}),
    ):
        assert set(await found(index, "printer", filters=Filters(on=day))) == {"en/a.md:0", *expected}
        assert set(await near(index, 0, filters=Filters(on=day))) == {"en/a.md:0", *expected}


async def test_putting_a_document_again_replaces_it_whole(index):
    await put(index, "en/a.md", "alpha", "beta", "gamma", angles=(0, 1, 2))
    await put(index, "en/a.md", "delta", angles=(3,), content_hash="2")
    assert await found(index, "alpha beta gamma") == []
    assert await found(index, "delta") == ["en/a.md:0"]
    assert await near(index, 1) == ["en/a.md:0"]
    (record,) = await index.documents("demo")
    assert (record.content_hash, record.chunks, record.prepared_by) == ("2", 1, "tests")


async def test_a_put_that_fails_leaves_the_document_as_it_was(index):
    await put(index, "en/a.md", "alpha")
    made, chunks = document("en/a.md", "beta", "beta again")
    with pytest.raises(Exception):  # noqa: B017, PT011  which one is the adapter's business
        await index.put(made, [chunks[0], chunks[0]], {VERSION: vectors(0, 0)})
    assert await found(index, "alpha") == ["en/a.md:0"]


async def test_deleting_forgets_documents_and_counts_them(index):
    await put(index, "en/a.md", "alpha")
    await put(index, "en/b.md", "beta")
    assert await index.delete("demo", ["en/a.md", "en/nowhere.md"]) == 1
    assert await found(index, "alpha") == []
    assert await near(index, 0) == ["en/b.md:0"]
    assert await index.delete("nobody", ["en/b.md"]) == 0


async def test_tenants_see_nothing_of_each_other(index):
    await put(index, "en/a.md", "printer secret", tenant="ours")
    await put(index, "en/a.md", "printer", tenant="theirs")
    await put(index, "en/b.md", "printer", tenant="theirs")
    assert await found(index, "secret", tenant="theirs") == []
    assert await found(index, "printer", tenant="ours") == ["en/a.md:0"]
    assert await near(index, 0, tenant="ours") == ["en/a.md:0"]
    assert (await index.chunks("theirs", ["en/a.md:0"]))[0].text == "printer"
    assert await found(index, "printer", tenant="nobody") == []
    assert await near(index, 0, tenant="nobody") == []
    await index.delete("theirs", ["en/a.md"])
    assert [record.id for record in await index.documents("ours")] == ["en/a.md"]
    assert (await index.stats("ours")).chunks == 1


async def test_statistics_of_one_tenant_do_not_weigh_on_another(index):
    await put(index, "en/a.md", "printer", tenant="ours")
    await put(index, "en/b.md", "stock", tenant="ours")
    before = await index.keyword("ours", keyword_query("printer"), 5)
    for number in range(10):
        await put(index, f"en/{number}.md", "printer", tenant="theirs")
    assert await index.keyword("ours", keyword_query("printer"), 5) == before


async def test_neighbours_are_the_chunks_around_in_reading_order(index):
    await put(index, "en/a.md", "zero", "one", "two", "three")
    await put(index, "en/b.md", "zero")
    assert [chunk.text for chunk in await index.neighbours("demo", "en/a.md:1")] == ["zero", "one", "two"]
    assert [chunk.text for chunk in await index.neighbours("demo", "en/a.md:0", after=2)] == ["zero", "one", "two"]
    assert [chunk.text for chunk in await index.neighbours("demo", "en/a.md:3", before=0)] == ["three"]
    assert await index.neighbours("demo", "nowhere:0") == ()


async def test_the_knowledge_version_grows_with_every_change_of_its_tenant_only(index):
    assert await index.knowledge_version("demo") == 0
    await put(index, "en/a.md", "alpha")
    first = await index.knowledge_version("demo")
    await put(index, "en/a.md", "alpha", tenant="other")
    assert await index.knowledge_version("demo") == first > 0
    await index.delete("demo", ["en/a.md"])
    assert await index.knowledge_version("demo") > first


async def test_embedding_versions_stand_side_by_side(index):
    chunks = await put(index, "en/a.md", "zero", "one", angles=(0, 2))
    assert [chunk.id for chunk in await index.without_vectors("demo", "new", 10)] == ["en/a.md:0", "en/a.md:1"]
    assert await index.add_vectors("demo", "new", chunks[:1], vectors(1)) == 1
    assert [chunk.id for chunk in await index.without_vectors("demo", "new", 10)] == ["en/a.md:1"]
    assert await index.add_vectors("demo", "new", chunks[1:], vectors(0)) == 1
    assert await near(index, 0, version="new") == ["en/a.md:1", "en/a.md:0"]
    assert await near(index, 0) == ["en/a.md:0", "en/a.md:1"]
    assert (await index.stats("demo")).vectors == {VERSION: 2, "new": 2}
    await index.drop_vectors("demo", VERSION)
    assert await near(index, 0) == []
    assert await near(index, 0, version="new") == ["en/a.md:1", "en/a.md:0"]


async def test_vectors_of_a_revision_that_is_gone_are_passed_over(index):
    old = await put(index, "en/a.md", "alpha")
    await put(index, "en/a.md", "beta", content_hash="2")
    assert await index.add_vectors("demo", "new", old, vectors(0)) == 0
    assert await near(index, 0, version="new") == []


async def test_stats_count_documents_chunks_and_vectors(index):
    assert (await index.stats("demo")).documents == 0
    await put(index, "en/a.md", "alpha", "beta")
    stats = await index.stats("demo")
    assert (stats.documents, stats.chunks, stats.vectors) == (1, 2, {VERSION: 2})
    assert stats.bytes > 0


async def test_readers_never_see_half_a_document(index):
    await put(index, "en/a.md", *["alpha"] * 5, content_hash="0")

    async def write():
        for number in range(1, 15):
            await put(index, "en/a.md", *["alpha"] * 5, content_hash=str(number))

    async def read():
        for _ in range(40):
            assert len(await found(index, "alpha")) == 5
            assert len(await near(index, 0)) == 5

    await asyncio.gather(write(), read(), read())


async def test_closing_twice_does_nothing(index):
    await put(index, "en/a.md", "alpha")
    await index.close()
    await index.close()
