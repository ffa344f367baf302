"""An OpenAI-compatible `/audio/transcriptions`: it hears what the test says it hears."""

from tests.fakes.http_server import Call, HttpServer, Reply


class TranscriptionServer(HttpServer):
    """`heard` is the text of every sound."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = "where is my order RS-77"

    def handle(self, call: Call) -> Reply:
        if call.path != "/v1/audio/transcriptions" or b"OggS" not in call.body or b"whisper-1" not in call.body:
            return Reply({"error": {"message": "no such thing"}}, 404)
        return Reply({"text": self.heard})
