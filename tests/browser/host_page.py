"""Pages of other companies, as strict about content as a page can be: nothing inline, nothing from hosts that aren't named."""

import html
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Kirana Club</title><body><main><h1>Kirana Club</h1><p>Members' page.</p></main>
<script src="{script}" {attributes} async></script></body></html>"""
RASA_WEBCHAT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Another client</title><body>
<div id="webchat"></div><script src="/client.js"></script><script src="/start.js"></script></body></html>"""


class HostPages:
    """A web server on an origin of its own."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[str, dict[str, str], bytes]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._answers))
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def page(self, console: str, chat: str, key: str, attributes: dict[str, str]) -> str:
        """Serve a page with the widget's tag on it; returns its address."""
        given = {"key": key, "server": chat, **attributes}
        written = " ".join(f'data-{name}="{html.escape(value)}"' for name, value in given.items())
        policy = "; ".join(
            (
                "default-src 'none'", f"script-src {console}", f"connect-src {console} {chat} {chat.replace('http', 'ws')}",
                f"img-src {console} {chat}", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'",
            )
        )  # fmt: skip
        path = f"/{len(self._answers)}?{urlencode({'key': key})}"
        body = PAGE.format(script=f"{console}/widget/sahayak.js", attributes=written)
        self.serve(path, "text/html; charset=utf-8", body.encode(), {"content-security-policy": policy})
        return self.origin + path

    def serve(self, path: str, media_type: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self._answers[path] = (media_type, headers or {}, body)

    def stop(self) -> None:
        self._server.shutdown()


def _handler(answers: dict[str, tuple[str, dict[str, str], bytes]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            media_type, headers, body = answers.get(self.path, ("text/plain", {}, b""))
            self.send_response(200 if self.path in answers else 404)
            for name, value in {"content-type": media_type, "content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    return Handler
