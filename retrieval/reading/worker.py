"""The process that reads files: one request a line on stdin, one answer a line on stdout, JSON both. Started by `reader.py`."""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import IO, Any

from protocol.errors import DocumentRefused
from retrieval.document_json import documents_to_json
from retrieval.loaders import load_with_notes
from retrieval.reading.limits import limit_processor_time, limit_this_process


def main() -> None:
    """Serve until stdin ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not look like an answer
    limit_this_process(int(sys.argv[1]))
    for line in sys.stdin.buffer:
        _answer(answers, _read(json.loads(line)))


def _read(request: dict[str, Any]) -> dict[str, Any]:
    limit_processor_time(request["seconds"])
    try:
        loaded = load_with_notes(
            Path(request["path"]),
            Path(request["root"]),
            request["tenant"],
            name=request["name"],
            url=request["url"],
            max_bytes=request["bytes"],
        )
    except DocumentRefused as refused:
        return {"refused": refused.message}
    except MemoryError:
        return {"refused": "memory"}
    except RecursionError:
        return {"refused": "it is nested too deeply"}
    except (
        Exception
    ) as error:  # a loader's library failed in a way of its own; the reason goes to the operator, the others go on
        return {"refused": f"it can't be read: {type(error).__name__}: {' '.join(str(error).split())[:200]}"}
    return {"documents": documents_to_json(loaded.documents), "notes": list(loaded.notes)}


def _answer(answers: IO[bytes], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    answers.flush()


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        main()
