"""The rows of tables in a passage, and how much one counts."""

import pytest

from retrieval.analysis import terms
from retrieval.fusion import fuse
from retrieval.index import DenseHit, KeywordHit, KeywordHits
from retrieval.table_rows import best_row, rows_in, terms_by_row

TABLE = "| Resource | Quota |\n| --- | --- |\n| Function timeout | 900 seconds |\n| Layers | 5 |"
QUERY = ({"function": 1.0}, {"timeout": 2.0})


def said(text):
    return [" ".join(row) for row in rows_in(terms_by_row(text))]


def test_a_row_is_said_with_the_head_of_its_table():
    assert said(f"The quotas of functions.\n\n{TABLE}\n\nAsk for more.") == [
        "resourc quota function timeout 900 second",
        "resourc quota layer 5",
    ]


def test_hindi_rows_are_said_alike():
    (row,) = rows_in(terms_by_row("| सेवा | शुल्क |\n| --- | --- |\n| बैकअप | 500 रुपये |"))
    assert row == tuple(terms("सेवा शुल्क बैकअप 500 रुपये"))


def test_a_table_after_a_table_has_its_own_head():
    assert said(f"{TABLE}\n\n| Fee | Rupees |\n| --- | --- |\n| Late | 50 |")[-1] == "fee rupe late 50"


@pytest.mark.parametrize(
    "text",
    ["", "word", "A. B? C!\n- x\n1. y", TABLE, f"Before,\nwrapped.\n{TABLE}\nAfter.\n\n| head |", "| --- |\n| a |"],
)
def test_no_term_is_lost_or_added(text):
    assert terms_by_row(text).split() == terms(text)


def test_a_row_with_the_words_of_the_question_weighs_more_than_they_do_all_over_a_passage():
    row, apart = (rows_in(terms_by_row(text)) for text in (TABLE, f"{TABLE}\n".replace("Function timeout", "Timeout")))
    assert best_row(row, ["lambda"], QUERY, 100.0) > best_row(apart, ["lambda"], QUERY, 100.0) > 0
    assert best_row(row, ["function"], QUERY, 100.0) > best_row(row, ["lambda"], QUERY, 100.0)


def test_without_rows_that_hold_a_term_nothing_is_added():
    assert best_row(rows_in(terms_by_row(TABLE)), ["printer"], ({"printer": 1.0},), 100.0) == 0
    assert best_row((), ["lambda"], QUERY, 100.0) == 0


def test_of_words_that_say_the_same_one_counts():
    rows = rows_in(terms_by_row("| A |\n| - |\n| limit quota |"))
    both = best_row(rows, [], ({"limit": 1.0, "quota": 0.5},), 100.0)
    assert both == pytest.approx(best_row(rows, [], ({"limit": 1.0},), 100.0))
    assert 0 < best_row(rows, [], ({"maximum": 1.0, "quota": 0.5},), 100.0) < both


def test_a_table_s_distant_vector_takes_nothing_from_what_its_row_says():
    near = [DenseHit("first", 0.9), DenseHit("last", 0.8 + 0.1 * 0.2 / 0.9)]

    def score(**fields):
        found = fuse(KeywordHits((KeywordHit("table", 0.8, ("timeout",), **fields),), attainable=1.0), near)
        return next(candidate.score for candidate in found if candidate.chunk_id == "table")

    assert score(by_row=True) == pytest.approx(0.8**1.5)
    assert score() == pytest.approx(0.7 * 0.8**1.5 + 0.3 * 0.2)


def test_a_passage_behind_the_last_nearest_is_taken_to_be_little_farther():
    near = [DenseHit("first", 0.9), DenseHit("last", 0.86)]
    words = KeywordHits(tuple(KeywordHit(name, 0.5, ("a",)) for name in ("first", "last", "behind")), attainable=1.0)
    assert [candidate.chunk_id for candidate in fuse(words, near)] == ["first", "last", "behind"]
    first, last, behind = (candidate.score for candidate in fuse(words, near))
    assert last - behind < first - last
