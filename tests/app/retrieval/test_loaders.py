"""What is read from files, and what is refused and why."""

import os

import pytest

from protocol.errors import DocumentRefused
from retrieval.loaders import content_hash, load, source_files
from tests.app.retrieval.conftest import KNOWLEDGE

MARKDOWN = """---
title: Backup
language: en
version: "11.8"
updated: 2025-06-14
status: outdated
superseded_by: backup.md
url: https://help.example/backup
---
# Backup and restore

Intro with a [link](other.md).

## Steps

1. Open Tools \\> Backup.

### On Windows

```
# not a heading
```
"""


def one(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(path, folder, "demo")


def test_markdown_gives_metadata_headings_and_words_of_links(folder):
    (document,) = one(folder, "en/backup-v11.md", MARKDOWN)
    assert (document.id, document.title, document.version, document.status) == (
        "en/backup-v11.md",
        "Backup",
        "11.8",
        "outdated",
    )
    assert (document.superseded_by, document.updated) == ("en/backup.md", "2025-06-14")
    assert [(section.headings, section.text) for section in document.sections] == [
        ((), "Intro with a link."),
        (("Steps",), "1. Open Tools > Backup."),
        (("Steps", "On Windows"), "```\n# not a heading\n```"),
    ]


def test_the_title_is_the_first_heading_or_else_the_file_s_name(folder):
    assert one(folder, "a.md", "# Real title\n\ntext")[0].title == "Real title"
    assert one(folder, "moving-a-licence.txt", "just text")[0].title == "moving a licence"


def test_a_heading_that_nothing_stands_under_is_not_lost(folder):
    (folder / "a.md").write_text(
        "# Shop\n\n## Certified repair\n\n## Main Street 1\n\n### Hours\n\nTen to six.\n\n## Closed on Sunday\n"
    )
    (document,) = load(folder / "a.md", folder, "demo")
    assert [(section.headings, section.text.strip()) for section in document.sections] == [
        ((), "Certified repair"),
        (("Main Street 1", "Hours"), "Ten to six."),
        ((), "Closed on Sunday"),
    ]


def test_language_is_told_from_the_script_when_nothing_names_it(folder):
    assert one(folder, "a.md", "# पासवर्ड\n\nसेटिंग्स में Users खोलें और पासवर्ड रीसेट करें")[0].language == "hi"
    assert one(folder, "b.md", "Open Settings")[0].language == "en"
    assert one(folder, "c.md", "---\nlanguage: hinglish\n---\nSettings kholo")[0].language == "hinglish"


def test_html_loses_its_boilerplate_and_keeps_tables(folder):
    (document,) = one(
        folder,
        "page.html",
        "<html lang=hi><head><title>Tab</title><meta name=version content=12.4><style>x</style></head><body><nav>Home</nav>"
        "<main><h1>Prices</h1><p>Yearly.</p><h2>Editions</h2><table><tr><th>Edition</th><th>Price</th></tr>"
        "<tr><td>Basic</td><td>₹7,200</td></tr></table></main><footer>Imprint</footer></body></html>",
    )
    assert (document.title, document.language, document.version) == ("Prices", "hi", "12.4")
    text = "\n".join(section.text for section in document.sections)
    assert "| Basic | ₹7,200 |" in text
    assert "Home" not in text
    assert "Imprint" not in text
    assert document.sections[1].headings == ("Editions",)


def test_a_sidecar_goes_before_what_the_file_says(folder):
    (folder / "a.md.meta.yml").write_text("title: From the sidecar\nproduct: mobile\naliases: [sync nahi ho raha]\n")
    (document,) = one(folder, "a.md", "---\ntitle: From the file\n---\ntext")
    assert (document.title, document.product, document.aliases) == (
        "From the sidecar",
        "mobile",
        ("sync nahi ho raha",),
    )


def test_a_pdf_keeps_its_pages_and_its_headings():
    (document,) = load(KNOWLEDGE / "en/upgrading-from-version-10.pdf", KNOWLEDGE, "demo")
    assert document.title.startswith("Upgrading from version 10")
    assert {section.page for section in document.sections} == {1, 2}
    assert ("Steps",) in [section.headings for section in document.sections]
    assert any("5433" in section.text for section in document.sections)


def test_a_word_file_keeps_its_tables_and_its_headings():
    (document,) = load(KNOWLEDGE / "en/a4-a5-laser-bills.docx", KNOWLEDGE, "demo")
    assert any("| PRN-14 |" in section.text for section in document.sections)
    assert ("When it goes wrong",) in [section.headings for section in document.sections]


def test_a_spreadsheet_and_json_are_read(folder):
    assert "Crocin" in one(folder, "items.csv", "Item,MRP\nCrocin,30\n")[0].sections[0].text
    assert "Crocin" in one(folder, "items.json", '{"item": "Crocin"}')[0].sections[0].text


def test_a_catalogue_entry_is_one_document_per_language():
    documents = {document.id: document for document in load(KNOWLEDGE / "errors/licence.yml", KNOWLEDGE, "demo")}
    english, hindi = (documents[f"errors/licence.yml#lic-403.{language}"] for language in ("en", "hi"))
    assert english.title.startswith("LIC-403")
    assert english.codes == hindi.codes == ("LIC-403",)
    assert hindi.language == "hi"
    assert [section.headings for section in english.sections] == [
        ("What it means",),
        ("What to do",),
        ("When to call support",),
    ]
    assert any("लाइसेंस" in alias for alias in hindi.aliases)
    assert not any("लाइसेंस" in alias for alias in english.aliases)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.md", b"", "empty"),
        ("a.md", b"   \n", "no text"),
        ("a.md", b"\xff\xfe\xfd", "byte 2 is not"),
        ("a.md", b"---\ntitle: [\n---\ntext", "not YAML"),
        ("a.md", b"---\n- a\n---\ntext", "no mapping"),
        ("a.exe", b"MZ", ".exe are not read"),
        ("a.pdf", b"%PDF-1.4 rubbish", "PDF"),
        ("a.docx", b"no zip", "no .docx file"),
        ("a.docx", b"PK\x03\x04 rubbish", "damaged"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0 encrypted", "password"),
        ("a.yml", b"key: value", "list of entries"),
        ("a.yml", b"- id: x\n", "`id` and `title`"),
        (
            "a.yml",
            b"- {id: x, title: {en: X}, meaning: {en: y}}\n- {id: x, title: {en: X}, meaning: {en: y}}\n",
            "twice",
        ),
        ("a.yml", b"- {id: x, title: {en: X}}\n", "says nothing"),
        ("a.html", b"<html><body><nav>only</nav></body></html>", "no text"),
    ],
)
def test_what_can_not_be_read_is_refused_with_its_reason(folder, name, content, reason):
    with pytest.raises(DocumentRefused, match=reason):
        one(folder, name, content)


def test_utf16_with_its_mark_is_read(folder):
    assert one(folder, "a.txt", "पासवर्ड".encode("utf-16"))[0].sections[0].text == "पासवर्ड"


def test_a_file_over_the_limit_is_refused(folder):
    (folder / "a.md").write_text("x" * 2000)
    with pytest.raises(DocumentRefused, match="more than the limit"):
        load(folder / "a.md", folder, "demo", max_bytes=1000)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_without_permission_is_refused(folder):
    (folder / "a.md").write_text("text")
    (folder / "a.md").chmod(0)
    with pytest.raises(DocumentRefused, match="can't be read"):
        content_hash(folder / "a.md")


def test_hidden_files_and_sidecars_are_no_documents(folder):
    for name in ("a.md", "a.md.meta.yml", ".hidden.md", ".git/b.md", "~$lock.docx", "sub/c.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("text")
    assert [path.name for path in source_files(folder)] == ["a.md", "c.md"]


def test_the_hash_sees_the_sidecar(folder):
    (folder / "a.md").write_text("text")
    before = content_hash(folder / "a.md")
    (folder / "a.md.meta.yml").write_text("title: New\n")
    assert content_hash(folder / "a.md") != before
