"""Facts told to the customer themself, in their language, from `phrases.yml`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from customers.facts import Facts
from protocol.languages import Language


def tell(facts: Facts, language: Language, since: Mapping[str, datetime] | None = None) -> str:
    """A line for each fact, with the date on which it was told where `since` has it."""
    phrases = _phrases()[language]
    values = facts.values()
    if facts.language:
        values["language"] = phrases["languages"][facts.language]
    lines = []
    for name, value in values.items():
        told = (since or {}).get(name)
        dated = f" ({phrases['since'].format(date=day(told))})" if told else ""
        lines.append(f"- {phrases[name]}: {value}{dated}")
    return "\n".join(lines)


def name_of(names: Iterable[str], language: Language) -> str:
    """What facts are called."""
    return ", ".join(_phrases()[language][name] for name in names)


def day(moment: datetime) -> str:
    """A date as it is written in India."""
    return f"{moment:%d-%m-%Y}"


@cache
def _phrases() -> Mapping[str, Mapping[str, Any]]:
    loaded: Mapping[str, Mapping[str, Any]] = yaml.safe_load(Path(__file__).with_name("phrases.yml").read_text("utf-8"))
    return loaded
