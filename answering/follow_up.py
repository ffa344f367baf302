"""Follow-ups made into questions that stand alone, by rule, in English, Hindi and Hinglish: "and in Premium?", "इसे रद्द कैसे करें", "uska rate?".

Three things give a follow-up away: a pronoun without a noun, a beginning like "and" or "aur", or that nothing but little words is
asked. What it is about is taken from the customer's last question that stood alone.
"""

import re
from collections.abc import Sequence

from answering.conversation import Said
from retrieval.analysis import is_stop_word, tokens

_SHORT = 4  # words that carry meaning; a longer question says itself what it is about
_TOPIC = 8  # words of it
_CODE = re.compile(r"\b[A-Za-z]{2,6}(?:-[A-Za-z]{2,4})?[- ]\d{1,6}\b")
# Little words that the search's stop words leave: they ask, and name nothing.
_ASKING = frozenset(
    (
        "how what about need want tell show explain possible also too else more again much many long often cost price use make do get way option "
        "paisa paise charge fees kaise kya kab kitna kitne kitni batao bataye rate samjhao aur kahan kidhar kaha chahiye hoga hogi honge "
        "milega milegi lagega lagta mujhe "
        "पैसा पैसे कैसे क्या कब कितना कितने कितनी बताओ बताइए और कहाँ कहां कहा कौन चाहिए होगा होगी लगेगा मिलेगा"
    ).split()
)
_BEGINNING = re.compile(
    r"^\s*(?:(?:and\s+)?(?:what|how) about|and|or|but|also|then|so|ok(?:ay)?,?|what if|same for"
    r"|aur|or phir|phir|fir|to|toh|agar|accha|acha|और|तो|फिर|अगर|अच्छा)(?![\w\u0900-\u097f])[\s,]*",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"^\s*(?:and|what about|how about|same for|or for|but (?:for|in|on|with)|aur|और)(?![\w\u0900-\u097f])",
    re.IGNORECASE,
)
# Each with what stands in its place; {topic} is what was spoken of.
_PRONOUNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![\w\u0900-\u097f])(?:{pattern})(?![\w\u0900-\u097f])", re.IGNORECASE), meant)
    for pattern, meant in (
        (r"its", "of {topic}"),
        (r"(?:it|them|this|that|these|those|they|the same)(?!\s+(?:is|was|a|an|possible|error|bill|page|option)\b)", "{topic}"),
        (r"(?:is|us)(?:ka|ke|ki)", "{topic} ka"),
        (r"(?:is|us)ko|(?:i|u)se", "{topic} ko"),
        (r"(?:is|us)(?:me|mein|mai)", "{topic} me"),
        (r"(?:is|us)se", "{topic} se"),
        (r"(?:wo|woh|vo|yeh|ye|wahi|yahi)", "{topic}"),
        (r"(?:इस|उस)(?:का|के|की)", "{topic} का"),
        (r"(?:इस|उस)को|इसे|उसे", "{topic} को"),
        (r"(?:इस|उस)में", "{topic} में"),
        (r"(?:इस|उस)से", "{topic} से"),
        (r"(?:यह|वह|ये|वे|वो|वही|यही)", "{topic}"),
    )
)  # fmt: skip
# "in Premium", "premium me", "प्रीमियम में": the same place in the question before is what the follow-up changes.
_PLACES = (
    re.compile(r"\b(?P<mark>in|on|for|with)\s+(?P<thing>(?:the\s+|my\s+)?[\w-]+)(?=[\s?]*$)", re.IGNORECASE),
    re.compile(r"(?P<thing>[\w-]+)\s+(?P<mark>me|mein|pe|par|wala|wale|wali)\b", re.IGNORECASE),
    re.compile(r"(?P<thing>[\w\u0900-\u097f-]+)\s+(?P<mark>में|पर|वाला|वाले|वाली)(?![\w\u0900-\u097f])"),
)
_LATER = {"mein": "me", "par": "pe", "wale": "wala", "wali": "wala", "वाले": "वाला", "वाली": "वाला"}


def leans(text: str) -> bool:
    """Whether a message says too little to be understood without what was said before."""
    carrying = _carrying(text)
    if len(carrying) > _SHORT:
        return False
    return not carrying or bool(_OPENS.match(text)) or any(pattern.search(text) for pattern, _ in _PRONOUNS)


def standalone(text: str, said: Sequence[Said]) -> str:
    """The message as a question of its own; as it is when it leans on nothing, or nothing was said before."""
    before = ""
    for message in said:
        if message.speaker == "customer":
            asked = _joined(message.text, before) if before and leans(message.text) else message.text
            before = asked if _carrying(asked) else before
    return _joined(text, before) if before and leans(text) else text


def _joined(text: str, before: str) -> str:
    text = text.strip()
    changed = _changed(text, before)
    if changed:
        return changed
    topic = _topic(before)
    for pattern, meant in _PRONOUNS:
        if pattern.search(text):
            return pattern.sub(meant.format(topic=topic).replace("\\", r"\\"), text, count=1)
    rest = _BEGINNING.sub("", text).strip(" ?।.") or text
    return f"{before.rstrip(' ?।.')}, {rest}" if _carrying(rest) else f"{topic} {rest}"


def _changed(text: str, before: str) -> str:
    """The question before with the one thing changed that the follow-up names in the same place: a code, or "in Premium"."""
    new, old = _CODE.search(text), _CODE.search(before)
    if new and old and _OPENS.match(text):
        return before.replace(old.group(0), new.group(0))
    if not _OPENS.match(text):
        return ""
    for place in _PLACES:
        now = place.search(text)
        then = [found for found in place.finditer(before) if now and _same(found, now)]
        if now and then:
            return f"{before[: then[-1].start()]}{now.group(0)}{before[then[-1].end() :]}"
    return ""


def _same(one: re.Match[str], other: re.Match[str]) -> bool:
    marks = [found.group("mark").lower() for found in (one, other)]
    return len({_LATER.get(mark, mark) for mark in marks}) == 1


def _topic(question: str) -> str:
    """What a question is about: its words that carry meaning, as typed."""
    carrying = set(_carrying(question))
    words = [word.strip(" ,?.!।") for word in question.split()]
    return " ".join([word for word in words if carrying.intersection(tokens(word))][:_TOPIC])


def _carrying(text: str) -> list[str]:
    return [word for word in tokens(text) if not is_stop_word(word) and word not in _ASKING]
