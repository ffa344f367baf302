"""What the tests of the Rasa project read: its files as Rasa reads them, and its NLU examples by intent and language."""

import inspect
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from rasa.shared.core.domain import Domain
from rasa.shared.utils.io import read_yaml_file

from protocol import errors

PROJECT = Path(__file__).resolve().parents[2]


@lru_cache(maxsize=1)
def domain() -> Domain:
    return Domain.from_path(PROJECT / "domain.yml")


@lru_cache(maxsize=1)
def examples() -> dict[tuple[str, str], list[str]]:
    """(intent, language) -> its examples, with their annotations."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in sorted((PROJECT / "data" / "nlu").glob("*.yml")):
        for block in read_yaml_file(path)["nlu"]:
            if "intent" in block:
                lines = (line.strip().removeprefix("- ") for line in block["examples"].splitlines())
                found[block["intent"], block["metadata"]["language"]] += [line for line in lines if line]
    return dict(found)


def error_utterances() -> set[str]:
    """What customers hear of any error of the tree."""
    classes = [member for _, member in inspect.getmembers(errors, inspect.isclass)]
    return {member.utterance for member in classes if issubclass(member, errors.SahayakError)}
