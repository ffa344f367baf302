"""A language model with a script, for `make eval`: it picks sentences from the documents it is shown, and lies as models do.

It reads the prompt as any model would, over real HTTP, and writes the sentences that speak most to the question, each cited.
Every third answer also carries one of the lies below. What it made up is kept, so that the evaluation can tell which of it a
customer got to read.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from protocol.languages import Language, identify
from retrieval.analysis import terms
from tests.fakes.openai_server import OpenAIServer

NAME = "scripted"
_DOCUMENT = re.compile(r'<document number="(\d+)"[^>]*>\n(.*?)\n</document>', re.DOTALL)
_QUESTION = re.compile(r"<question>\n(.*)\n</question>", re.DOTALL)
_SENTENCES = re.compile(r"(?<=[.!?।])\s+|\n+")
_LIES_IN = 3
# {n}: a document it cites; in a Hindi or Hinglish answer that is often an English one.
LIES = (
    "A refund of ₹98,765 is paid within 77 days. [{n}]",  # figures of its own
    "You can also call our hotline at any hour of the night.",  # without a citation
    "The warranty covers this for a year. [99]",  # a document that was never shown
    "Elephants migrate across savannas when monsoon winds arrive early. [{n}]",  # nothing of it stands there
    "If it fails, code ZZZ-4711 is shown. [{n}]",  # a code of its own
    "This works in SuperPharma Cloud Gold, too. [{n}]",  # a product of its own
    "{negated} [{n}]",  # the opposite of what stands there
    "{idle} [{n}]",  # nothing of it stands there, and nothing in it could be looked up: no figure, no code, no name
    "{bound} [{n}]",
)
IDLE: dict[Language, str] = {
    "en": "The same person calls every customer back early on Sunday morning.",
    "hi": "रविवार की सुबह वही आदमी हर ग्राहक को दोबारा फ़ोन करता है।",
    "hinglish": "Sunday ki subah wahi aadmi har customer ko dobara phone karta hai.",
}
BOUND: dict[Language, str] = {
    "en": "For this, you have to bring a letter of your bank to our office.",
    "hi": "इसके लिए अपने बैंक की चिट्ठी लेकर हमारे दफ़्तर आना पड़ता है।",
    "hinglish": "Iske liye apne bank ki chitthi lekar hamare office aana padta hai.",
}


@dataclass(frozen=True)
class Written:
    text: str
    lie: str  # "" when it told the truth


class ScriptedModel:
    """`written` by question."""

    def __init__(self) -> None:
        self.server = OpenAIServer()
        self.server.model(NAME, write=self._write)
        self.written: dict[str, Written] = {}

    def _write(self, request: dict[str, Any]) -> str:
        user = request["messages"][-1]["content"]
        asked = _QUESTION.search(user)
        question = asked.group(1) if asked else ""
        picked = _pick(question, _DOCUMENT.findall(user))
        if not picked:
            return "NO_ANSWER"
        lines = [f"{sentence} [{number}]" for number, sentence in picked]
        draw = int(hashlib.sha256(question.encode()).hexdigest()[:8], 16)
        lie = ""
        if draw % _LIES_IN == 0:
            number, sentence = picked[0]
            language = identify(question)
            made_up = {"idle": IDLE[language], "bound": BOUND[language], "negated": f"It is wrong that {sentence}"}
            lie = LIES[draw // _LIES_IN % len(LIES)].format(n=number, **made_up)
            lines.insert(draw % (len(lines) + 1), lie)
        self.written[question] = Written(" ".join(lines), lie)
        return self.written[question].text

    def close(self) -> None:
        self.server.close()


def _pick(question: str, documents: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The three sentences with most of the question's words, of whole length; earlier documents win ties."""
    asked = set(terms(question))
    rated = []
    for number, text in documents[:3]:
        for sentence in _SENTENCES.split(text):
            plain = sentence.strip().lstrip("-*0123456789.) ").strip()
            if len(plain) > 25 and "|" not in plain:
                rated.append((len(asked & set(terms(plain))) - int(number) * 0.5, number, plain))
    best = sorted(rated, key=lambda entry: -entry[0])[:3]
    return [(number, sentence if sentence[-1] in ".!?।" else f"{sentence}.") for _, number, sentence in best]
