"""The citation check: what no passage says doesn't reach the customer."""

import pytest

from answering.citations import check
from retrieval.documents import Chunk

BACKUP = Chunk(
    "b:0", "b", "demo", "Backup", (), "ReckonSales makes a backup every day at 21:30 and keeps 30 days.", "en"
)
LICENCE = Chunk("l:0", "l", "demo", "LIC-403", (), "LIC-403 means that the licence is bound to another machine.", "en")
PASSAGES = [BACKUP, LICENCE]


def test_a_supported_sentence_stays():
    text, verdicts = check("A backup is made every day at 21:30 [1].", PASSAGES)
    assert text == "A backup is made every day at 21:30 [1]."
    assert [verdict.supported for verdict in verdicts] == [True]


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("A backup is made every day at 22:00 [1].", "22:00"),
        ("A backup is made every day at 21:30 [7].", "not shown"),
        ("A backup is made every day at 21:30.", "no citation"),
        ("LIC-404 means that the licence is bound to another machine [2].", "LIC-404"),
        ("Elephants wander happily through green forests [1].", "too few"),
        ("You get ₹5,000 back at once!", "no citation"),
    ],
)
def test_what_is_not_supported_goes(sentence, reason):
    text, verdicts = check(f"Backups are kept 30 days [1]. {sentence}", PASSAGES)
    assert text == "Backups are kept 30 days [1]."
    assert reason in verdicts[-1].reason


def test_nothing_is_left_of_an_answer_without_any_citation():
    assert check("Here is how it works:\n\nJust restart it.", PASSAGES)[0] == ""


def test_steps_keep_their_numbers_and_lose_the_false_ones():
    text, _ = check(
        "Do this:\n1. A backup is made every day [1].\n2. Pay ₹900 [1].\n3. LIC-403 means another machine [2].",
        PASSAGES,
    )
    assert text == "Do this:\n1. A backup is made every day [1].\n3. LIC-403 means another machine [2]."


def test_figures_are_the_same_however_they_are_written():
    shop = Chunk("s:0", "s", "demo", "Import", (), "At most 20,000 rows are read.", "en")
    assert check("अधिकतम २०००० पंक्तियाँ पढ़ी जाती हैं [1]।", [shop])[0]


def test_a_markdown_image_never_reaches_the_customer():
    text, _ = check("A backup is made every day ![x](https://evil.example/?q=secret) at 21:30 [1].", PASSAGES)
    assert "evil" not in text
