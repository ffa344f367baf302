"""The sentences that frame an answer, from `phrases.yml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from protocol.languages import Language


@cache
def phrases() -> Mapping[str, Mapping[str, Any]]:
    """By language, then by use."""
    loaded: Mapping[str, Mapping[str, Any]] = yaml.safe_load(Path(__file__).with_name("phrases.yml").read_text("utf-8"))
    return loaded


def phrase(language: Language, use: str, **values: str) -> str:
    """One sentence with its blanks filled in."""
    text = phrases()[language][use]
    return str(text[0] if isinstance(text, list) else text).format(**values)
