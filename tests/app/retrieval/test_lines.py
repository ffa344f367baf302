"""The lines of a passage, and how much they count."""

import pytest

from retrieval.analysis import terms
from retrieval.lines import lines_in, lines_of_terms, with_best_line

TABLE = "| Resource | Quota |\n| --- | --- |\n| Function timeout | 900 seconds |\n| Layers | 5 |"


def said(text):
    return [(" ".join(line.terms), line.row) for line in lines_in(lines_of_terms(text))]


def test_a_row_is_said_with_the_head_of_its_table():
    assert said(f"The quotas of functions.\n\n{TABLE}\n\nAsk for more.") == [
        ("quota function", False),
        ("resourc quota function timeout 900 second", True),
        ("resourc quota layer 5", True),
        ("ask more", False),
    ]


def test_a_table_after_a_table_has_its_own_head():
    other = "| Fee | Rupees |\n| --- | --- |\n| Late | 50 |"
    assert said(f"{TABLE}\n\n{other}")[-1] == ("fee rupe late 50", True)


def test_a_paragraph_is_cut_at_its_sentences_and_not_where_it_is_wrapped():
    assert said("The backup starts\nat night. It keeps\nthirty days.") == [
        ("backup start night", False),
        ("keep thirti day", False),
    ]
    assert said("बैकअप रात को होता है। तीस दिन रहता है।") == [
        (" ".join(terms("बैकअप रात होता")), False),
        (" ".join(terms("तीस दिन रहता")), False),
    ]


def test_an_item_of_a_list_is_a_line():
    assert [line for line, _ in said("Steps:\n- Open Tools\n- Press\n  Backup\n1. Wait")] == [
        "step",
        "open tool",
        "press backup",
        "1 wait",
    ]


@pytest.mark.parametrize("text", ["", "word", TABLE, f"A. B? C!\n\n{TABLE}\n- x\n\n| only a head |", "| --- |\n| a |"])
def test_no_term_is_lost_or_added(text):
    assert lines_of_terms(text).split() == terms(text)


def test_a_row_lifts_its_passage_and_words_all_over_do_not():
    weights = {"function": 1.0, "timeout": 2.0}
    together, apart = (lines_in(lines_of_terms(text)) for text in (TABLE, "A function runs.\n\nThe timeout ends."))
    assert with_best_line(2.0, ["lambda"], together, weights, 100.0) > 3.0
    assert with_best_line(2.0, ["lambda"], apart, weights, 100.0) == pytest.approx(2.0, abs=0.6)


def test_a_passage_without_lines_that_speak_keeps_its_score():
    assert with_best_line(2.0, ["lambda"], lines_in(lines_of_terms("Nothing of it.")), {"lambda": 1.0}, 100.0) == 2.0
    assert with_best_line(2.0, [], (), {"lambda": 1.0}, 100.0) == 2.0
