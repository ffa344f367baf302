"""One question back, with choices, where a customer says too little: "printer" may be its set-up, its troubles or its errors."""

from collections.abc import Sequence

from answering.phrases import phrase
from answering.question import Question
from answering.steps import asks_how
from retrieval.analysis import terms
from retrieval.codes import codes_in
from retrieval.hits import Hit
from retrieval.query import asked_query

CHOICES = 3  # buttons that every channel can show
_FEW = 2  # words that carry meaning
_SHORT = 3  # words in all: who asks more tells what for
_NEAR = 0.25  # of the score below the best hit: pages about as likely


def choices(question: Question, hits: Sequence[Hit]) -> tuple[str, ...]:
    """Titles of the pages that may be meant, best first; none when the question says enough, or when we have just asked back."""
    asked = asked_query(question.text)
    few = 0 < len(asked.words) <= _FEW and len(question.text.split()) <= _SHORT and not asks_how(question.text)
    if not few or codes_in(question.text.upper()) or _just_asked(question):
        return ()
    meant = {term for word in asked.words for term in word.terms}
    found: dict[str, str] = {}
    for hit in hits:
        title = hit.chunk.title
        if hit.chunk.status == "current" and hits[0].score - hit.score <= _NEAR and meant & set(terms(title)):
            found.setdefault(hit.chunk.document, title)
    titles = tuple(dict.fromkeys(found.values()))
    said = set(terms(question.text))
    exact = any(set(terms(title)) <= said for title in titles)
    return titles[:CHOICES] if len(titles) > 1 and not exact else ()


def ask_back(question: Question, titles: Sequence[str]) -> str:
    """The question, in the customer's language, with the choices for channels that have no buttons."""
    return "\n".join([phrase(question.language, "clarify"), *(f"- {title}" for title in titles)])


def _just_asked(question: Question) -> bool:
    last = next((message.text for message in reversed(question.said) if message.speaker == "assistant"), "")
    return last.startswith(phrase(question.language, "clarify"))
