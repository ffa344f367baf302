"""Whether a sentence says the opposite of the one it rests on: a "not" on the same word, or a word of the other pole.

Only what stands next to a "not" is compared, so that "free" and "costs nothing", "stays" and "isn't lost" are no contradiction.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from retrieval.analysis import stems, tokens
from retrieval.senses import senses

_NOT_BEFORE = frozenset(
    ("not", "no", "never", "cannot", "neither", "nor", "nobody", "nothing", "none")
)  # what is denied follows
_NOT_AFTER = frozenset(
    ("nahi", "nahin", "nhi", "nahee", "na", "mat", "नहीं", "नही", "न", "मत")
)  # and in Hindi, it stands on both sides
_CONTRACTED = re.compile(
    r"\b(?:ca|wo|do|does|did|is|are|was|were|has|have|had|should|would|could|must)?n['’]t\b", re.IGNORECASE
)
_ANSWER = re.compile(r"(?:^|(?<=[.!?।:;]))\s*(?:no|nahi|nahin|नहीं)\s*[,;:.]", re.IGNORECASE)  # says no to a question
_PARTS = re.compile(r"[,;:।.!?()|]|\b(?:but|because|though|although|lekin|kyonki|isliye)\b|लेकिन|क्योंकि|इसलिए")
# Under a condition, "not" may deny the condition: such sentences are left to the eye.
_CONDITION = re.compile(r"\b(?:without|unless|until|bina|jab tak)\b|बिना|जब तक", re.IGNORECASE)
_THEN = re.compile(
    r"\b(?:(?:is|us)ke (?:baad|pehle)|(?:after|before) (?:that|this)|afterwards)\b|(?:इस|उस)के (?:बाद|पहले)",
    re.IGNORECASE,
)
# Words that only carry the verb: what is denied is behind or before them.
_LIGHT = frozenset(
    (
        "be is are was been being do does did have has had can could may might will would shall should must need needs needed let able allow "
        "allowed possible get gets any anything anyone anybody ever longer more yet also even so it this that "
        "hai hain hota hote hoti ho hua hue hui sakta sakte sakti jaata jaate jaati jata jate jati jaye jaaye ja karna karne karni karein "
        "karta karte karti kar kiya kiye ki padta padti padega zaroorat jaroorat kabhi bhi hi se mein par ko ka ke "
        "है हैं होता होते होती हो हुआ हुए हुई होगा सकता सकते सकती जाता जाते जाती जा जाए जाएगा करना करने करें करता करते करती कर किया किए की "
        "पड़ता पड़ती ज़रूरत जरूरत कभी भी ही से में पर को का के"
    ).split()
)
Word = frozenset[str]


def opposite(claim: str, nearest: str, shown: Sequence[str]) -> bool:
    """Whether `claim` denies what `nearest` says, or says what that one denies; `shown` is all that is cited, sentence by sentence."""
    if _CONDITION.search(claim):
        return False
    plain, denied = _read(claim)
    there, denied_there = _read(nearest)
    if denied and denied_there:
        return False  # "can't be brought back", "don't come back": both deny it, each in words of its own
    everywhere = [_read(sentence) for sentence in shown]
    if len(denied) == 1 and denied[0] and _all_in(denied[0], there):
        return not any(_in(word, group) for _, groups in everywhere for group in groups for word in denied[0])
    if not denied and not _CONDITION.search(nearest):
        groups = [group for group in denied_there if group and _all_in(group, plain)]
        if any(not any(_all_in(group, words) for words, _ in everywhere) for group in groups):
            return True
    return not denied and not denied_there and _other_pole(claim, nearest, " ".join(shown))


def _other_pole(claim: str, nearest: str, shown: str) -> bool:
    said, there, all_there = (frozenset(_plain_stems(_THEN.sub(" ", text))) for text in (claim, nearest, shown))
    for one, other in _poles():
        for ours, theirs in ((one, other), (other, one)):
            if said & ours and not said & theirs and there & theirs and not all_there & ours:
                return True
    return False


def _read(sentence: str) -> tuple[list[Word], list[list[Word]]]:
    """The words of a sentence that aren't denied, and for each "not" those that it denies."""
    text = _CONTRACTED.sub(" not ", _ANSWER.sub(" ", sentence))
    plain: list[Word] = []
    denied: list[list[Word]] = []
    for part in _PARTS.split(text):
        words = tokens(part)
        under: set[int] = set()
        for place, word in enumerate(words):
            if word in _NOT_BEFORE:
                group = _carrying(words, range(place + 1, len(words)), 2 if word == "no" else 1)
                if not group and "possible" in words[place:]:
                    group = [words.index("possible", place)]
            elif word in _NOT_AFTER:
                before = _carrying(words, range(place - 1, -1, -1), 1)
                group = before + _carrying(words, range(place + 1, min(place + 3, len(words))), 1)
            else:
                continue
            under.update(group)
            # "on the server, not on the counter" in Hindi order denies no verb: nothing can be compared with it
            whole = word in _NOT_BEFORE or place + 1 < len(words)
            denied.append([senses(words[one]) for one in group] if whole else [])
        plain += [found for place, word in enumerate(words) if place not in under and (found := senses(word))]
    return plain, denied


def _carrying(words: Sequence[str], places: range, most: int) -> list[int]:
    """The first places with words that carry meaning."""
    return [place for place in places if words[place] not in _LIGHT and senses(words[place])][:most]


def _in(word: Word, others: Sequence[Word]) -> bool:
    return any(word & other for other in others)


def _all_in(group: Sequence[Word], others: Sequence[Word]) -> bool:
    return all(_in(word, others) for word in group)


def _plain_stems(text: str) -> list[str]:
    return stems(tokens(text)) + tokens(text)


@cache
def _poles() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    lines = Path(__file__).with_name("opposites.txt").read_text("utf-8").splitlines()
    sides = [
        [frozenset((*stems(tokens(side)), *tokens(side))) for side in line.split("|")]
        for line in lines
        if line and line[0] != "#"
    ]
    return tuple((one, other) for one, other in sides)
