"""Somebody else's HTTP service on a port of this machine: what it was asked is kept, what it answers is a function."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Call:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    """What the service answers; a text or a dict."""

    body: Any = ""
    status: int = 200
    headers: Mapping[str, str] | None = None


class HttpServer:
    """Subclasses answer in `handle`; `refusals` are answered first, one request each."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.refusals: list[Reply] = []
        self._lock = threading.Lock()
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                service._serve(self)

            def do_GET(self) -> None:
                service._serve(self)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_: Any) -> None:
                pass  # a client that was killed

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def handle(self, call: Call) -> Reply:
        raise NotImplementedError

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        body = handler.rfile.read(length)
        if len(body) < length:
            return None  # the client was killed while it wrote
        call = Call(handler.command, urlsplit(handler.path).path, headers, body)
        with self._lock:
            self.calls.append(call)
            refused = self.refusals.pop(0) if self.refusals and call.method == "POST" else None
        if refused:
            return self.send(handler, refused)
        return self.respond(handler, call)

    def respond(self, handler: BaseHTTPRequestHandler, call: Call) -> None:
        """Answer one request; a service that streams has its own way."""
        self.send(handler, self.handle(call))

    @staticmethod
    def send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        raw = reply.body if isinstance(reply.body, bytes) else None
        if raw is None:
            raw = (reply.body if isinstance(reply.body, str) else json.dumps(reply.body)).encode()
        try:
            handler.send_response(reply.status)
            for name, value in {"Content-Length": str(len(raw)), **(reply.headers or {})}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(raw)
        except OSError:
            pass  # the client has gone
