"""Files are read in a process of their own: one that takes too much costs itself and nothing else."""

import os
import signal
import threading
import time
import zipfile
from pathlib import Path

import pytest

from protocol.errors import DocumentRefused
from retrieval.reading.limits import Limits
from retrieval.reading.reader import Reader, Source

_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}  # fmt: skip


def workbook(path, rows):
    """A sheet as hostile as one wants: small on the disk, large in memory."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, content)
        cells = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, rows + 1))
        archive.writestr("xl/worksheets/sheet1.xml", _SHEET.format(cells))
    return path


@pytest.fixture
def read(folder):
    """Reads with limits; whatever was started is ended."""
    readers = []

    def read(path, **limits):
        readers.append(Reader(Limits(**limits)))
        return readers[-1].read(Source(path, folder), "demo")

    yield read
    for reader in readers:
        reader.close()


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(folder):
    reader = Reader(Limits(seconds=4))
    slow, good = workbook(folder / "slow.xlsx", 1_000_000), folder / "good.md"
    good.write_text("# बैकअप\n\nरात 21:30 पर चलता है।")
    try:
        with pytest.raises(DocumentRefused, match="took more than 4 s"):
            reader.read(Source(slow, folder), "demo")
        assert reader.read(Source(good, folder), "demo").documents[0].title == "बैकअप"
    finally:
        reader.close()


def test_a_file_that_needs_too_much_memory_is_given_up(folder, read):
    with pytest.raises(DocumentRefused, match="needs more than 200 MB of memory"):
        read(workbook(folder / "large.xlsx", 400_000), memory=200_000_000, seconds=120)


def test_a_process_that_dies_while_reading_costs_the_file_and_nothing_more(folder):
    reader = Reader()
    slow, good = workbook(folder / "slow.xlsx", 500_000), folder / "good.md"
    good.write_text("Printers of 58 mm.")
    reader.read(Source(good, folder), "demo")

    def kill():
        time.sleep(1)
        os.kill(reader._process.pid, signal.SIGSEGV)

    threading.Thread(target=kill).start()
    try:
        with pytest.raises(DocumentRefused, match="crashed"):
            reader.read(Source(slow, folder), "demo")
        assert reader.read(Source(good, folder), "demo").documents
    finally:
        reader.close()


def test_the_process_that_reads_is_shown_no_keys(folder, read, monkeypatch):
    monkeypatch.setenv("LLM_API_KEY", "secret")
    (folder / "a.md").write_text("text")
    reader = Reader()
    try:
        reader.read(Source(folder / "a.md", folder), "demo")
        environment = Path(f"/proc/{reader._process.pid}/environ").read_bytes()
    finally:
        reader.close()
    assert b"PATH=" in environment
    assert b"secret" not in environment


def test_a_closed_reader_leaves_no_process_behind(folder):
    (folder / "a.md").write_text("text")
    reader = Reader()
    reader.read(Source(folder / "a.md", folder), "demo")
    process = reader._process
    reader.close()
    assert process.poll() is not None


def test_notes_come_with_the_documents(folder, read):
    (folder / "mail.eml").write_bytes(
        b"From: a@example.com\r\nSubject: Prices\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n--b\r\nContent-Type: application/x-dos\r\n"
        b"Content-Disposition: attachment; filename=a.exe\r\n\r\nMZ\r\n--b--\r\n"
    )
    loaded = read(folder / "mail.eml")
    assert loaded.notes == ("its attachment a.exe was left out: files of type .exe are not read",)
    assert loaded.documents[0].title == "Prices"
