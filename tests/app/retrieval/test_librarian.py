"""Versions of documents: rolled back, removed, found twice; and an operator's decision that stands until the file changes."""

import pytest

from protocol.errors import BadRequest
from retrieval.history import KEPT, DocumentHistory
from retrieval.ingest import Ingest
from retrieval.librarian import Librarian
from retrieval.shelf import Shelf

NINE = "# Backup\n\nThe backup starts every evening at half past nine, when the counter is closed and counted.\n"
TEN = NINE.replace("nine", "ten")
HINDI = "# बैकअप\n\nबैकअप हर शाम साढ़े नौ बजे शुरू होता है, जब काउंटर बंद होकर गिना जा चुका होता है, उससे पहले नहीं।\n"


@pytest.fixture
def history(engine):
    return DocumentHistory(engine)


@pytest.fixture
def librarian(index, embedder, history):
    return Librarian(index, history, Shelf(index, embedder, history))


@pytest.fixture
def ingest(index, embedder, history):
    """Takes in paths; gives what became of each file and why."""

    async def ingest(*paths):
        reports = [report async for report in Ingest(index, embedder, history=history).ingest(paths, "demo")]
        return {report.source: (report.outcome, report.reason) for report in reports}

    return ingest


async def text_of(index, document):
    return "".join(chunk.text for chunk in await index.chunks("demo", [f"{document}:0"]))


async def test_a_rolled_back_file_stays_so_until_it_changes(index, folder, ingest, librarian):
    file = folder / "backup.md"
    for text in (NINE, TEN):
        file.write_text(text)
        await ingest(folder)
    report = await librarian.roll_back("demo", "backup.md")
    assert (report.outcome, report.reason) == ("updated", "version 1")
    assert "half past nine" in await text_of(index, "backup.md")
    outcome, reason = (await ingest(folder))["backup.md"]
    assert (outcome, "version 1 was chosen by hand" in reason) == ("unchanged", True)
    assert "half past nine" in await text_of(index, "backup.md")
    file.write_text(TEN.replace("evening", "night"))
    assert (await ingest(folder))["backup.md"] == ("updated", "")
    assert "every night at half past ten" in await text_of(index, "backup.md")
    assert [version.number for version in await librarian.versions("demo", "backup.md")] == [3, 2, 1]


async def test_a_roll_back_needs_no_original_and_can_be_undone(index, folder, ingest, librarian):
    file = folder / "backup.md"
    for text in (HINDI, TEN):
        file.write_text(text)
        await ingest(folder)
    file.unlink()
    assert (await ingest(folder))["backup.md"][0] == "removed"
    await librarian.roll_back("demo", "backup.md", 1)
    assert "साढ़े नौ बजे" in await text_of(index, "backup.md")
    assert {record.id: record.language for record in await index.documents("demo")} == {"backup.md": "hi"}
    assert await ingest(folder) == {}  # nor does the next ingest take it away again
    await librarian.roll_back("demo", "backup.md", 2)
    assert "half past ten" in await text_of(index, "backup.md")


async def test_rolling_forward_to_the_newest_ends_the_decision(folder, ingest, librarian):
    file = folder / "backup.md"
    for text in (NINE, TEN):
        file.write_text(text)
        await ingest(folder)
    await librarian.roll_back("demo", "backup.md", 1)
    await librarian.roll_back("demo", "backup.md", 2)
    assert (await ingest(folder))["backup.md"] == ("unchanged", "")


async def test_a_removed_file_stays_away_until_it_changes_or_is_named(index, folder, ingest, librarian):
    file = folder / "backup.md"
    file.write_text(NINE)
    await ingest(folder)
    assert (await librarian.remove("demo", "backup.md")).outcome == "removed"
    outcome, reason = (await ingest(folder))["backup.md"]
    assert (outcome, "removed by hand" in reason) == ("unchanged", True)
    assert await index.documents("demo") == ()
    assert await ingest(file) == {"backup.md": ("added", "")}
    await librarian.remove("demo", "backup.md")
    file.write_text(TEN)
    assert (await ingest(folder))["backup.md"][0] == "added"


async def test_a_decision_outlives_another_chunker(index, embedder, folder, history, ingest, librarian, monkeypatch):
    file = folder / "backup.md"
    for text in (NINE, TEN):
        file.write_text(text)
        await ingest(folder)
    await librarian.roll_back("demo", "backup.md", 1)
    monkeypatch.setattr("retrieval.ingest.CHUNKER", "another")
    monkeypatch.setattr("retrieval.shelf.CHUNKER", "another")
    assert (await ingest(folder))["backup.md"][0] == "updated"
    assert "half past nine" in await text_of(index, "backup.md")
    assert (await ingest(folder))["backup.md"][0] == "unchanged"


async def test_every_entry_of_a_catalogue_is_rolled_back_together(index, folder, ingest, librarian):
    file = folder / "errors.yml"
    file.write_text(
        "- {id: a, title: {en: A}, meaning: {en: First.}}\n- {id: b, title: {en: B}, meaning: {en: Second.}}\n"
    )
    await ingest(folder)
    file.write_text("- {id: c, title: {en: C}, meaning: {en: Third.}}\n")
    await ingest(folder)
    await librarian.roll_back("demo", "errors.yml#c.en")
    assert [record.id for record in await index.documents("demo")] == ["errors.yml#a.en", "errors.yml#b.en"]


async def test_the_same_text_in_another_file_is_said_whatever_its_format(folder, ingest, librarian):
    (folder / "a.md").write_text(NINE)
    (folder / "b.html").write_text(f"<h1>Copy</h1><p>{NINE.split(chr(10))[2].upper()}</p>")
    (folder / "c.md").write_text(HINDI)
    found = await ingest(folder)
    assert found == {"a.md": ("added", ""), "b.html": ("added", "the same text as a.md"), "c.md": ("added", "")}
    files = {file.source: file.same_text_as for file in await librarian.files("demo")}
    assert files == {"a.md": ("b.html",), "b.html": ("a.md",), "c.md": ()}


async def test_only_the_last_versions_are_kept(folder, ingest, librarian):
    for number in range(KEPT + 2):
        (folder / "backup.md").write_text(f"{NINE}\nEdition {number}.\n")
        await ingest(folder)
    numbers = [version.number for version in await librarian.versions("demo", "backup.md")]
    assert numbers == list(range(KEPT + 2, 2, -1))


async def test_what_can_not_be_rolled_back_is_said(folder, ingest, librarian):
    (folder / "backup.md").write_text(NINE)
    await ingest(folder)
    with pytest.raises(BadRequest, match="no version before 1"):
        await librarian.roll_back("demo", "backup.md")
    with pytest.raises(BadRequest, match=r"Version 7 of backup\.md is not kept; there are: 1"):
        await librarian.roll_back("demo", "backup.md", 7)
    with pytest.raises(BadRequest, match=r"No version of nowhere\.md is kept"):
        await librarian.roll_back("demo", "nowhere.md")
    with pytest.raises(BadRequest, match="No version"):
        await librarian.roll_back("another-tenant", "backup.md")
