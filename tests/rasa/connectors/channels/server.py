"""A Rasa with all messaging channels, and somebody else's servers around it."""

import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.fakes.graph_server import GraphServer
from tests.fakes.telegram_server import TOKEN, TelegramServer
from tests.fakes.transcription_server import TranscriptionServer
from tests.fakes.twilio_server import TwilioServer
from tests.rasa.connectors.server import SECRET, RasaServer

SECRETS = {
    "TEST_GRAPH_TOKEN": "graph-token",
    "TEST_APP_SECRET": "app-secret",
    "TEST_VERIFY_TOKEN": "verify-token",
    "TEST_TWILIO_TOKEN": "twilio-token",
    "TEST_BOT_TOKEN": TOKEN,
    "TEST_SECRET_TOKEN": "telegram-secret",
}


class ChannelsServer(RasaServer):
    """`rasa run` with a tenant on every channel."""

    def __init__(self, folder: Path, model: Path, actions_url: str, *, voice: bool = True) -> None:
        super().__init__(folder, model, actions_url)
        self.graph, self.twilio, self.telegram = GraphServer(), TwilioServer(), TelegramServer()
        self.transcription = TranscriptionServer()
        self.environment = {**SECRETS, "PUBLIC_URL": self.url}
        if voice:
            self.environment = {**self.environment, "TRANSCRIPTION_BASE_URL": f"{self.transcription.url}/v1"}
        channels = {
            "web": {"key": "demo", "origins": ["*"]},
            "whatsapp_cloud": {
                "phone_number_id": "1122334455667",
                "access_token_variable": "TEST_GRAPH_TOKEN",
                "app_secret_variable": "TEST_APP_SECRET",
                "verify_token_variable": "TEST_VERIFY_TOKEN",
                "api": self.graph.api,
                "template": "come_back",
                "template_languages": {"en": "en", "hi": "hi"},
            },
            "whatsapp_twilio": {
                "account_sid": "AC1",
                "auth_token_variable": "TEST_TWILIO_TOKEN",
                "number": "+14155238886",
                "api": self.twilio.url,
                "content_api": self.twilio.url,
            },
            "telegram": {
                "bot_token_variable": "TEST_BOT_TOKEN",
                "secret_token_variable": "TEST_SECRET_TOKEN",
                "username": "ReckonBot",
                "api": self.telegram.url,
            },
        }
        limits = {"messages_per_minute": 10_000, "messages_per_minute_in_all": 100_000}
        tenant = {"name": "Demo", "channels": channels, "limits": limits}
        (folder / "tenants" / "demo.yml").write_text(json.dumps(tenant), "utf-8")
        for name, few in (("shop", {"messages_per_minute": 2}), ("busy", {"messages_per_minute_in_all": 2})):
            few_channels = {"telegram": channels["telegram"]}
            tenant = {"name": name, "channels": few_channels, "limits": few}
            (folder / "tenants" / f"{name}.yml").write_text(json.dumps(tenant), "utf-8")
        given = f"{{tenants: {folder / 'tenants'}, var: {folder / 'var'}}}"
        inputs = ("web.WebInput", "whatsapp_cloud.WhatsAppCloudInput", "whatsapp_twilio.WhatsAppTwilioInput")
        lines = [f"connectors.{name}: {given}" for name in (*inputs, "telegram.TelegramInput")]
        lines[0] = lines[0].replace("}", f", secret: {SECRET}}}")
        (folder / "credentials.yml").write_text("\n".join(lines))

    def rows(self, query: str, *values: object) -> list[Any]:
        """What the app database holds."""
        with sqlite3.connect(self.folder / "var" / "app.db") as database:
            database.row_factory = sqlite3.Row
            return database.execute(query, values).fetchall()

    def close(self) -> None:
        self.stop()
        for service in (self.graph, self.twilio, self.telegram, self.transcription):
            service.close()


def wait_for(found: Callable[[], Any], seconds: float = 90) -> Any:
    """The first thing that isn't empty."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = found()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"nothing came in {seconds} s")
