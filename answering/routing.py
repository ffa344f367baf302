"""Which model a question goes to first: simple ones to the small model, hard ones to the large.

The rule and its threshold are measured (`bench/routing.py`): the surer the search, the more often its first passage holds the answer,
and then there is nothing to put together.
"""

from answering.chain import Route

SIMPLE = 0.85  # confidence: from here on the first passage is right for 94 of 100, below it for 80 (bench/routing.md)


def route_of(confidence: float) -> Route:
    """By how sure the search is that it found the answer, 0 to 1."""
    return "small" if confidence >= SIMPLE else "large"
