"""Who asks how to do something gets the steps, not the notes around them."""

import pytest

from answering.steps import asks_how, beginning, steps_first
from retrieval.documents import Chunk
from retrieval.hits import Hit

HOW = [
    "how do I move the licence",
    "licence kaise le jaye",
    "लाइसेंस कैसे ले जाएँ",
    "licence le jane ka tarika",
    "लाइसेंस ले जाने की विधि",
]


def passage(number, text, headings=(), title="Move the licence", aliases=("licence transfer", "लाइसेंस ट्रांसफर")):
    return Chunk(f"d:{number}", "d", "demo", title, headings, text, "en", aliases=aliases)


OPENING = passage(0, "Make a backup, then deactivate the old computer.")
STEPS = passage(1, "1. Open Help.\n2. Click Deactivate.", ("The old computer works",))
NOTE = passage(2, "LIC-429 means that the licence is used on all computers.", ("Errors",))
DEEP = [passage(number, "A remark.") for number in range(1, 5)] + [passage(5, "1. Tick it.\n2. Save.")]


@pytest.mark.parametrize("question", HOW)
def test_how_is_asked_in_three_languages(question):
    assert asks_how(question)


@pytest.mark.parametrize("question", ["what is LIC-429", "LIC-429 kya hai", "LIC-429 क्या है", "show me the price"])
def test_what_is_no_how(question):
    assert not asks_how(question)


@pytest.mark.parametrize("question", ["how to move the licence", "licence transfer kaise karu", "लाइसेंस ट्रांसफर कैसे करें"])
def test_a_question_about_the_whole_page_is_answered_from_its_steps(question):
    assert beginning(question, NOTE, [OPENING, STEPS, NOTE]) == STEPS


def test_without_steps_near_its_top_a_page_is_read_from_the_top():
    assert beginning("how to move the licence", NOTE, [OPENING, NOTE]) == OPENING
    assert beginning("how to move the licence", NOTE, [OPENING, *DEEP]) == OPENING


@pytest.mark.parametrize("question", ["how do I see LIC-429 of the licence", "what does move the licence cost"])
def test_what_asks_for_more_than_the_title_says_stays_where_the_search_found_it(question):
    assert beginning(question, NOTE, [OPENING, STEPS, NOTE]) == NOTE


def test_a_page_that_is_gone_meanwhile_changes_nothing():
    assert beginning("how to move the licence", NOTE, []) == NOTE


def test_steps_of_the_same_page_that_are_about_as_good_go_first():
    hits = [Hit(NOTE, 0.6), Hit(STEPS, 0.5)]
    assert steps_first("how to move the licence", hits)[0].chunk == STEPS
    assert steps_first("LIC-429", hits)[0].chunk == NOTE
