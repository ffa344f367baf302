"""Facts that customers tell of themselves, by rules: a statement in the first person is taken, everything else is not.

A fact that is missed can be told again; one that is made up would be repeated for years. So a clause must begin with the statement (little
words before it are fine), and it must not ask, suppose, wish, deny or speak of somebody else.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from customers import language, product, stores
from customers.facts import Facts
from customers.wording import Clause, clauses, words
from protocol.tenants import Tenant

T = TypeVar("T")
# All that may stand before a statement in its clause.
_BEFORE = re.compile(
    r"(?:(?:hi|hii|hello|hey|dear|sir|madam|mam|maam|bhai|bhaiya|ji|sahayak|team|yes|yeah|yep|ok|okay|well|actually|now|currently|presently|"
    r"right|today|also|please|pls|plz|kindly|no|correction|sorry|btw|fyi|note|remember|save|keep|mind|in|that|this|for|the|record|info|information|"
    r"your|just|we|here|there|by|way|as|of|"
    r"haan|han|ha|haanji|namaste|namaskar|dekhiye|dekho|suniye|suno|abhi|ab|aaj|kal|actually|waise|vaise|to|toh|yaad|rakhna|rakho|rakhiye|rakhein|"
    r"note|karo|kar|lo|lijiye|ki|nahi|nahin|galat|matlab|accha|acha|theek|hai|aage|se|hamesha|"
    r"हां|जी|नमस्ते|नमस्कार|भाई|सर|मैडम|देखिए|सुनिए|अभी|अब|आज|वैसे|तो|याद|रखना|रखिए|रखें|नोट|कर|करो|लो|लीजिए|कीजिए|कि|नहीं|नही|गलत|मतलब|"
    r"ठीक|है|अच्छा|कृपया|प्लीज|आगे|से|हमेशा)(?: |$))*"
)
_MARKS = re.compile(r"[=:/.-]+(?= |$)")
# Right after it: a question, a denial, a part of the whole, or what is only to come.
_AFTER = re.compile(
    r"(?:not(?! \d)\b|or not|if\b|right$|correct$|no$|or (?:more|so|less)|he\b|she\b|they\b|said|says|to open|opening|planned|closed|"
    r"kya\b|na$|nahi|nahin|nhi|mat\b|ya nahi|hai na|bola|kaha|bata|to (?:kya|kaise|kitna|kaun)|hoti|hote|hota|hogi|honge|hoga|"
    r"क्या|ना$|नहीं|नही|मत|बोला|कहा|तो (?:क्या|कैसे|कितना|कौन)|होती|होते|होता|होगी|होंगे|होगा)"
)
_ASKING = re.compile(
    words(
        "how", "what", "which", "where", "when", "why", "who", "can", "do", "does", "is", "are", "should", "will",
        "kaise", "kese", "kya", "kaun", "kaunsa", "kitna", "kitne", "kitni", "kahan", "kab", "kyun", "kyu",
        "कैसे", "क्या", "कौन", "कितना", "कितने", "कितनी", "कहां", "कब", "क्यों",
    )
)  # fmt: skip


def recognise(text: str, tenant: Tenant) -> Facts:
    """What a customer states of themself in one message; products are those that the tenant's file names.

    Two values for one fact in one message are none: "3 stores" and "5 stores" can't both be so.
    """
    said = list(clauses(text))
    whole = [clause for clause in said if not stores.goes_on(clause.then)]
    return Facts(
        product=_only(said, product.patterns(tenant), partial(product.name, tenant=tenant)) or "",
        stores=_only(whole, stores.PATTERNS, stores.count) or 0,
        language=_only(said, language.PATTERNS, language.named),
    )


def _only(said: Sequence[Clause], patterns: Sequence[re.Pattern[str]], value: Callable[[re.Match[str]], T]) -> T | None:
    values = {value(found) for clause in said if clause.real for found in _stated(clause, patterns)}
    return values.pop() if len(values) == 1 else None


def _stated(clause: Clause, patterns: Sequence[re.Pattern[str]]) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        found = pattern.search(clause.text)
        if found is None or not _BEFORE.fullmatch(_MARKS.sub("", clause.text[: found.start()])):
            continue
        after = clause.text[found.end() :].strip()
        if _AFTER.match(after) or (clause.asks and not _ASKING.search(after)):
            continue
        yield found
