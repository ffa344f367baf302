"""What comes from documents and models is data: orders to the assistant in it are taken out, and so are foreign addresses.

A model may be gullible, so nothing here relies on it: documents lose such sentences before a model or a customer sees them, and a draft loses what
repeats our own instructions, what only echoes the customer's words, and addresses that no document has.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from answering.citations import sentences
from answering.question import Question
from protocol.tenants import Tenant
from retrieval.analysis import terms, tokens
from retrieval.documents import Chunk
from retrieval.search import Hit

_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # forget what you were told
        r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules?|prompts?|guidelines?|directions?|nirdesh|niyam)\b",
        r"\b(?:pichhl[ei]|pichl[ei]|pehle|saare|sabhi|upar|apne|diye)\b.{0,30}\b(?:instructions?|rules?|nirdesh\w*|niyam\w*|prompt)\b",
        r"\b(?:instructions?|rules?|nirdesh\w*|niyam\w*|prompt)\b.{0,20}\b(?:bhool|bhul|ignore|andekha|dikhao|batao|dikha|bata)\b",
        r"(?:निर्देश|नियम|प्रॉम्प्ट|प्रोम्प्ट)\S*.{0,25}(?:भूल|अनदेख|नज़रअंदाज़|नजरअंदाज|मत मान|दिखा|बता|दोहरा)",
        r"(?:पिछले|पहले|सारे|सभी|ऊपर|अपने).{0,20}(?:निर्देश|नियम|प्रॉम्प्ट|प्रोम्प्ट)",
        # speak of yourself, or be somebody else
        r"\b(?:system|hidden|secret|initial|developer)\s+(?:prompts?|messages?|instructions?|mode)\b|सिस्टम (?:प्रॉम्प्ट|प्रोम्प्ट|मैसेज)",
        r"\b(?:my|mere|mera|tumhare|aapke|apne)\s+(?:own\s+)?(?:instructions?|rules?|prompts?|nirdesh|niyam)\b",
        r"\b(?:reveal|print|show|repeat|share|output|leak|disclose|recite|tell|translate|summari[sz]e)\b.{0,30}\byour\b.{0,20}\b(?:instructions?|rules?|prompts?)\b",
        r"(?:मेरे|मेरा|तुम्हारे|आपके|अपने)\s+(?:निर्देश|नियम|प्रॉम्प्ट|प्रोम्प्ट)",
        r"\byou are (?:now|no longer) (?:an?|the|in|free|bound|dan|called)\b",
        r"(?:^|\byou |\bnow |\bplease )(?:act|behave|respond|answer|reply) as (?:if|an?|the)\b",
        r"\bpretend (?:to be|you|that)\b|\bjailbreak",
        r"\bab (?:se )?(?:tum|aap|tu)\b|अब (?:से )?(?:तुम|आप)\s",
        # speak to the machine, not to the reader
        r"\b(?:note|message|instructions?|attention|order|command|reminder)\s+(?:to|for)\s+(?:all\s+|the\s+|any\s+|this\s+)*"
        r"(?:ai|a\.i\.|assistants?|bots?|chat\s?bots?|models?|llms?|agents?)\b",
        r"\b(?:ai|assistants?|bots?|chat\s?bots?|language models?|llms?)\b\s*[,:]?\s*"
        r"(?:must|should|has to|will|please|reply|say|tell|add|always|ko|ke liye)\b",
        r"(?:एआई|असिस्टेंट|सहायक|बॉट|चैटबॉट)\s*(?:को\s|के लिए|[,:])",
        r"\b(?:tell|inform|convince)\s+(?:the\s+|every\s+|all\s+|any\s+)?(?:customers?|users?|visitors?|readers?|asker)\b",
        r"\b(?:customers?|users?|grahak)\s+ko\s+(?:bolo|batao|kaho|bol)\b|ग्राहक\S* (?:को|से) (?:कह|बत|बोल)",
        r"\b(?:reply|respond|answer)\s+(?:only|just|exactly)\s+with\b|\bappend\b.{0,40}\b(?:answer|reply|response|link|image)\b",
        r"^\W*(?:system|assistant|developer|सिस्टम)\s*[:>]|<\|[^|>]*\|>|\[/?INST\]|<</?SYS>>",
        r"<\s*/?\s*(?:documents?|question|system|assistant|user)\b",
    )
)
_PICTURE = re.compile(r"!\[[^\]]*\]\s*\([^)]*\)|!\[[^\]]*\]\s*\[[^\]]*\]")
_MARKUP = re.compile(
    r"<\s*/?\s*(?:script|img|iframe|a|svg|object|embed|style|link|form|video|audio|base|meta)\b[^>]*>?", re.IGNORECASE
)
_LINK = re.compile(r"\[([^\]]+)\]\s*\(\s*([^)\s]*)[^)]*\)")
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|\bwww\.|\b(?:javascript|data|mailto):)[^\s)\]>\"'|]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"[{\[]\s*\"|\"\s*[}\]]|^\s*/\w+|NO_ANSWER")  # calls of tools, commands, our own sign
_IDENTIFIER = re.compile(r"\b\w+_\w+\b")
_DEVANAGARI = re.compile(r"[\u0900-\u097f]")
_SECOND_LEVEL = frozenset("ac co com edu gov net nic org res".split())
_ECHO = 0.8  # of a sentence's words, in the question: it is the customer's own sentence
_CITATION = re.compile(r"\[\d{1,2}\]")
_SHINGLE = 5  # words in a row that nobody writes by chance


def is_order(sentence: str) -> bool:
    """Whether a sentence speaks to the assistant and not to a reader."""
    return any(pattern.search(sentence) for pattern in _ORDERS)


def harmless(hits: Sequence[Hit], tenant: Tenant) -> tuple[Hit, ...]:
    """The hits without orders to the assistant and foreign addresses; what has nothing else to say is left out."""
    cleaned = [(hit, harmless_passage(hit.chunk, tenant)) for hit in hits]
    return tuple(hit if chunk is hit.chunk else replace(hit, chunk=chunk) for hit, chunk in cleaned if chunk.text)


def harmless_passage(chunk: Chunk, tenant: Tenant) -> Chunk:
    """The passage itself when there is nothing to take out."""
    own = (_host(chunk.url), *(_host(value) for value in tenant.support.values()), *tenant.link_hosts)
    sites = {_site(host) for host in own if "." in host}
    support = " ".join(tenant.support.values()).casefold()

    def known(address: str) -> bool:
        host = _host(address)
        return bool(host) and (_site(host) in sites or address.casefold() in support or "." not in host)

    text = "\n".join(
        " ".join(sentence for sentence in sentences(line) if not is_order(sentence)) if is_order(line) else line
        for line in _MARKUP.sub("", chunk.text).split("\n")
    )
    text = _LINK.sub(lambda link: link[0] if known(link[2]) else link[1], text)
    text = _ADDRESS.sub(lambda address: address[0] if known(address[0]) else "", text)
    title = "" if is_order(chunk.title) else chunk.title
    return chunk if (text, title) == (chunk.text, chunk.title) else replace(chunk, text=text.strip(), title=title)


def _host(address: str) -> str:
    try:
        return urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""


def _site(host: str) -> str:
    """`help.shop.example` and `shop.example` are one site; under `co.in` and its like it is three names."""
    names = host.casefold().split(".")
    return ".".join(names[-3 if len(names) > 2 and names[-2] in _SECOND_LEVEL else -2 :])


class Guard:
    """Takes out of a draft what must not be said, sentence by sentence; the citation check comes after it."""

    def __init__(self, told: str, question: Question, passages: Sequence[Chunk]) -> None:
        """`told` is the system part of the prompt."""
        shown = " ".join(chunk.passage for chunk in passages)
        self._text = shown.casefold()
        self._in_devanagari = question.language == "hi"
        self._shown = set(terms(shown))
        self._told = _shingles(told) - _shingles(shown)
        self._lines = {line.strip(" -").casefold() for line in told.split("\n")}
        self._asked = set(terms(question.text))
        self._addresses = {address.casefold().rstrip(".,;") for address in _ADDRESS.findall(shown)}
        self._support = " ".join(question.tenant.support.values()).casefold()

    def clean(self, draft: str) -> str:
        """What may be said of a draft."""
        draft = _MARKUP.sub("", _PICTURE.sub("", draft))
        lines = draft.split("\n")
        return "\n".join(
            " ".join(one for one in map(self._linked, sentences(line)) if self._may_stand(one)) for line in lines
        )

    def _linked(self, sentence: str) -> str:
        """A link to an address that no document has becomes its words."""
        return _LINK.sub(lambda link: link[0] if self._knows(link[2]) else link[1], sentence)

    def _knows(self, address: str) -> bool:
        address = address.casefold().rstrip(".,;")
        return bool(address) and (address in self._addresses or address in self._support)

    def _may_stand(self, sentence: str) -> bool:
        plain = _CITATION.sub("", sentence).strip(" -").casefold()
        if is_order(sentence) or plain in self._lines or _shingles(sentence) & self._told:
            return False
        if _MACHINE.search(sentence) or any(
            name.casefold() not in self._text for name in _IDENTIFIER.findall(sentence)
        ):
            return False
        if not all(self._knows(address) for address in _ADDRESS.findall(sentence)):
            return False
        words = terms(_CITATION.sub(" ", sentence))
        echoed = sum(word in self._asked for word in words) >= _ECHO * len(words)
        held = sum(word in self._shown for word in words) >= _ECHO * len(words)
        if bool(_DEVANAGARI.search(sentence)) != self._in_devanagari and words and not held:
            return False  # not in the customer's script: then it is a label or a path, which the documents have
        return len(words) < 3 or held or not echoed


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = tokens(text.casefold())
    return {tuple(words[start : start + _SHINGLE]) for start in range(len(words) - _SHINGLE + 1)}
