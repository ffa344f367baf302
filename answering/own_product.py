"""Questions that lean on what is known of the customer: "how many users does my plan allow?" asks of the product they use.

Both things are done only with a product that the customer told of and allowed to be remembered, or told of in this conversation.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from answering.question import Question
from retrieval.hits import Hit

_EDITION = r"(?:plan|edition|package|subscription|version|licen[cs]e type|variant|प्लान|एडिशन|पैकेज|वर्शन|वर्ज़न|सब्सक्रिप्शन)"
_MINE = re.compile(
    r"(?<![\w\u0900-\u097f])(?:my|our|mere|meri|mera|hamare|hamari|hamara|humare|humari|humara|apne|apni|apna|मेरे|मेरी|मेरा|हमारे|हमारी|हमारा|अपने|अपनी|अपना)"
    rf"(?: (?:own|current|present|wale|waale|वाले))? {_EDITION}(?![\w\u0900-\u097f])",
    re.IGNORECASE,
)


def with_own_product(question: Question) -> Question:
    """With the product's name where the customer says "my plan"; as it is when none is known, or the question names one."""
    product = question.facts.product
    if not product or any(_names(name, question.text) for name in question.tenant.products):
        return question
    text = _MINE.sub(product.replace("\\", r"\\"), question.text, count=1)
    return question if text == question.text else replace(question, text=text, typed=question.typed or question.text)


def of_own_product(question: Question, titles: Sequence[str]) -> str:
    """Which of the pages that may be meant is the customer's: the only one whose title names their product; "" when that doesn't decide."""
    product = question.facts.product
    mine = [title for title in titles if product and _names(product, title)]
    return mine[0] if len(mine) == 1 else ""


def first(title: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The passages of that page before the others."""
    return tuple(sorted(hits, key=lambda hit: hit.chunk.title != title))


def _names(product: str, text: str) -> bool:
    return bool(re.search(rf"(?<![\w\u0900-\u097f]){re.escape(product)}(?![\w\u0900-\u097f])", text, re.IGNORECASE))
