"""Writes docs/channels/whatsapp-cloud-payloads.md: `.venv-rasa/bin/python -m tests.rasa.connectors.cloud_table`."""

from pathlib import Path

from connectors.incoming import Incoming, Parsed
from tests.rasa.connectors.payloads import cloud_payloads
from tests.rasa.connectors.test_whatsapp_cloud import parse

PAGE = Path(__file__).resolve().parents[3] / "docs" / "channels" / "whatsapp-cloud-payloads.md"
_HEAD = """# What each recorded webhook of Meta's becomes

Recorded by [pywa](https://github.com/david-lev/pywa) (MIT), kept in `tests/payloads/whatsapp_cloud`. All are answered with 200. This page is
written by `python -m tests.rasa.connectors.cloud_table`, and a test holds it against the parser.

| webhook | becomes |
| --- | --- |
"""


def page() -> str:
    """The whole page."""
    rows = (f"| `{name}` | {becomes(parse(payload))} |" for name, payload in sorted(cloud_payloads().items()))
    return _HEAD + "\n".join(rows) + "\n"


def becomes(parsed: Parsed) -> str:
    """In words."""
    said = [_message(incoming) for incoming in parsed.incoming]
    said += [f"receipt: {receipt.state}{_in_brackets(receipt.error)}" for receipt in parsed.receipts]
    said += [f"noted: {kind}" for kind in parsed.noted]
    return "; ".join(said).replace("|", "\\|").replace("\n", " / ")


def _message(incoming: Incoming) -> str:
    message = incoming.message
    if incoming.utterance:
        return f"answered with `{incoming.utterance}`"
    parts = [f"“{message.text}”"] if message.text else []
    parts += [f"payload `{message.payload}`"] if message.payload else []
    parts += [f"{media.kind}{_in_brackets(media.name)}" for media in incoming.media]
    return ", ".join(parts)


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
