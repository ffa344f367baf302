"""Zips: their members are documents like others, and no zip can do harm."""

import asyncio
import shutil
import subprocess
import zipfile

import pytest

from retrieval.ingest import Ingest
from retrieval.reading.limits import Limits
from retrieval.reading.reader import Reader
from retrieval.sources import Sources
from retrieval.sources.fetch import WebFetcher


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


async def reports(index, embedder, path, max_bytes=1_000_000):
    ingest = Ingest(index, embedder, reader=Reader(Limits(bytes=max_bytes)), sources=Sources(WebFetcher(), max_bytes))
    return {report.source: (report.outcome, report.reason) async for report in ingest.ingest([path], "demo")}


async def test_members_are_added_and_removed_with_their_zip(index, embedder, folder):
    zipped(
        folder / "help.zip",
        {
            "hi/backup.md": "# बैकअप\n\nबैकअप रात 21:30 पर चलता है।",
            "en/printer.md": "# Printer\n\nThermal printers of 58 mm.",
            "en/printer.md.meta.yml": "product: mobile\n",
            "__MACOSX/en/._printer.md": "rubbish",
        },
    )
    first = await reports(index, embedder, folder)
    assert first == {"help.zip/hi/backup.md": ("added", ""), "help.zip/en/printer.md": ("added", "")}
    records = {record.id: record for record in await index.documents("demo")}
    assert records["help.zip/hi/backup.md"].language == "hi"
    assert records["help.zip/en/printer.md"].product == "mobile"
    assert {outcome for outcome, _ in (await reports(index, embedder, folder / "help.zip")).values()} == {"unchanged"}
    zipped(folder / "help.zip", {"hi/backup.md": "# बैकअप\n\nबैकअप रात 22:00 पर चलता है।"})
    assert {source: outcome for source, (outcome, _) in (await reports(index, embedder, folder)).items()} == {
        "help.zip/hi/backup.md": "updated",
        "help.zip/en/printer.md": "removed",
    }


async def test_a_damaged_zip_takes_nothing_away(index, embedder, folder):
    zipped(folder / "help.zip", {"a.md": "# Printer\n\nThermal printers of 58 mm."})
    await reports(index, embedder, folder)
    (folder / "help.zip").write_bytes((folder / "help.zip").read_bytes()[:60])
    (outcome, reason) = (await reports(index, embedder, folder))["help.zip"]
    assert (outcome, "damaged" in reason) == ("refused", True)
    assert [record.id for record in await index.documents("demo")] == ["help.zip/a.md"]


async def test_names_that_lead_out_of_the_zip_lead_nowhere(index, embedder, folder):
    zipped(folder / "evil.zip", {"../../escaped.md": "# Escaped\n\ntext", "/etc/absolute.md": "# Absolute\n\ntext"})
    assert set(await reports(index, embedder, folder)) == {"evil.zip/escaped.md", "evil.zip/etc/absolute.md"}
    assert not (folder.parent / "escaped.md").exists()


async def test_a_bomb_costs_one_member_and_the_others_go_on(index, embedder, folder):
    zipped(
        folder / "bomb.zip", {"a-bomb.txt": b"a" * 30_000_000, "inner.zip": b"PK", "printer.md": "Printers of 58 mm."}
    )
    found = await reports(index, embedder, folder)
    assert found["bomb.zip/a-bomb.txt"] == ("refused", "it unpacks to more than the limit of 1 MB")
    assert found["bomb.zip/inner.zip"] == ("refused", "a zip inside of a zip is not opened")
    assert found["bomb.zip/printer.md"] == ("added", "")


async def test_a_member_that_lies_about_its_size_is_still_cut_off(index, embedder, folder):
    path = folder / "liar.zip"
    zipped(path, {"big.txt": b"a" * 5_000_000})
    content = path.read_bytes().replace((5_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    path.write_bytes(content)
    ((_, (outcome, reason)),) = (await reports(index, embedder, folder)).items()
    assert outcome == "refused"
    assert "unpacked" in reason or "unpacks" in reason or "damaged" in reason


@pytest.mark.skipif(shutil.which("zip") is None, reason="needs the zip program")
async def test_a_member_behind_a_password_is_refused(index, embedder, folder):
    (folder / "secret.md").write_text("# Secret\n\ntext")
    await asyncio.to_thread(
        subprocess.run, ["zip", "-q", "-P", "word", "secret.zip", "secret.md"], cwd=folder, check=True
    )
    (folder / "secret.md").unlink()
    assert await reports(index, embedder, folder) == {
        "secret.zip/secret.md": ("refused", "it is protected by a password")
    }
