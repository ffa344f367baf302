"""How customers say in which language they want to be answered."""

# ruff: noqa: E501  (a pattern is read as a whole)

import re

from customers.wording import words
from protocol.languages import Language

_NAMES: dict[str, Language] = {
    **dict.fromkeys(("hindi", "hindhi", "hindee", "हिंदी", "हिन्दी"), "hi"),
    **dict.fromkeys(("english", "inglish", "angrezi", "angreji", "अंग्रेजी", "इंग्लिश", "इंगलिश"), "en"),
    **dict.fromkeys(("hinglish", "हिंग्लिश"), "hinglish"),
}
_LANGUAGE = rf"(?P<language>{'|'.join(sorted(_NAMES, key=len, reverse=True))})"
_END = (
    r"(?: (?:only|please|pls|plz|always|from now on|from now|now|next time|with me|to me|thanks|thank you|hi|ji|sir|bhai|hamesha|aage se|"
    r"ही|जी|प्लीज|कृपया|हमेशा|आगे से|sirf|बस))*$"
)
_TO_ME = r"(?: (?:to me|me|with me|back|back to me|only|always|everything|all))*"
_ANSWER = r"(?:reply|answer|respond|talk|speak|write|chat|message|text|communicate)"
_FIRST = (
    r"(?:(?:mujhe|mujhko|mujhse|humse|hamse|hame|hamein|mere se|aap|humko|hamesha|sirf|मुझे|मुझसे|हमसे|हमें|आप|सिर्फ|हमेशा) )*"
)
_SPEAK = (
    r"(?:(?:baat|bat|jawab|jawaab|javab|reply|answer|chat|msg|message|samjha|बात|जवाब|उत्तर|रिप्लाई|चैट) )?"
    r"(?:karo|kro|kare|karein|karen|kijiye|kijie|kariye|karna|karenge|dijiye|dijie|do|de|dena|dein|den|diya karo|kiya karo|likho|likhiye|likhna|likhein|"
    r"bolo|boliye|bolna|bolein|batao|bataiye|batana|batayein|bataye|samjhao|samjhaiye|"
    r"करो|करें|कीजिए|करिए|करना|दीजिए|दो|देना|दें|दिया करो|दिया करें|किया करो|किया करें|लिखो|लिखिए|लिखना|लिखें|बोलो|बोलिए|बोलना|बोलें|बताओ|बताइए|बताना|बताएं|समझाओ|समझाइए)"
)
PATTERNS = tuple(
    re.compile(words(pattern))
    for pattern in (
        rf"(?:(?:can|could|would) you please )?{_ANSWER}{_TO_ME} in {_LANGUAGE}{_END}",
        rf"(?:i|we)(?:'d| would)? (?:prefer|like|want|speak|understand only|only understand|only speak)(?: to {_ANSWER}{_TO_ME}| answers| replies| your answers| it)?(?: in)? {_LANGUAGE}{_END}",
        rf"(?:my|our)(?: preferred)? language is {_LANGUAGE}{_END}",
        rf"(?:only |in |only in )?{_LANGUAGE} (?:only|please|pls|plz)$",
        rf"{_FIRST}{_LANGUAGE} (?:me|mein|mai|में|मे)(?: hi| ही| please| sirf)? {_SPEAK}{_END}",
        rf"{_FIRST}{_LANGUAGE} (?:me|mein|mai|में|मे)(?: hi| ही)? (?:jawab|jawaab|reply|answer|answers|जवाब|उत्तर)(?: hi| ही)? (?:chahiye|chaiye|चाहिए|चाहिये){_END}",
        rf"(?:meri|hamari|मेरी|हमारी) (?:bhasha|language|भाषा) {_LANGUAGE} (?:hai|है){_END}",
        rf"(?:mujhe|hame|hamein|humko|मुझे|हमें) (?:sirf |bas |keval |सिर्फ |बस |केवल )?{_LANGUAGE} (?:hi |ही )?(?:aati|samajh aati|pasand|chahiye|आती|समझ आती|पसंद|चाहिए)(?: hai| है)?{_END}",
    )
)  # fmt: skip


def named(found: re.Match[str]) -> Language:
    """The language that a match of PATTERNS names."""
    return _NAMES[found["language"]]
