"""Turnstile's and hCaptcha's `siteverify`: an answer is good once, and only with the right secret."""

from tests.fakes.http_server import Call, HttpServer, Reply

SECRET = "challenge-secret"


class ChallengeServer(HttpServer):
    """Whoever solves a puzzle gets a text that begins with `solved-`."""

    def __init__(self) -> None:
        super().__init__()
        self._used: set[str] = set()

    def handle(self, call: Call) -> Reply:
        form = call.form()
        answer = form.get("response", "")
        if form.get("secret") != SECRET:
            return self._no("invalid-input-secret")
        if not answer:
            return self._no("missing-input-response")
        if not answer.startswith("solved-"):
            return self._no("invalid-input-response")
        if answer in self._used:
            return self._no("timeout-or-duplicate")
        self._used.add(answer)
        return Reply(
            {"success": True, "error-codes": [], "hostname": "chat.example", "challenge_ts": "2026-01-01T00:00:00Z"}
        )

    def _no(self, code: str) -> Reply:
        return Reply({"success": False, "error-codes": [code]})
