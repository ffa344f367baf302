"""What Excel and Outlook of before 2007 wrote: tables, headings and mails are kept, and what is damaged or locked is refused with its reason."""

import pytest

from protocol.errors import DocumentRefused
from retrieval.loaders import load
from tests.app.retrieval.old_office import DATE, PERCENT, compound_file, outlook_mail, workbook

PRICES = {
    "Prices": [
        ["Medicine", "GST", "From", "In stock", "Box"],
        ["Paracetamol 500", (0.12, PERCENT), (45292, DATE), True, 7200.5],
        ["क्रोसिन", (0.05, PERCENT), (45293, DATE), False, 12],
    ],
    "Notes": [["All prices are per strip."]],
}
MAIL = {
    "subject": "Backup fails since Monday",
    "sender": "asha@example.com",
    "to": "help@example.com",
    "body": "The backup stops with LIC-403.\r\nबैकअप बंद है। Kal se nahi chal raha.",
}


def one(folder, name, content):
    (folder / name).write_bytes(content)
    (document,) = load(folder / name, folder, "demo")
    return document


def test_an_old_spreadsheet_keeps_its_sheets_and_shows_values_as_excel_does(folder):
    document = one(folder, "prices.xls", workbook(PRICES))
    prices, notes = document.sections
    assert (document.title, prices.headings, notes.headings) == ("prices", ("Prices",), ("Notes",))
    assert prices.text.splitlines() == [
        "| Medicine | GST | From | In stock | Box |",
        "| --- | --- | --- | --- | --- |",
        "| Paracetamol 500 | 12% | 2024-01-01 | TRUE | 7200.5 |",
        "| क्रोसिन | 5% | 2024-01-02 | FALSE | 12 |",
    ]
    assert notes.text == "All prices are per strip."


def test_a_long_old_spreadsheet_is_read_to_its_last_row(folder):
    rows = [["Code", "Meaning"], *([f"RS-{number}", f"meaning {number}"] for number in range(400))]
    (section,) = one(folder, "codes.xls", workbook({"Codes": rows})).sections
    assert len(section.text.splitlines()) == 402
    assert section.text.endswith("| RS-399 | meaning 399 |")


def test_an_outlook_mail_has_its_subject_for_a_title_and_keeps_who_wrote(folder):
    document = one(folder, "backup.msg", outlook_mail(**MAIL))
    head, text = document.sections
    assert document.title == "Backup fails since Monday"
    assert "**From:** asha@example.com" in head.text
    assert "**To:** help@example.com" in head.text
    assert text.headings == ()
    assert text.text.split("\n") == ["The backup stops with LIC-403.", "बैकअप बंद है। Kal se nahi chal raha."]


def test_an_outlook_mail_without_a_subject_is_named_by_its_file(folder):
    document = one(folder, "backup.msg", outlook_mail(**{**MAIL, "subject": ""}))
    assert document.title == "backup"
    assert "LIC-403" in document.sections[-1].text


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("locked.xls", workbook(PRICES, encrypted=True), "password"),
        ("cut.xls", workbook(PRICES)[:1500], "damaged"),
        ("empty.xls", workbook({"Sheet1": []}), "no text"),
        ("mail.xls", outlook_mail(**MAIL), "damaged"),
        ("text.xls", b"Medicine,GST", "damaged: this is no .xls file"),
        ("cut.msg", outlook_mail(**MAIL)[:900], "incomplete"),
        ("other.msg", compound_file({"Workbook": b"x"}), "no e-mail"),
        ("text.msg", b"Subject: Backup", "damaged: this is no .msg file"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_old_office_left_unreadable_is_refused_with_its_reason(folder, name, content, reason):
    with pytest.raises(DocumentRefused, match=reason):
        one(folder, name, content)
