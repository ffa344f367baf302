"""Quoting: whole lists, whole paragraphs, the part that was asked for."""

import pytest

from answering.extractive import LONGEST_QUOTE, blocks, extract, quote
from answering.question import Question
from protocol.languages import LANGUAGES
from protocol.tenants import Tenant
from retrieval.documents import Chunk
from retrieval.hits import Hit

STEPS = "Do this:\n\n1. Open Settings.\n2. Click **Reset password**.\n\nThe printer is under Printing.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"


def chunk(text, language="en", status="current"):
    return Chunk("d:0", "d", "demo", "Reset", (), text, language, status=status)


def test_lists_stay_with_their_lead_and_tables_stay_whole():
    found = blocks(STEPS)
    assert [block.text.split("\n")[0] for block in found] == ["Do this:", "The printer is under Printing.", "| a | b |"]
    assert found[0].is_list
    assert "2. Click" in found[0].text


def test_the_part_that_was_asked_for_is_quoted():
    long = "\n\n".join(
        [f"Paragraph {n} speaks of other things at some length. " * 8 for n in range(4)]
        + ["The barcode printer needs labels of 38x25 mm."]
    )
    assert "38x25" in quote("which labels does the barcode printer need", [chunk(long)])[0].text


@pytest.mark.parametrize("text", ["", " ", "x" * 5_000, "word " * 2_000, "वाक्य यहाँ है। " * 500, "- item\n" * 900])
def test_no_passage_is_too_strange_or_too_long(text):
    (quoted,) = quote("anything", [chunk(text)])
    assert len(quoted.text) <= LONGEST_QUOTE
    assert bool(quoted.text) == bool(text.strip())


def test_links_become_their_words_and_images_go():
    assert blocks("See [the guide](https://x.example) ![pic](p.png).")[0].text == "See the guide ."


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frame_is_in_the_customers_language_and_names_another_one(language):
    question = Question(Tenant("demo", "ReckonSales"), "reset", language)
    texts = {of: extract(question, [Hit(chunk("Open Settings.", of), 1.0)]).text for of in LANGUAGES}
    assert all("Open Settings. [1]" in text for text in texts.values())
    assert len(set(texts.values())) >= 2


def test_an_outdated_page_is_called_so():
    question = Question(Tenant("demo", "ReckonSales"), "reset", "en")
    assert "older version" in extract(question, [Hit(chunk("Open it.", status="outdated"), 1.0)]).text


def test_what_runs_on_into_the_next_passage_is_cited_as_that_one():
    first = Chunk("d:0", "d", "demo", "DB-1001", ("Meaning",), "The database does not answer.", "en")
    second = Chunk("d:1", "d", "demo", "DB-1001", ("Steps",), "1. Start the database service.\n2. Try again.", "en")
    question = Question(Tenant("demo", "ReckonSales"), "database service steps", "en")
    draft = extract(question, [Hit(first, 0.9)], [second])
    assert draft.quoted == (first, second)
    assert "does not answer. [1]" in draft.text
    assert "**Steps**" in draft.text
    assert draft.text.endswith("2. Try again. [2]")


def test_a_second_page_is_quoted_only_when_it_is_about_as_good():
    question = Question(Tenant("demo", "ReckonSales"), "reset", "en")
    other = Chunk("e:0", "e", "demo", "Unlock", (), "Click Unlock now.", "en")
    near = extract(question, [Hit(chunk("Open Settings."), 0.50), Hit(other, 0.48)])
    far = extract(question, [Hit(chunk("Open Settings."), 0.80), Hit(other, 0.48)])
    assert [of.document for of in near.quoted] == ["d", "e"]
    assert "**Unlock**\n\nClick Unlock now. [2]" in near.text
    assert [of.document for of in far.quoted] == ["d"]


def test_a_heading_stays_with_what_it_stands_over_and_goes_with_it():
    text = "**Meaning**\n\nThe port is taken.\n\n**What to do**\n\n1. Stop it.\n2. Start again.\n\n**See also**"
    assert [block.text for block in blocks(text)] == [
        "**Meaning**\n\nThe port is taken.",
        "**What to do**\n\n1. Stop it.\n2. Start again.",
    ]


def test_lines_broken_by_a_file_are_one_and_tables_keep_theirs():
    text = "- one\n  goes on\n- two\n\nA shop\nwith users.\n\n> Careful\n> with this.\n\n| a |\n| --- |\n| 1 |"
    assert [block.text for block in blocks(text)] == [
        "- one goes on\n- two",
        "A shop with users.",
        "> Careful with this.",
        "| a |\n| --- |\n| 1 |",
    ]


@pytest.mark.parametrize("asked", ["error 10048 on start", "10048 aa raha hai", "१००४८ आ रहा है"])
def test_who_names_a_code_reads_its_whole_entry_and_nothing_else(asked):
    text = "**Meaning**\n\n" + "The port is taken. " * 20 + "\n\n**What to do**\n\n" + "Restart the Bridge. " * 30
    entry = Chunk("e:0", "e", "demo", "Port 10048 is taken", (), text, "en", codes=("10048",))
    other = Chunk("f:0", "f", "demo", "Bridge", (), "Restart it.", "en")
    question = Question(Tenant("demo", "ReckonSales"), asked, "en")
    draft = extract(question, [Hit(entry, 0.9), Hit(other, 0.89)])
    assert draft.quoted == (entry,)
    assert draft.text.count("Restart the Bridge.") == 30


def test_the_same_page_in_another_language_is_not_quoted_again():
    question = Question(Tenant("demo", "ReckonSales"), "reset karna", "hinglish")
    english = Chunk("e:0", "e", "demo", "Reset", (), "Open Settings.", "en")
    draft = extract(question, [Hit(chunk("Settings kholein.", "hinglish"), 0.50), Hit(english, 0.49)])
    assert [of.language for of in draft.quoted] == ["hinglish"]


def test_a_table_is_cited_in_its_last_cell_and_code_below_it():
    question = Question(Tenant("demo", "ReckonSales"), "price", "en")
    table = extract(question, [Hit(chunk("| a | b |\n| --- | --- |\n| 1 | 2 |"), 1.0)])
    code = extract(question, [Hit(chunk("```\nnetstat\n```"), 1.0)])
    assert table.text.endswith("| 1 | 2 [1] |")
    assert code.text.endswith("```\n\n[1]")
