"""Somebody else's language model: a real HTTP server speaking OpenAI's chat completions, told how to behave or to fail."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[dict[str, Any]], str]


class OpenAIServer:
    """`reply` writes the text of an answer from the request; `fault` names what goes wrong instead."""

    def __init__(self) -> None:
        self.reply: Reply = lambda request: "Hello."
        self.fault: str = ""
        self.requests: list[dict[str, Any]] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.requests.append(request)
                fake.answer(self, request)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        fault = self.fault
        if fault in ("429", "500", "401"):
            return _send(
                handler, int(fault), json.dumps({"error": {"message": f"fault {fault}"}}), {"Retry-After": "0"}
            )
        if fault == "malformed":
            return _send(handler, 200, "{not json")
        if fault == "hangs up":
            return handler.connection.close()
        if fault == "slow":
            time.sleep(3)
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": self.reply(request)}}
        body = {
            "id": "c1", "object": "chat.completion", "created": 0, "model": request["model"],
            "choices": [] if fault == "empty choice" else [choice],
            "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
        }  # fmt: skip
        return _send(handler, 200, json.dumps(body))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _send(handler: BaseHTTPRequestHandler, status: int, body: str, headers: dict[str, str] | None = None) -> None:
    raw = body.encode()
    try:
        handler.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(raw)),
            **(headers or {}),
        }.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(raw)
    except OSError:
        pass  # the client has given up waiting
