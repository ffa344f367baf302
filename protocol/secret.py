"""The installation's secret, which both halves read, and what is made of it for each purpose."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from protocol.errors import SettingsError


def read_or_make_secret(file: Path) -> str:
    """The installation's secret, made once and readable by its owner only; raises SettingsError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            secret = file.read_text("ascii").strip()
        else:
            secret = secrets.token_hex(32)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secret)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The secret in {file} can't be kept: {error}.", hint="Or set SAHAYAK_SECRET.") from error
    if len(secret) < 16:
        raise SettingsError(f"The secret in {file} is too short.", hint="Remove the file; a new one is made.")
    return secret


def token(secret: str, purpose: str) -> str:
    """A credential for one purpose, such as `deltas`: it gives away neither the secret nor another purpose's token."""
    return hmac.new(secret.encode(), f"token/{purpose}".encode(), hashlib.sha256).hexdigest()
