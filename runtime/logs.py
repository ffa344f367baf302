"""Logs: one line an event, to stderr."""

import logging

from runtime.settings import Settings


def configure(settings: Settings) -> None:
    """Set up the root logger; call it once, from an entry point."""
    logging.basicConfig(
        level=settings.log_level,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        datefmt="%H:%M:%S",
        force=True,
    )
    for chatty in ("httpx", "openai", "sanic.access", "alembic", "pdfminer", "elastic_transport"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
