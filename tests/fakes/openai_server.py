"""Somebody else's language models: a real HTTP server speaking OpenAI's chat completions, streamed or whole, told how to behave or to fail.

One server stands for any number of models; each is told apart by the name that the request carries.
"""

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.http_server import Call, HttpServer, Reply

Request = dict[str, Any]
Write = Callable[[Request], str]


@dataclass
class Behaviour:
    """How one model behaves; `fault` is "" or: a status (429, 500, 401, ...), slow, stalls, cut off, malformed, empty choice, no words,
    hangs up, filtered, error in stream, tool call."""

    write: Write = lambda request: "Hello."
    fault: str = ""
    times: int = 10**9  # that the fault happens; then all is well
    seconds: float = 3.0  # of being slow, and of a Retry-After
    between: float = 0.0  # seconds between two pieces
    usage: bool = True
    sent_at: list[float] = field(default_factory=list)  # perf_counter of each piece of the last answer
    sent: list[str] = field(default_factory=list)


class OpenAIServer(HttpServer):
    """`models` by name; a name that nobody told how to behave behaves like ``."""

    def __init__(self) -> None:
        super().__init__()
        self.models: dict[str, Behaviour] = {"": Behaviour()}
        self.base_url = f"{self.url}/v1"
        self.gone = threading.Event()  # a client has closed a stream before its end

    def model(self, name: str, **how: Any) -> Behaviour:
        """Tell a model how to behave from now on."""
        self.models[name] = Behaviour(**how)
        return self.models[name]

    @property
    def requests(self) -> list[Request]:
        return [call.json() for call in self.calls]

    def asked(self, name: str) -> int:
        """How often a model was called."""
        return sum(request["model"] == name for request in self.requests)

    def respond(self, handler: Any, call: Call) -> None:
        request = call.json()
        behaviour = self.models.get(request["model"], self.models[""])
        fault = behaviour.fault if behaviour.times > 0 else ""
        behaviour.times -= bool(fault)
        if fault.isdigit():
            headers = {"Retry-After": f"{behaviour.seconds:g}"} if fault in ("429", "503") else {}
            return self.send(handler, Reply({"error": {"message": f"fault {fault}"}}, int(fault), headers))
        if fault == "hangs up":
            return _hang_up(handler)
        if fault == "slow":
            time.sleep(behaviour.seconds)
        if not request.get("stream"):
            return self.send(handler, _whole(request, behaviour, fault))
        try:
            self._stream(handler, request, behaviour, fault)
        except OSError:
            self.gone.set()
        return None

    def _stream(self, handler: Any, request: Request, behaviour: Behaviour, fault: str) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        behaviour.sent, behaviour.sent_at = [], []
        text = "" if fault in ("no words", "empty choice", "tool call") else behaviour.write(request)
        pieces = [text[start : start + 6] for start in range(0, len(text), 6)]
        for number, piece in enumerate(pieces):
            if fault in ("cut off", "stalls", "malformed", "error in stream") and number >= len(pieces) * 2 // 3:
                break
            behaviour.sent_at.append(time.perf_counter())
            behaviour.sent.append(piece)
            _event(handler, _chunk(request, [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]))
            time.sleep(behaviour.between)
        if fault == "stalls":
            time.sleep(behaviour.seconds)
        if fault in ("cut off", "stalls"):
            return _hang_up(handler)
        if fault == "malformed":
            return _raw(handler, b'data: {"choices": [{"delta": {"conte\n\n')
        if fault == "error in stream":
            return _raw(handler, b'data: {"error": {"message": "the server is overloaded"}}\n\n')
        delta: dict[str, Any] = {}
        if fault == "tool call":
            called = {"name": "open_ticket", "arguments": '{"refund": 5000}'}
            delta = {"tool_calls": [{"index": 0, "id": "t1", "type": "function", "function": called}]}
        reason = {"filtered": "content_filter", "tool call": "tool_calls"}.get(fault, "stop")
        choices = [] if fault == "empty choice" else [{"index": 0, "delta": delta, "finish_reason": reason}]
        _event(handler, _chunk(request, choices))
        if behaviour.usage and (request.get("stream_options") or {}).get("include_usage"):
            _event(handler, {**_chunk(request, []), "usage": _USAGE})
        _raw(handler, b"data: [DONE]\n\n")
        _raw(handler, b"")
        return None


_USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


def _whole(request: Request, behaviour: Behaviour, fault: str) -> Reply:
    if fault == "malformed":
        return Reply("{not json")
    message = {"role": "assistant", "content": behaviour.write(request)}
    choices = [] if fault == "empty choice" else [{"index": 0, "finish_reason": "stop", "message": message}]
    body = {"id": "c1", "object": "chat.completion", "created": 0, "model": request["model"], "choices": choices}
    return Reply({**body, "usage": _USAGE}, headers={"Content-Type": "application/json"})


def _chunk(request: Request, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "c1", "object": "chat.completion.chunk", "created": 0, "model": request["model"], "choices": choices,
    }  # fmt: skip


def _hang_up(handler: Any) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def _event(handler: Any, body: dict[str, Any]) -> None:
    _raw(handler, f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode())


def _raw(handler: Any, data: bytes) -> None:
    """One chunk of a chunked body; an empty one ends it."""
    handler.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
    handler.wfile.flush()
