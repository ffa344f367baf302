"""Somebody else's web site: a real HTTP server whose pages a test writes, and which can be slow or send too much."""

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Page:
    body: bytes
    type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds_between_bytes: float = 0.0


class WebSite:
    """`pages` by path; anything else is a 404."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                page = site.pages.get(self.path, Page(b"not here", status=404))
                self.send_response(page.status)
                self.send_header("Content-Type", page.type)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                _send(self, page)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _send(handler: BaseHTTPRequestHandler, page: Page) -> None:
    try:
        if not page.seconds_between_bytes:
            handler.wfile.write(page.body)
            return
        for byte in page.body:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(page.seconds_between_bytes)
    except OSError:  # the reader has had enough
        return
