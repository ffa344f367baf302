"""`/webhooks/web/challenge`: the page on which a suspected visitor shows that a person is there."""

from html import escape

from sanic.request import Request
from sanic.response import HTTPResponse, html

from connectors.challenge import Challenge
from connectors.guard import Challenges
from connectors.web_address import address_of
from connectors.web_desk import Desk
from connectors.web_http import read_form
from protocol.conversation import Conversation
from protocol.errors import Forbidden, SahayakError

_WORDS = {
    "en": ("One more step", "Please confirm that you are a person. Then your message can be sent.", "Continue"),
    "hi": ("एक और कदम", "कृपया पुष्टि कीजिए कि आप इंसान हैं। उसके बाद आपका संदेश भेजा जा सकेगा।", "आगे बढ़ें"),
    "hinglish": ("Ek aur step", "Please confirm kijiye ki aap insaan hain. Uske baad aapka message jayega.", "Aage badhein"),
}  # fmt: skip
_THANKS = {
    "en": ("Thank you", "You can close this page and go on with the chat."),
    "hi": ("धन्यवाद", "आप यह पेज बंद करके चैट जारी रख सकते हैं।"),
    "hinglish": ("Shukriya", "Aap yeh page band karke chat jaari rakh sakte hain."),
}
_AGAIN = {
    "en": "That didn't work. Please try again.",
    "hi": "यह नहीं हो पाया। कृपया फिर कोशिश कीजिए।",
    "hinglish": "Yeh nahi ho paya. Please phir try kijiye.",
}
_STYLE = (
    "body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f4f5f7;color:#1c2430;"
    "font:16px/1.5 system-ui,sans-serif}main{max-width:22rem;margin:1rem;padding:1.5rem;border-radius:16px;background:#fff;"
    "box-shadow:0 8px 30px #1c243022}h1{margin:0 0 .5rem;font-size:1.25rem}p{margin:0 0 1rem}"
    "button{width:100%;min-height:44px;margin-top:1rem;border:0;border-radius:10px;background:#1c2430;color:#fff;font:inherit}"
    "@media(prefers-color-scheme:dark){body{background:#11161d;color:#e8ebf0}main{background:#1b222c}"
    "button{background:#e8ebf0;color:#11161d}}"
)


class ChallengePage:
    """Shown at `GET`, solved at `POST`; `?ticket` tells whose it is."""

    def __init__(self, challenge: Challenge, challenges: Challenges) -> None:
        self._challenge = challenge
        self._challenges = challenges

    async def show(self, request: Request, desk: Desk) -> HTTPResponse:
        """Raises Forbidden for a ticket that isn't ours or is over."""
        conversation_id = self._challenges.conversation(request.args.get("ticket") or "")
        return self._page(desk, conversation_id)

    async def solve(self, request: Request, desk: Desk) -> HTTPResponse:
        """Raises Forbidden, or what `Challenge.check` raises for a service that is away."""
        ticket = request.args.get("ticket") or ""
        conversation_id = self._challenges.conversation(ticket)
        form = await read_form(request)
        try:
            await self._challenge.check(form.get(self._challenge.puzzle.field, ""), address_of(request, desk.proxies))
        except Forbidden:
            raise
        except SahayakError:
            return self._page(desk, conversation_id, failed=True)
        self._challenges.passed(ticket)
        await desk.sio.emit("challenge_passed", {}, room=conversation_id)
        return self._thanks(desk, conversation_id)

    async def close(self) -> None:
        """The server stops."""
        await self._challenge.close()

    def _page(self, desk: Desk, conversation_id: str, *, failed: bool = False) -> HTTPResponse:
        puzzle = self._challenge.puzzle
        language = desk.tenants[Conversation.parse(conversation_id).tenant].language
        title, why, button = _WORDS[language]
        again = f"<p role=alert>{escape(_AGAIN[language])}</p>" if failed else ""
        form = (
            f'<form method="post">{again}<div class="{puzzle.element}" data-sitekey="{escape(puzzle.site_key)}"></div>'
            f'<button>{escape(button)}</button></form><script src="{escape(puzzle.script)}" async defer></script>'
        )
        return _answer(language, title, why, form, puzzle.sources, 400 if failed else 200)

    def _thanks(self, desk: Desk, conversation_id: str) -> HTTPResponse:
        language = desk.tenants[Conversation.parse(conversation_id).tenant].language
        title, text = _THANKS[language]
        return _answer(language, title, text, "", "", 200)


def _answer(language: str, title: str, text: str, rest: str, sources: str, status: int) -> HTTPResponse:
    lang = "hi-Latn" if language == "hinglish" else language
    page = (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<main><h1>{escape(title)}</h1><p>{escape(text)}</p>{rest}</main></html>"
    )
    policy = (
        f"default-src 'none'; script-src {sources or chr(39) + 'none' + chr(39)}; style-src 'unsafe-inline' {sources}; "
        f"frame-src {sources}; connect-src {sources}; img-src data: {sources}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "origin",
        "X-Content-Type-Options": "nosniff",
    }
    return html(page, status=status, headers=headers)
