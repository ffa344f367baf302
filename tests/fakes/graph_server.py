"""Meta's Graph API as WhatsApp's Cloud API documents it: messages, read receipts, media in two steps."""

import itertools

from tests.fakes.http_server import Call, HttpServer, Reply


class GraphServer(HttpServer):
    """`files` are the media it keeps; `sent` what customers got."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self._numbers = itertools.count(1)

    @property
    def api(self) -> str:
        return f"{self.url}/v23.0"

    @property
    def sent(self) -> list[dict]:
        bodies = [call.json() for call in self.calls if call.method == "POST"]
        return [body for body in bodies if "type" in body]

    def handle(self, call: Call) -> Reply:
        if call.headers.get("authorization") != "Bearer graph-token":
            return Reply({"error": {"code": 190, "message": "Invalid OAuth access token."}}, 401)
        name = call.path.rsplit("/", 1)[-1]
        if call.method == "GET" and call.path.startswith("/file/"):
            return Reply(self.files[name]) if name in self.files else Reply("", 404)
        if call.method == "GET":
            if name not in self.files:
                return Reply({"error": {"code": 100, "message": "Unsupported get request."}}, 400)
            return Reply({"url": f"{self.url}/file/{name}", "file_size": len(self.files[name]), "id": name})
        if call.json().get("status") == "read":
            return Reply({"success": True})
        to = call.json().get("to") or call.json().get("recipient")
        return Reply({"contacts": [{"input": to}], "messages": [{"id": f"wamid.out{next(self._numbers)}"}]})
