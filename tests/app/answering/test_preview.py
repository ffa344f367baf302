"""What is read of an answer in the making: whole sentences that hold, and nothing that would have to be taken back."""

import pytest

from answering.citations import check
from answering.preview import Preview
from protocol.errors import SahayakError
from retrieval.documents import Chunk

PASSAGES = [
    Chunk("b:0", "b", "demo", "Backup", (), "A backup is made every day at 21:30. It is kept for 30 days.", "en")
]
DRAFTS = [
    "A backup is made every day at 21:30 [1]. It is kept for 30 days [1].",
    "Here is how:\n1. A backup is made every day [1].\n2. Pay ₹900 [1].\n3. It is kept for 30 days [1].\nThank you!",
    "A backup is made every day. [1] It is kept for 30 days. [1] It costs ₹5,000. [1] It is kept [7].",
    "You get ₹5,000! A backup is made every day at 22:00 [1]. It is kept for 30 days [1]. Elephants fly [1].",
    "A backup is made [1] every day [1]. ![x](https://evil.example/?q=1) It is kept for 30 days [1]. Bye.",
    "NO_ANSWER",
    "Just restart it. Then wait. Then pay.",
]


class Reader:
    def __init__(self, broken=False):
        self.text = ""
        self._broken = broken

    async def hear(self, text):
        if self._broken:
            raise SahayakError("gone")
        self.text += text
        return False


async def stands(text):
    return check(text, PASSAGES)[0]


@pytest.mark.parametrize("size", [1, 3, 17, 400])
@pytest.mark.parametrize("draft", DRAFTS)
async def test_what_was_shown_is_always_the_beginning_of_the_checked_answer(draft, size):
    reader = Reader()
    preview = Preview(stands, reader)
    for start in range(0, len(draft), size):
        await preview.hear(draft[start : start + size])
        assert (await stands(draft)).startswith(reader.text.rstrip())
    assert preview.written == draft


async def test_a_sentence_is_shown_as_soon_as_the_next_one_begins():
    reader = Reader()
    preview = Preview(stands, reader)
    await preview.hear("A backup is made every day at 21:30 [1]. ")
    assert reader.text == ""
    await preview.hear("It")
    assert reader.text == "A backup is made every day at 21:30 [1]."


async def test_an_audience_that_is_gone_costs_the_preview_and_not_the_answer():
    preview = Preview(stands, Reader(broken=True))
    for _ in range(2):
        await preview.hear("It is kept for 30 days [1]. And")
    assert "And" in preview.written
