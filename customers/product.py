"""How customers say which of the tenant's products they use."""

# ruff: noqa: E501  (a pattern is read as a whole)

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from customers.wording import clauses, words
from protocol.tenants import Tenant

_EDITION = r"(?:edition|plan|version|package|pack|licen[cs]e|subscription|software|wala|wali|variant|एडिशन|प्लान|पैकेज|वर्शन|वर्जन|सॉफ्टवेयर|लाइसेंस|वाला|वाली)"
_NOW = r"(?: (?:now|currently|already|still|also|only|recently|just|both|ab|abhi|to|toh|sirf|log|yahan|अब|अभी|तो|सिर्फ|लोग|यहां))*"
_THE = r"(?: (?:the|a|an|our|your|aapka|aapki|aapke|आपका|आपकी))?"
# A name may be a word as well ("standard printers", "a chain of shops"): it ends its clause, or what follows shows that it is a name.
_ENDS = (
    rf"(?: {_EDITION}| users?| customers?)?(?=$| (?:last|this|yesterday|today|for|since|in|on|at|with|now|from|here|edition|plan|right now|only|"
    r"how|what|which|where|when|can|do|does|is|and|but|me|mein|se|में|से|को|"
    r"kaise|kya|kitn[aei]|कैसे|क्या|कितन[ाेी])(?!\S))"
)
_I = r"(?:hum|ham|hm|main|mai|mein|हम|मैं|मै)"
_MY = r"(?:mera|meri|mere|hamara|hamari|hamare|humara|humari|humare|apna|apni|apne|मेरा|मेरी|मेरे|हमारा|हमारी|हमारे|अपना|अपनी|अपने)"
_IS = r"(?:hain|hai|he|h|है|हैं|हे)"
_USE = (
    r"(?:use|yuj|yuz|istemal|istemaal|chala|le|kharid|इस्तेमाल|यूज|यूस|प्रयोग|चला|ले|खरीद)(?:t[aei]|ते|ता|ती)?"
    r"(?: (?:kart[aei]|kar rah[aei]|krt[aei]|rah[aei]|rakha|rakhi|liya|li|chuke|करते|करता|करती|कर रहे|कर रहा|कर रही|रहे|रहा|रखा|रखी|लिया|चुके))?"
    r" (?:hain|hai|hoon|hun|hu|hu|h|हैं|है|हूं)"
)


def patterns(tenant: Tenant) -> tuple[re.Pattern[str], ...]:
    """What a statement of one of the tenant's products looks like; nothing when its file names none."""
    return _patterns(*_plain(tenant.name), _spellings(tenant.products))


def name(found: re.Match[str], tenant: Tenant) -> str:
    """The product that a match speaks of, as the tenant names it."""
    return next(known for known, ways in tenant.products.items() if found["product"] in _plain(known, *ways))


def _spellings(products: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    spellings = {spelling for known, ways in products.items() for spelling in _plain(known, *ways)}
    return tuple(sorted(spellings, key=len, reverse=True))


def _plain(*spellings: str) -> tuple[str, ...]:
    """As clauses are written."""
    return tuple(" ".join(clause.text for clause in clauses(spelling)) for spelling in spellings)


@lru_cache(maxsize=64)  # one for each tenant
def _patterns(firm: str, spellings: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    if not spellings:
        return ()
    firm = rf"(?:{re.escape(firm)} )?"
    this = rf"(?P<product>{'|'.join(re.escape(spelling) for spelling in spellings)})"
    return tuple(
        re.compile(words(pattern))
        for pattern in (
            rf"(?:we|i)(?:{_NOW} (?:use|have|own|run|bought|purchased|took|got|have bought|have taken|subscribed to|are on|am on|are using|am using|"
            rf"have been using|are running)|'ve|'ve got|'re on|'m on|'re using|'m using|'re now on){_NOW}{_THE} {firm}{this}{_ENDS}",
            rf"(?:we're|i'm|we are|i am){_NOW} (?:on|using|running|with){_THE} {firm}{this}{_ENDS}",
            rf"(?:we're|i'm|we are|i am){_NOW}{_THE} {firm}{this}(?: {_EDITION})? (?:users?|customers?)",
            rf"(?:my|our) (?:shops?|stores?|pharmacy|company|firm) (?:is on|are on|runs on|run on|uses|use|has|have){_NOW}{_THE} {firm}{this}{_ENDS}",
            rf"(?:we|i)(?: have|'ve)?{_NOW} (?:upgraded|moved|switched|shifted|changed)(?: (?:from )?[a-z]+(?: {_EDITION})?)? to{_THE} {firm}{this}{_ENDS}",
            rf"(?:my|our)(?: current| present)? {_EDITION}(?: now)?(?: is|:| :| =)(?: now)?{_THE} {firm}{this}{_ENDS}",
            rf"{_I}{_NOW}{_THE} {firm}{this}(?: {_EDITION})?(?: ko)?{_NOW} {_USE}",
            rf"{_I}{_NOW}{_THE} {firm}{this}(?: {_EDITION})? (?:pe|par|पर|पे) (?:{_IS}|hoon|hun|hu|हूं)",
            rf"(?:hamne|humne|hmne|maine|mene|हमने|मैंने|मैने){_NOW}{_THE} {firm}{this}(?: {_EDITION})? (?:le liya|liya|kharida|kharid liya|le rakha|lagwaya|ले लिया|लिया|खरीदा|खरीद लिया|ले रखा|लगवाया)(?: {_IS})?",
            rf"{_MY} (?:paas|pas|yahan|पास|यहां){_NOW}{_THE} {firm}{this}(?: {_EDITION})?{_NOW} {_IS}",
            rf"{_MY} (?:dukan|dukaan|shop|store|दुकान|स्टोर) (?:me|mein|pe|par|में|पर){_NOW}{_THE} {firm}{this}(?: {_EDITION})?{_NOW} (?:{_IS}|chalta hai|laga hai|चलता है|लगा है)",
            rf"{_MY}{_NOW} {_EDITION}{_NOW} {firm}{this}(?: {_EDITION})? {_IS}",
        )
    )  # fmt: skip
