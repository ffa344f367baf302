"""What survives from each format: tables, headings, pages, the text in pictures; and what an old encoding says."""

import io
import shutil
import zipfile

import pytest
from PIL import Image, ImageDraw, ImageFont

from protocol.errors import DocumentRefused
from retrieval.loaders import load, load_with_notes
from tests.app.retrieval.conftest import KNOWLEDGE

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")


def text_of(documents):
    return "\n\n".join(section.text for document in documents for section in document.sections)


def one(folder, name, content):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(folder / name, folder, "demo")


def picture(*lines):
    """Lines of print, as a scanner would give them."""
    drawn = Image.new("RGB", (1_600, 200 + 120 * len(lines)), "white")
    for number, line in enumerate(lines):
        ImageDraw.Draw(drawn).text((80, 100 + 120 * number), line, "black", ImageFont.load_default(64))
    return drawn


def scanned_pdf(path, *pages):
    first, *rest = [picture(*lines) for lines in pages]
    first.save(path, "PDF", save_all=True, append_images=rest, resolution=200)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_text_is_read_in_the_encoding_it_was_written_in(folder, encoding):
    said = "Café prices: the déjà vu résumé, naïve façade – über 7,200."
    said = said.replace("–", "-") if encoding == "latin-1" else said
    assert text_of(one(folder, "a.txt", said.encode(encoding))) == said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_hindi_is_read_in_the_encodings_it_is_written_in(folder, encoding):
    (document,) = one(folder, "a.txt", "बैकअप रात साढ़े नौ बजे शुरू होता है।".encode(encoding))
    assert document.language == "hi"
    assert "साढ़े नौ बजे" in text_of([document])


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1", b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0\xb8"]
)
def test_a_program_or_a_picture_is_no_text_whatever_its_ending_says(folder, content):
    with pytest.raises(DocumentRefused, match="not text"):
        one(folder, "a.txt", content * 20)


def test_a_table_with_rules_in_a_pdf_stays_a_table():
    text = text_of(load(KNOWLEDGE / "en/expiry-claims.pdf", KNOWLEDGE, "demo"))
    assert (
        "| State | Meaning | Next step |\n| --- | --- | --- |\n| Draft | being collected in the shop | hand over the goods |"
        in text
    )


def test_a_pdf_cut_off_in_the_middle_is_repaired_or_refused(folder):
    whole = (KNOWLEDGE / "en/expiry-claims.pdf").read_bytes()
    (folder / "cut.pdf").write_bytes(whole[: len(whole) * 9 // 10])
    try:
        found = text_of(load(folder / "cut.pdf", folder, "demo"))
    except DocumentRefused as refused:
        found = refused.message
    assert "claim" in found or "damaged" in found


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_table_in_plain_text_is_read_with_whatever_separates_its_cells(folder, separator):
    rows = [["Item", "MRP", "बैच"], ["Crocin 650", "30.50", "क-12"], ["Dolo", "28", "ख-7"]]
    content = "\n".join(separator.join(row) for row in rows)
    assert text_of(one(folder, "items.csv", content)) == (
        "| Item | MRP | बैच |\n| --- | --- | --- |\n| Crocin 650 | 30.50 | क-12 |\n| Dolo | 28 | ख-7 |"
    )


def test_a_spreadsheet_keeps_its_sheets_and_shows_values_as_excel_does(folder):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Prices"
    for row in (
        ["ReckonSales price list"],
        [],
        ["Edition", "Price", "Discount"],
        ["Basic", 7200.0, 0.1],
        ["Pro", None, 0],
    ):
        book.active.append(row)
    book.active["C4"].number_format = "0%"
    book.create_sheet("स्टॉक").append(["आइटम", "मात्रा"])
    book.save(folder / "prices.xlsx")
    (document,) = load(folder / "prices.xlsx", folder, "demo")
    assert [(section.headings, section.text) for section in document.sections] == [
        (
            ("Prices",),
            "ReckonSales price list\n\n| Edition | Price | Discount |\n| --- | --- | --- |\n| Basic | 7200 | 10% |\n| Pro |  | 0 |",
        ),
        (("स्टॉक",), "| आइटम | मात्रा |\n| --- | --- |"),
    ]


def test_slides_are_pages_under_their_own_titles(folder):
    from pptx import Presentation

    deck = Presentation()
    for title, body in (("Training", "Day one"), ("Backup", "Runs at 21:30"), ("प्रिंटर", "58 mm थर्मल")):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, body
    deck.save(folder / "training.pptx")
    (document,) = load(folder / "training.pptx", folder, "demo")
    assert document.title == "Training"
    assert [(section.page, section.headings, section.text) for section in document.sections] == [
        (1, (), "Day one"),
        (2, ("Backup",), "Runs at 21:30"),
        (3, ("प्रिंटर",), "58 mm थर्मल"),
    ]


def test_json_keeps_keys_as_headings_and_lists_of_like_objects_as_tables(folder):
    (document,) = one(
        folder,
        "shop.json",
        '{"name": "ReckonSales", "prices": {"editions": [{"edition": "Basic", "price": 7200}, {"edition": "Pro", "price": 12000}]}}',
    )
    assert [(section.headings, section.text) for section in document.sections] == [
        ((), "- name: ReckonSales"),
        (("prices", "editions"), "| edition | price |\n| --- | --- |\n| Basic | 7200 |\n| Pro | 12000 |"),
    ]


def test_a_mail_keeps_who_wrote_and_its_attachments(folder):
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "asha@example.com", "help@example.com", "बैकअप नहीं हुआ"
    mail["Date"] = "Fri, 20 Nov 2026 10:00:00 +0530"
    mail.set_content("plain")
    mail.add_alternative("<style>p{}</style><p>Backup <b>नहीं</b> chala.</p>", subtype="html")
    mail.add_attachment(b"Item,Qty\nCrocin,3\n", maintype="text", subtype="csv", filename="items.csv")
    (document,) = one(folder, "mail.eml", mail.as_bytes())
    assert (document.title, document.updated) == ("बैकअप नहीं हुआ", "2026-11-20")
    assert [section.headings for section in document.sections] == [(), (), ("items.csv",)]
    text = text_of([document])
    assert "**From:** asha@example.com" in text
    assert "Backup **नहीं** chala." in text
    assert "| Crocin | 3 |" in text


def test_an_office_file_that_unpacks_to_gigabytes_is_not_opened(folder):
    with (
        zipfile.ZipFile(folder / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as part,
    ):
        for _ in range(500):
            part.write(b" " * 1_000_000)
    with pytest.raises(DocumentRefused, match="unpacks to 500 MB"):
        load(folder / "bomb.docx", folder, "demo")


@needs_tesseract
def test_scanned_pages_are_read_and_keep_their_numbers(folder):
    scanned_pdf(folder / "scan.pdf", ["Error LIC-403 means that", "the licence is bound"], ["Call 020-4567-8900"])
    loaded = load_with_notes(folder / "scan.pdf", folder, "demo")
    assert loaded.notes == ("2 scanned pages were read by OCR",)
    (document,) = loaded.documents
    assert [section.page for section in document.sections] == [1, 2]
    assert "LIC-403" in document.sections[0].text
    assert "020-4567-8900" in document.sections[1].text


@needs_tesseract
def test_the_text_in_a_picture_inside_of_a_document_stands_where_the_picture_stood(folder):
    import base64

    from retrieval.loaders.pictures import with_pictures_read

    content = io.BytesIO()
    picture("Licence expires 2027").save(content, "PNG")
    uri = f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"
    assert with_pictures_read(f"Before\n\n![shot.png]({uri})\n\nAfter", []) == "Before\n\nLicence expires 2027\n\nAfter"
    assert with_pictures_read(f"| a | ![Notice]({uri}) |", []) == "| a | Notice Licence expires 2027 |"


@needs_tesseract
def test_a_picture_without_text_is_refused(folder):
    Image.new("RGB", (400, 400), "green").save(folder / "green.png")
    with pytest.raises(DocumentRefused, match="no text was found"):
        load(folder / "green.png", folder, "demo")
