"""Whether an answer is in the customer's language."""

import re

from protocol.languages import Language, recognise

_NOT_PROSE = re.compile(r"\[\d{1,2}\]|\*\*[^*]+\*\*|`[^`]+`|\S+(?:\s*>\s*\S+)+")  # citations, labels, menu paths
_SHORTEST = 30  # characters of prose that tell a language


def speaks(language: Language, text: str) -> bool:
    """Labels and menu paths stay as in the product, so they say nothing; nor does a text too short to tell."""
    prose = _NOT_PROSE.sub(" ", text).strip()
    return len(prose) < _SHORTEST or recognise(prose) in (language, None)
