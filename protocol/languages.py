"""The three languages of a conversation, and which of them a message is written in; Hinglish is Hindi in Latin letters, mixed with English."""

import re
from typing import Literal, get_args

from protocol.languages_latin import LatinModel

Language = Literal["en", "hi", "hinglish"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_LONGEST = 1_000  # characters that are looked at; the rest changes nothing
_DEVANAGARI = re.compile(r"[\u0900-\u0963\u0970-\u097F]")  # without the danda and the digits: Hindi shares those
_LATIN_LETTER = re.compile(r"[A-Za-z]")
_QUOTED_IN_LATIN = 0.25  # an English sentence that quotes one Hindi word stays English below this share of Devanagari

# Addresses and codes say nothing of the language: links, e-mail, file paths, and whatever carries a digit (RS-10241, 5mg, LIC-403).
_CODES = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[A-Za-z]:\\\S*|[A-Za-z/_-]*\d[\w/.:-]*")
_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?")

# People say these in both languages, so they are no evidence for either.
_SHARED = frozenset(
    (
        "ok okay okk okey k done hello helo hi hii hey bye tata thanks thank thanku thankyou thx ty u sorry please pls "
        "plz sir madam mam maam yes yep yeah ya no nope hmm hm hmmm oh ohh ah lol good morning evening night afternoon "
        "welcome great nice cool stop cancel start help menu back next skip reset restart test"
    ).split()
)
# Short Hindi answers and greetings; one of them alone is enough.
_HINDI = frozenset(
    (
        "namaste namaskar namaskaar pranam ram salaam haan haa han hanji haanji ji jee nahi nahin nhi nai dhanyavad "
        "dhanyawad shukriya shukria alvida theek thik thike accha acha achha bilkul sahi galat kya kyu kyun kaise kese "
        "kaisa kab kahan kaha kitna kitne kitni kaun kaunsa chahiye chaiye karo karna kardo kijiye dijiye batao bataiye "
        "batana bhai bhaiya bhejo dikhao mera meri mere mujhe mujhko aap aapka aapki hai hain nahi rehne chodo ruko "
        "band chalo arre arey yaar suno suniye"
    ).split()
)
_SHORT = 3  # words; a message so short may be a name, a product or a loan word: only a telling word makes it evidence
_TELLING = 1.5  # log-odds that each telling word adds


def identify(text: str, previous: Language | None = None) -> Language:
    """The language of a message; one that shows none (a number, "ok", an emoji, a code) keeps `previous`, or English."""
    return recognise(text) or previous or "en"


def recognise(text: str) -> Language | None:
    """The language that the message gives evidence of, or None."""
    text = text[:_LONGEST]
    devanagari = len(_DEVANAGARI.findall(text))
    latin = _recognise_latin(text)
    if not devanagari:
        return latin
    share = devanagari / (devanagari + len(_LATIN_LETTER.findall(text)))
    return "en" if latin == "en" and share < _QUOTED_IN_LATIN else "hi"


def _recognise_latin(text: str) -> Language | None:
    words = latin_words(text)
    model = LatinModel.shipped()
    hindi = sum(word in _HINDI or word in model.hinglish for word in words)
    english = sum(word in model.english for word in words)
    if len(words) <= _SHORT and not (hindi and english):
        return "hinglish" if hindi else "en" if english else None
    return "hinglish" if model.score(words) + _TELLING * (hindi - english) > 0 else "en"


def latin_words(text: str) -> list[str]:
    """The words in Latin letters that can tell a language: no codes, no links, none that both languages share."""
    return [word for word in _WORD.findall(_CODES.sub(" ", text).lower()) if word not in _SHARED]
