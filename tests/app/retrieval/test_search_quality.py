"""What `make eval` says of the search."""

import json

from bench.search_quality import COMMITTED, QUALITY, fallen


def test_a_figure_may_fall_by_a_hundredth_and_no_further():
    before = json.loads(COMMITTED.read_text())
    assert len(before) >= 3
    assert fallen(before, before) == []
    name = next(iter(before))
    for figure in QUALITY:
        for less, complaints in ((0.009, 0), (0.011, 1)):
            now = {**before, name: {**before[name], figure: before[name][figure] - less}}
            assert len(fallen(now, before)) == complaints, (figure, less)


def test_a_set_that_is_absent_is_no_fall_and_the_figure_is_named():
    before = {"one": dict.fromkeys(QUALITY, 0.9), "two": dict.fromkeys(QUALITY, 0.9)}
    now = {"one": {**before["one"], "mrr@10": 0.5}}
    assert fallen(now, before) == ["one: mrr@10 fell from 0.900 to 0.500"]
