"""How customers say how many stores they have."""

# ruff: noqa: E501  (a pattern is read as a whole)

import re

from customers.numbers import PATTERN, number
from customers.wording import words

_COUNT = rf"(?P<count>{PATTERN})"
_KIND = r"(?:(?:medical|medicine|pharmacy|chemist|retail|wholesale|small|big|different|physical|separate|own|more than one|alag|alag alag|badi|chhoti|chalu|मेडिकल|दवा की|दवाई की|बड़ी|बडी|छोटी|अलग|अलग अलग) )?"
# Not "store managers", "shop computers", "stores' staff": that counts something else.
_NOUN = (
    r"(?:stores?|shops?|outlets?|branch(?:es)?|pharmac(?:y|ies)|locations?|medicals?|dukan(?:e|en|ein|o|on)?|dukaan(?:e|en|ein|o|on)?|"
    r"dookan(?:e|en|ein)?|shopp?e|shaakha(?:ein|yen)?|दुकान(?:ें|े|ो|ों)?|दूकान(?:ें|े)?|स्टोर(?:्स)?|शॉप(?:्स)?|शाखा(?:एं|ए)?|ब्रांच|आउटलेट(?:्स)?|मेडिकल)"
    r"(?! (?:managers?|keepers?|staff|rooms?|owners?|boys?|computers?|pcs?|users?|licen[cs]es?|logins?|people|ids?|plan|edition|worth|wale|wala|ke|ki|ka|me|mein|में|के|की|का|वाले|वाला)(?!\S))"
)
_STORES = rf"{_COUNT}(?: hi| ही)? {_KIND}{_NOUN}"
_NOW = r"(?: (?:now|currently|only|just|about to be|total|in total|altogether|already|right now|a total of|got|a chain of|chain of|all together))?"
_NOW = rf"(?:{_NOW}){{0,2}}"
_MINE = r"(?:hamari|hamare|hamara|humari|humare|humara|hmari|hmare|meri|mere|mera|apni|apne|apna|हमारी|हमारे|हमारा|मेरी|मेरे|मेरा|अपनी|अपने)"
_PLACE = r"(?: [a-z\u0900-\u097f]+ (?:me|mein|mai|में))?"
_LITTLE = (
    r"(?: (?:paas|pas|paas me|ab|abhi|total|kul|kul milakar|sirf|bas|only|yahan|company ki|firm ki|chain ki|group ki|company ke|firm ke|"
    r"पास|अब|अभी|कुल|कुल मिलाकर|सिर्फ|बस|टोटल|यहां|कंपनी की|फर्म की|चेन की))"
)
_ARE = r"(?:hain|hai|hein|he|h|hei|hen|ho gayi hain|ho gayi hai|ho gaye hain|ho gayi|ho gaye|chalti hain|chalti hai|chalte hain|है|हैं|हे|हो गई हैं|हो गई है|हो गए हैं|हो गयी हैं|चलती हैं|चलती है|चलते हैं)"
_I = r"(?:hum|ham|hm|main|mai|me|mein|हम|मैं|मै)(?: log| लोग)?"
_RUN = (
    r"(?:(?:chala|sambhal|dekh|manage kar|run kar|चला|संभाल|देख)(?:t[aei]|ते|ता|ती| rahe| raha| rahi| रहे| रहा| रही) (?:hain|hai|hoon|hun|hu|h|हैं|हूं|है)|"
    r"(?:manage|run) karte hain)"
)
PATTERNS = tuple(
    re.compile(words(pattern))
    for pattern in (
        rf"(?:we|i)(?: now| currently| already| still| also)?(?: have|'ve|'ve got| got| own| run| operate| manage| are running| am running){_NOW} {_STORES}",
        rf"(?:we've|i've)(?: now| currently)?(?: got)?{_NOW} {_STORES}",
        rf"(?:we are|we're|i am|i'm|ours is) (?:now )?(?:a (?:chain|group) (?:of|with) )?{_STORES}",
        rf"(?:our|my) (?:company|firm|pharmacy|business|chain|group|shop|brand)(?: now)? (?:has|runs|owns|operates){_NOW} {_STORES}",
        rf"all (?:of )?(?:our {_STORES}|{_COUNT.replace('count', 'counted')} of our {_NOUN})",
        rf"(?:my |our |the )?(?:total |number of |total number of )(?:stores?|shops?|branches|outlets|dukan|दुकान)(?: now)?(?: is| are| =| :| -|:|=)? {_COUNT}$",
        rf"{_MINE}{_LITTLE}{{0,3}}{_PLACE}{_LITTLE}{{0,2}} {_STORES}{_PLACE}{_LITTLE}? {_ARE}",
        rf"{_STORES}{_PLACE} {_ARE} {_MINE}(?: paas| pas| पास)?",
        rf"{_I}{_LITTLE}{{0,2}}{_PLACE} {_STORES} {_RUN}",
    )
)  # fmt: skip
# "3 stores in Pune and 2 in Mumbai": the first number isn't the whole.
_MORE = re.compile(rf"(?:[a-z\u0900-\u097f]+ ){{0,3}}(?:{PATTERN})(?:$| (?:in|at|more|aur|me|mein|में|और|{_NOUN})(?!\S))")


def goes_on(then: str) -> bool:
    """Whether the next clause counts more of them."""
    return bool(_MORE.match(then))


def count(found: re.Match[str]) -> int:
    """How many a match of PATTERNS says."""
    groups = found.groupdict()
    return number(groups["count"] or groups.get("counted") or "")
