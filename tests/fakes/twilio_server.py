"""Twilio's Messages and Content APIs, and its media."""

import base64
import itertools

from tests.fakes.http_server import Call, HttpServer, Reply

_LOGIN = "Basic " + base64.b64encode(b"AC1:twilio-token").decode()


class TwilioServer(HttpServer):
    """`sent` are the forms of messages; `contents` the buttons and lists by their ids."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.contents: dict[str, dict] = {}
        self._numbers = itertools.count(1)

    @property
    def sent(self) -> list[dict[str, str]]:
        return [call.form() for call in self.calls if call.path.endswith("/Messages.json")]

    def handle(self, call: Call) -> Reply:
        if call.headers.get("authorization") != _LOGIN:
            return Reply({"code": 20003, "message": "Authenticate"}, 401)
        if call.method == "GET":
            name = call.path.rsplit("/", 1)[-1]
            return Reply(self.files[name]) if name in self.files else Reply("", 404)
        if call.path == "/v1/Content":
            sid = f"HX{len(self.contents) + 1}"
            self.contents[sid] = call.json()
            return Reply({"sid": sid}, 201)
        return Reply({"sid": f"SMout{next(self._numbers)}", "status": "queued"}, 201)
