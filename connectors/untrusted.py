"""Reads JSON whose shape somebody else decides: what isn't of the expected type is empty, never an error."""

import json
import time
from collections.abc import Mapping
from typing import Any

from protocol.errors import BadRequest


def parse_object(body: bytes) -> Mapping[str, Any]:
    """The JSON object of a webhook; raises BadRequest."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The webhook isn't JSON.") from error
    if not isinstance(parsed, dict):
        raise BadRequest("The webhook must be a JSON object.")
    return parsed


def mapping(value: object) -> Mapping[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def string(value: object) -> str:
    """A text; numbers become one, too."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value)


def moment(value: object) -> float:
    """Seconds since 1970, never in the future; now when it isn't said."""
    now = time.time()
    try:
        return min(float(string(value)), now)
    except ValueError:
        return now
