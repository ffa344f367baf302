"""What a message looks like that no customer writes: the same again and again, a heap of links, one text from many senders."""

import hashlib
import re
import time
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Callable

from protocol.messages import InboundMessage

_WINDOW = 600.0  # seconds
_SAME = 6  # times that one sender may write the same
_LINKS = 4  # different ones in one message
_SENDERS = 5  # that may bring the same text with a link
_KEPT = 20_000  # texts
_LINK = re.compile(r"(?:https?://|www\.)[^\s/]+\S*", re.IGNORECASE)


class Suspicion:
    """Remembers the texts of the last ten minutes, as digests; pressed buttons and files are never suspicious."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said: OrderedDict[str, deque[tuple[float, str]]] = OrderedDict()  # who brought a text, and when

    def of(self, message: InboundMessage) -> str:
        """Why a message looks like spam, in one phrase for the log; empty when it doesn't."""
        if message.payload or message.text.startswith("/"):
            return ""
        text = _plain(message.text)
        if not text:
            return ""
        links = {link.lower() for link in _LINK.findall(message.text)}
        if len(links) >= _LINKS:
            return f"{len(links)} links in one message"
        conversation = message.conversation
        if self._count(f"{conversation}\n{text}", message.message_id) > _SAME:
            return "the same message again and again"
        if links and self._count(f"{conversation.tenant}\n{text}", conversation.sender) > _SENDERS:
            return "the same link from many senders"
        return ""

    def _count(self, text: str, bringer: str) -> int:
        """How many different ones brought this text within the window."""
        key = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
        brought = self._said.setdefault(key, deque(maxlen=64))
        self._said.move_to_end(key)
        if len(self._said) > _KEPT:
            self._said.popitem(last=False)
        now = self._clock()
        while brought and brought[0][0] <= now - _WINDOW:
            brought.popleft()
        if all(bringer != known for _, known in brought):
            brought.append((now, bringer))
        return len(brought)


def _plain(text: str) -> str:
    """Without the differences by which spam hides that it is always the same: case, spaces, signs, widths."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum() or unicodedata.category(character) == "Mn")
