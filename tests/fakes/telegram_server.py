"""Telegram's Bot API: messages, callbacks, drafts and files."""

import itertools
import json
import time
from typing import Any

from tests.fakes.http_server import Call, HttpServer, Reply

TOKEN = "123456:bot-token"


class TelegramServer(HttpServer):
    """`sent` are the parameters of sendMessage and sendPhoto, `asked` the names of all methods that were called."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self._numbers = itertools.count(1)

    @property
    def sent(self) -> list[dict[str, Any]]:
        return [self._parameters(call) for call in self.calls if call.path.endswith(("/sendMessage", "/sendPhoto"))]

    @property
    def asked(self) -> list[str]:
        return [call.path.rsplit("/", 1)[-1] for call in self.calls]

    def handle(self, call: Call) -> Reply:
        if call.path.startswith(f"/file/bot{TOKEN}/"):
            name = call.path.rsplit("/", 1)[-1]
            return Reply(self.files[name]) if name in self.files else Reply("", 404)
        if not call.path.startswith(f"/bot{TOKEN}/"):
            return Reply({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
        method = call.path.rsplit("/", 1)[-1]
        parameters = self._parameters(call)
        if method == "getFile":
            name = parameters["file_id"]
            if name not in self.files:
                return Reply({"ok": False, "error_code": 400, "description": "Bad Request: invalid file_id"}, 400)
            size = len(self.files[name])
            file = {"file_id": name, "file_unique_id": name, "file_size": size, "file_path": f"documents/{name}"}
            return Reply({"ok": True, "result": file})
        if method in ("sendMessage", "sendPhoto"):
            chat = {"id": int(parameters["chat_id"]), "type": "private"}
            message = {"message_id": next(self._numbers), "date": int(time.time()), "chat": chat}
            return Reply({"ok": True, "result": {**message, "text": parameters.get("text", "")}})
        return Reply({"ok": True, "result": True})

    @staticmethod
    def _parameters(call: Call) -> dict[str, Any]:
        """A form whose nested values are JSON."""
        parameters: dict[str, Any] = dict(call.form())
        for name in ("reply_markup", "reply_parameters"):
            if name in parameters:
                parameters[name] = json.loads(parameters[name])
        return parameters
