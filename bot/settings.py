"""What the Rasa half reads from the environment, when it starts and never at import; `docs/settings.md` names it all."""

import os
from pathlib import Path

from protocol.errors import SettingsError


def var_folder() -> Path:
    """Where the installation keeps its files."""
    return Path(os.environ.get("SAHAYAK_VAR") or "var")


def model_folder() -> Path:
    """Where the set-up puts the sentence model that both halves read."""
    return var_folder() / "models" / "e5-small"


def tracker_database_url() -> str:
    """SQLAlchemy's URL of the conversations: a SQLite file unless DATABASE_URL names a server."""
    url = os.environ.get("DATABASE_URL", "").strip()
    if not url:
        return f"sqlite:///{var_folder() / 'tracker.db'}"
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise SettingsError("DATABASE_URL must look like postgresql://user:password@host/database.")
    return f"postgresql+psycopg2://{rest}" if scheme in ("postgres", "postgresql") else url


def redis_url() -> str:
    """Empty when conversations are locked in this process only."""
    return os.environ.get("REDIS_URL", "").strip()


def action_endpoint_url() -> str:
    """Empty when `endpoints.yml` says it."""
    return os.environ.get("ACTION_ENDPOINT_URL", "").strip()
