"""Pieces of an answer on their way to the widget and to Telegram, by the connectors' side door (docs/web-protocol.md)."""

import httpx

from actions.turn import Turn
from answering.preview import Audience
from protocol.errors import SahayakError
from protocol.secret import token

CHANNELS = ("web", "telegram")  # that can show an answer in the making
_SECONDS = 2.0  # that an answer waits for its preview


class WebPieces:
    """Keeps one connection to Rasa for all conversations; opened when it is first needed."""

    def __init__(self, rasa_url: str, secret: str) -> None:
        """`secret` is the installation's."""
        self._url = f"{rasa_url.rstrip('/')}/webhooks/web/deltas"
        self._headers = {"Authorization": f"Bearer {token(secret, 'deltas')}"}
        self._client: httpx.AsyncClient | None = None

    def audience(self, turn: Turn) -> Audience | None:
        """Whoever reads this turn's answer while it is made; None where a channel has no pieces."""
        if turn.channel not in CHANNELS or not turn.message_id:
            return None
        return _Onlooker(self, turn) if turn.channel == "web" else _Reader(self, turn)

    async def bring(self, conversation: str, message_id: str, seq: int, text: str, *, passing: bool = False) -> bool:
        """True when the customer has had enough; raises SahayakError when Rasa doesn't take it.

        What is `passing` is replaced by the next text of that number.
        """
        if self._client is None:
            self._client = httpx.AsyncClient(headers=self._headers, timeout=_SECONDS, trust_env=False)
        piece: dict[str, object] = {"conversation": conversation, "message_id": message_id, "seq": seq, "text": text}
        if passing:
            piece["passing"] = True
        try:
            response = await self._client.post(self._url, json=piece)
            return bool(response.raise_for_status().json()["stopped"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            reason = (str(error) or type(error).__name__).splitlines()[0]
            raise SahayakError(f"Pieces of an answer can't be brought to {self._url}: {reason}.") from error

    async def close(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            await self._client.aclose()


class _Reader:
    def __init__(self, pieces: WebPieces, turn: Turn) -> None:
        self._pieces = pieces
        self._turn = turn
        self._seq = 0

    async def hear(self, text: str) -> bool:
        seq = self._seq
        self._seq += bool(text)
        return await self._pieces.bring(self._turn.conversation, self._turn.message_id, seq, text)


class _Onlooker(_Reader):
    async def see(self, words: str) -> bool:
        return await self._pieces.bring(self._turn.conversation, self._turn.message_id, self._seq, words, passing=True)
