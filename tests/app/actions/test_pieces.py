"""Pieces of answers: which turns have them, and a Rasa that isn't there."""

import pytest

from actions.pieces import WebPieces
from actions.turn import Turn
from answering.preview import Onlooker
from protocol.errors import SahayakError
from protocol.secret import token
from protocol.tenants import Tenant
from tests.fakes.http_server import HttpServer, Reply


class Rasa(HttpServer):
    """Takes pieces, and has had enough after the second."""

    def handle(self, call):
        return Reply({"stopped": len(self.calls) > 1})


@pytest.fixture
def rasa():
    server = Rasa()
    yield server
    server.close()


def turn(channel="web", message_id="m1"):
    return Turn(Tenant("demo", "R"), f"demo.{channel}.a", channel, "a", "en", "x", message_id, "c", {})


async def test_pieces_are_numbered_and_a_question_takes_no_number(rasa):
    pieces = WebPieces(rasa.url, "a secret of sixteen")
    reader = pieces.audience(turn())
    assert [await reader.hear(text) for text in ("One. ", "", "Two.")] == [False, True, True]
    await pieces.close()
    assert [(call.json()["seq"], call.json()["text"]) for call in rasa.calls] == [(0, "One. "), (1, ""), (1, "Two.")]
    assert {call.path for call in rasa.calls} == {"/webhooks/web/deltas"}
    assert rasa.calls[0].headers["authorization"] == f"Bearer {token('a secret of sixteen', 'deltas')}"
    assert rasa.calls[0].json()["conversation"] == "demo.web.a"


async def test_passing_words_have_the_number_of_the_piece_that_takes_their_place(rasa):
    pieces = WebPieces(rasa.url, "a secret of sixteen")
    reader = pieces.audience(turn())
    await reader.see("One")
    await reader.see("")
    await reader.hear("One. ")
    await reader.see("Two")
    await pieces.close()
    said = [(call.json()["seq"], call.json()["text"], call.json().get("passing", False)) for call in rasa.calls]
    assert said == [(0, "One", True), (0, "", True), (0, "One. ", False), (1, "Two", True)]


def test_telegram_waits_for_whole_sentences():
    audience = WebPieces("http://127.0.0.1:9", "a secret of sixteen").audience(turn("telegram"))
    assert not isinstance(audience, Onlooker)


@pytest.mark.parametrize("of", [turn("whatsapp_cloud"), turn(message_id="")])
def test_other_channels_do_not_read_along(of):
    assert WebPieces("http://127.0.0.1:9", "a secret of sixteen").audience(of) is None


@pytest.mark.parametrize("reply", [Reply("", 403), Reply("no json"), Reply("[]")])
async def test_a_rasa_that_does_not_take_them_is_one_line(rasa, reply):
    rasa.refusals.append(reply)
    pieces = WebPieces(rasa.url, "a secret of sixteen")
    with pytest.raises(SahayakError, match="deltas") as refused:
        await pieces.bring("demo.web.a", "m1", 0, "x")
    assert "\n" not in str(refused.value)
    await pieces.close()
