"""What a sentence claims must be shown: figures, names, the sign, the words; and honest sentences must pass."""

import pytest

from answering.support import missing
from retrieval.documents import Chunk

SHOWN = (
    "ReckonSales makes a backup every day at 21:30 into D:\\RSBackup and keeps 30 days. Billing can go on during a backup.\n"
    "Selling an expired batch is not possible. Basic: ₹7,200 a year, released on 2026-09-02. See INV/26-27/004512. Error DB-1005: disk full.\n"
    "Choose Google Drive > Connect to keep a copy. Limit: 1,20,000 medicines."
)


def reason(claim: str, *, same_script: bool = True) -> str:
    return missing(
        claim, [Chunk("b:0", "b", "demo", "Backup", (), SHOWN, "en")], "ReckonSales", same_script=same_script
    )


@pytest.mark.parametrize(
    "claim",
    [
        "ReckonSales makes a backup every day at 21:30.",
        "The backup runs daily at 21:30 and is kept for 30 days.",
        "Billing goes on while a backup is made.",
        "An expired batch can't be sold.",
        "Basic costs ₹7,200 a year.",
        "Basic costs ₹7200 for a year.",
        "It was released on 2 9 2026, see the year 2026 release.",
        "Keep a copy with Google Drive.",
        "DB-1005 means that the disk is full.",
        "The list has 120000 medicines.",
        "Invoice 004512 is one of 26-27.",
    ],
)
def test_an_honest_sentence_passes(claim):
    assert reason(claim) == ""


@pytest.mark.parametrize(
    ("claim", "because"),
    [
        ("ReckonSales makes a backup every day at 22:30.", "22:30"),
        ("Backups are kept for 3 days.", "3 does"),  # 3 stands inside 30, and isn't it
        ("Basic costs ₹200 a year.", "200"),
        ("Error DB-1006 means that the disk is full.", "DB-1006"),
        ("Keep a copy with Microsoft OneDrive.", "Microsoft"),
        ("The backup of SuperPharma runs every day at 21:30.", "SuperPharma"),
        ("Billing can not go on during a backup.", "opposite"),
        ("It is wrong that ReckonSales makes a backup every day at 21:30.", "opposite"),
        ("Selling an expired batch is possible.", "opposite"),
        ("Elephants migrate across savannas early.", "too few"),
    ],
)
def test_what_is_not_shown_is_named(claim, because):
    assert because in reason(claim)


def test_words_of_another_script_are_not_compared_but_figures_and_names_are():
    assert reason("बैकअप रोज़ २१:३० बजे D:\\RSBackup में बनता है।", same_script=False) == ""
    assert "22:30" in reason("बैकअप रोज़ २२:३० बजे बनता है।", same_script=False)
    assert "OneDrive" in reason("कॉपी के लिए OneDrive चुनें।", same_script=False)
