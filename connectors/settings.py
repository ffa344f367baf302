"""What the channels read from the environment, when Rasa makes them and never at import; `docs/settings.md` names it all."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protocol.errors import SettingsError

_LEAST_DAYS = 8  # Meta brings a message again for up to 7 days, and is known by its row

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class ChannelSettings:
    """One for all channels of this process."""

    tenants: Path
    var: Path
    database_url: str
    public_url: str
    transcription_base_url: str = ""
    transcription_api_key: str = ""
    transcription_model: str = "whisper-1"
    challenge: str = ""
    challenge_site_key: str = ""
    challenge_secret: str = ""
    challenge_verify_url: str = ""
    trusted_proxies: int = 0
    messages_kept_days: int = 30
    undelivered_kept_days: int = 90

    @classmethod
    def read(cls, credentials: Mapping[str, Any] | None) -> "ChannelSettings":
        """The environment's, but `tenants` and `var` of credentials.yml win; raises SettingsError."""
        given = credentials or {}
        var = _folder(given, "var")
        port = os.environ.get("RASA_PORT", "").strip() or "5005"
        return cls(
            tenants=_folder(given, "tenants"),
            var=var,
            database_url=_database_url(var),
            public_url=(os.environ.get("PUBLIC_URL", "").strip() or f"http://localhost:{port}").rstrip("/"),
            transcription_base_url=os.environ.get("TRANSCRIPTION_BASE_URL", "").strip().rstrip("/"),
            transcription_api_key=os.environ.get("TRANSCRIPTION_API_KEY", "").strip(),
            transcription_model=os.environ.get("TRANSCRIPTION_MODEL", "").strip() or "whisper-1",
            challenge=os.environ.get("CHALLENGE", "").strip().lower(),
            challenge_site_key=os.environ.get("CHALLENGE_SITE_KEY", "").strip(),
            challenge_secret=os.environ.get("CHALLENGE_SECRET", "").strip(),
            challenge_verify_url=os.environ.get("CHALLENGE_VERIFY_URL", "").strip(),
            trusted_proxies=_number("TRUSTED_PROXIES", os.environ.get("TRUSTED_PROXIES", "").strip() or "0"),
            messages_kept_days=_days("MESSAGES_KEPT_DAYS", os.environ.get("MESSAGES_KEPT_DAYS", "").strip() or "30"),
            undelivered_kept_days=_days(
                "UNDELIVERED_KEPT_DAYS", os.environ.get("UNDELIVERED_KEPT_DAYS", "").strip() or "90"
            ),
        )


def _folder(given: Mapping[str, Any], name: str) -> Path:
    return PROJECT / (given.get(name) or os.environ.get(f"SAHAYAK_{name.upper()}") or name)


def _number(variable: str, value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise SettingsError(f"{variable} must be a number from 0 up, not {value!r}.")
    return int(value)


def _days(variable: str, value: str) -> int:
    days = _number(variable, value)
    if days < _LEAST_DAYS:
        raise SettingsError(
            f"{variable} must be {_LEAST_DAYS} days or more, not {days}: "
            "a provider brings a message again for up to 7 days, and it would be answered twice."
        )
    return days


def _database_url(var: Path) -> str:
    url = os.environ.get("DATABASE_URL", "").strip()
    if not url:
        return f"sqlite:///{var / 'app.db'}"
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise SettingsError("DATABASE_URL must look like postgresql://user:password@host/database.")
    return f"postgresql+psycopg2://{rest}" if scheme in ("postgres", "postgresql") else url
