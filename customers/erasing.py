"""Which facts a customer wants forgotten: the ones they name, else all."""

import re

from customers.facts import NAMES

_ALL = re.compile(
    r"\b(?:everything|all|whole|entire|completely|sab|sabhi|sara|saara|saari|sari|poora|pura|har)\b|सब|सारा|सारी|सारे|पूरा|पूरी",
    re.IGNORECASE,
)
_NAMED = {
    "product": r"\b(?:products?|editions?|plans?|packages?|versions?|licen[cs]e)\b|प्रोडक्ट|एडिशन|प्लान|पैकेज|वर्शन|वर्ज़न",
    "stores": r"\b(?:stores?|shops?|outlets?|branch(?:es)?|d(?:u|oo)ka*n\w*|medicals?)\b|दुकान|दूकान|स्टोर|शॉप|शाखा|ब्रांच",
    "language": r"\b(?:languages?|bhasha|zuban|boli|hindi|english|hinglish)\b|भाषा|लैंग्वेज|ज़ुबान",
}


def named(text: str) -> tuple[str, ...]:
    """The names of the facts meant; a button, or words that name none, mean every one."""
    if text.startswith("/") or _ALL.search(text):
        return NAMES
    return tuple(name for name in NAMES if re.search(_NAMED[name], text, re.IGNORECASE)) or NAMES
