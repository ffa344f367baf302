"""Recorded webhooks of Meta's, from the tests of pywa (MIT, tests/payloads/whatsapp_cloud/LICENSE)."""

import json
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).resolve().parents[2] / "payloads" / "whatsapp_cloud"


def cloud_payloads() -> dict[str, Any]:
    """All of them, by `<kind>.<name>`."""
    payloads: dict[str, Any] = json.loads((RECORDED / "updates.json").read_text("utf-8"))
    return payloads
