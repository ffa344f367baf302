"""Recorded webhooks of Meta's, from the tests of pywa (MIT, tests/payloads/whatsapp_cloud/LICENSE)."""

import json
import os
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).resolve().parents[2] / "payloads" / "whatsapp_cloud"


def cloud_payloads() -> dict[str, Any]:
    """By `<file>.<name>`: those that are kept here, and all of the folder that TEST_WEBHOOKS names, where it is set."""
    payloads: dict[str, Any] = json.loads((RECORDED / "updates.json").read_text("utf-8"))
    folder = os.environ.get("TEST_WEBHOOKS")
    for file in sorted(Path(folder).glob("*.json")) if folder else ():
        for name, payload in json.loads(file.read_text("utf-8")).items():
            payloads.setdefault(f"{file.stem}.{name}", payload)
    return payloads
