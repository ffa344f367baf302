"""The disk of var/ is full: customers get an answer or a polite failure, and nothing of the conversation is lost."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.stack import Stack
from tests.live.test_five_questions import chat


@contextlib.contextmanager
def full(folder: Path) -> Iterator[None]:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * 65_536):
            pass
    try:
        yield
    finally:
        filler.unlink()


@pytest.fixture
def disk(stack: Stack) -> Path:
    if not os.path.ismount(stack.var):
        pytest.skip("no disk of its own can be mounted here (that takes root)")
    return stack.var


@pytest.mark.parametrize("question", ["how do I reset my password", "पासवर्ड कैसे बदलें", "password kaise reset karu"])
def test_a_full_disk_is_survived(stack, disk, question):
    session = chat(stack, "please open a ticket")["session"]
    with full(disk):
        replies = [chat(stack, question), chat(stack, "my bills print twice on the TVS printer", session)]
    for reply in replies:
        assert any(message["text"].strip() for message in reply["messages"]), reply
        assert "Traceback" not in str(reply)
    afterwards = chat(stack, question)
    assert afterwards["messages"][0]["sources"]
    # The conversation goes on: the ticket was opened, or its question is still open or can be asked again.
    last = chat(stack, "my bills print twice on the TVS printer", session)["messages"]
    again = chat(stack, "please open a ticket", session)["messages"]
    assert last
    assert again
