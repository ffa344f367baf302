"""Keeping an index in step with files."""

import pytest

from protocol.errors import DocumentRefused, EmbedderUnavailable
from retrieval.e5 import E5Embedder
from retrieval.ingest import Ingest
from retrieval.search import Search


async def outcomes(index, embedder, *paths, roots=()):
    reports = [report async for report in Ingest(index, embedder, roots=roots).ingest(paths, "demo")]
    return {report.source: report.outcome for report in reports}


@pytest.fixture
def shop(folder):
    """Two articles and a catalogue."""
    (folder / "en").mkdir()
    (folder / "en/backup.md").write_text("# Backup\n\nThe backup starts at 21:30.\n")
    (folder / "en/printer.md").write_text("# Printer\n\nThermal printers of 58 mm and 80 mm are supported.\n")
    (folder / "errors.yml").write_text(
        "- {id: lic-403, codes: [LIC-403], title: {en: Licence bound, hi: लाइसेंस}, meaning: {en: Moved., hi: दूसरा पीसी}}\n"
    )
    return folder


async def test_a_folder_is_added_then_unchanged_then_updated_then_removed(index, embedder, shop):
    everything = ("en/backup.md", "en/printer.md", "errors.yml")
    assert await outcomes(index, embedder, shop) == dict.fromkeys(everything, "added")
    before = await index.knowledge_version("demo")
    assert await outcomes(index, embedder, shop) == dict.fromkeys(everything, "unchanged")
    assert await index.knowledge_version("demo") == before
    (shop / "en/backup.md").write_text("# Backup\n\nThe backup starts at 22:00.\n")
    (shop / "en/printer.md").unlink()
    assert await outcomes(index, embedder, shop) == {
        "en/backup.md": "updated",
        "errors.yml": "unchanged",
        "en/printer.md": "removed",
    }
    assert [record.id for record in await index.documents("demo")] == [
        "en/backup.md",
        "errors.yml#lic-403.en",
        "errors.yml#lic-403.hi",
    ]


async def test_unchanged_files_are_neither_parsed_nor_embedded(index, embedder, shop, tmp_path):
    await outcomes(index, embedder, shop)

    class OnlyNamed(E5Embedder):
        """Knows its version and nothing else."""

        def _embed(self, texts):
            raise AssertionError(texts)

        def count_tokens(self, text):
            raise AssertionError(text)

    named = OnlyNamed(embedder._folder)
    assert set((await outcomes(index, named, shop)).values()) == {"unchanged"}


async def test_a_changed_sidecar_counts_as_a_change(index, embedder, shop):
    await outcomes(index, embedder, shop)
    (shop / "en/backup.md.meta.yml").write_text("status: outdated\n")
    assert (await outcomes(index, embedder, shop))["en/backup.md"] == "updated"
    assert {record.id: record.status for record in await index.documents("demo")}["en/backup.md"] == "outdated"


async def test_an_entry_taken_from_a_catalogue_is_forgotten(index, embedder, shop):
    await outcomes(index, embedder, shop)
    (shop / "errors.yml").write_text("- {id: lic-404, title: {en: Not found}, meaning: {en: Typed wrongly.}}\n")
    await outcomes(index, embedder, shop / "errors.yml", roots=[shop])
    assert [record.id for record in await index.documents("demo") if record.source == "errors.yml"] == [
        "errors.yml#lic-404.en"
    ]


async def test_one_file_of_a_known_folder_keeps_its_name_and_removes_nothing(index, embedder, shop):
    await outcomes(index, embedder, shop, roots=[shop])
    assert await outcomes(index, embedder, shop / "en/backup.md", roots=[shop]) == {"en/backup.md": "unchanged"}
    assert await outcomes(index, embedder, shop / "en", roots=[shop]) == {
        "en/backup.md": "unchanged",
        "en/printer.md": "unchanged",
    }
    assert (await index.stats("demo")).documents == 4


async def test_another_folder_does_not_remove_this_one_s_documents(index, embedder, shop, tmp_path):
    await outcomes(index, embedder, shop)
    (tmp_path / "more").mkdir()
    (tmp_path / "more/prices.md").write_text("Basic costs 7,200.")
    assert await outcomes(index, embedder, tmp_path / "more") == {"prices.md": "added"}
    assert (await index.stats("demo")).documents == 5


async def test_two_folders_do_not_take_each_other_s_names(index, embedder, shop, tmp_path):
    other, moved = tmp_path / "more", tmp_path / "moved"
    (other / "en").mkdir(parents=True)
    (other / "en/backup.md").write_text("# Backup\n\nOf another program.\n")
    await outcomes(index, embedder, shop)
    assert await outcomes(index, embedder, other) == {"en/backup.md": "refused"}
    assert (await outcomes(index, embedder, shop))["en/backup.md"] == "unchanged"
    shop.rename(moved)
    assert (await outcomes(index, embedder, moved))["en/backup.md"] == "added"  # a folder that was moved is no stranger


async def test_a_refused_file_says_why_and_the_others_go_on(index, embedder, shop):
    (shop / "bad.pdf").write_bytes(b"rubbish")
    reports = [report async for report in Ingest(index, embedder).ingest([shop], "demo")]
    assert [(report.source, bool(report.reason)) for report in reports if report.outcome == "refused"] == [
        ("bad.pdf", True)
    ]
    assert (await index.stats("demo")).documents == 4


async def test_a_file_that_became_unreadable_keeps_its_last_good_text(index, embedder, shop):
    await outcomes(index, embedder, shop)
    (shop / "en/backup.md").write_bytes(b"\xff\xfe\xfd")
    assert (await outcomes(index, embedder, shop))["en/backup.md"] == "refused"
    assert "en/backup.md" in [record.id for record in await index.documents("demo")]


async def test_a_missing_folder_is_named(index, embedder, tmp_path):
    with pytest.raises(DocumentRefused, match="nowhere"):
        await outcomes(index, embedder, tmp_path / "nowhere")


async def test_without_a_model_passages_are_kept_for_keywords_and_embedded_later(index, embedder, shop, tmp_path):
    absent = E5Embedder(tmp_path / "no-model")
    reports = [report async for report in Ingest(index, absent).ingest([shop], "demo")]
    assert all(report.outcome == "added" and "e5_convert" in report.reason for report in reports)
    result = await Search(index, absent).search("demo", "thermal printers")
    assert result.hits[0].chunk.document == "en/printer.md"
    assert "e5_convert" in (result.degraded or "")
    assert set((await outcomes(index, embedder, shop)).values()) == {"updated"}
    assert (await Search(index, embedder).search("demo", "thermal printers")).degraded is None


async def test_the_error_of_an_absent_model_says_what_to_run(tmp_path):
    with pytest.raises(EmbedderUnavailable, match=r"python -m retrieval\.e5_convert"):
        E5Embedder(tmp_path).embed_queries(["x"])
