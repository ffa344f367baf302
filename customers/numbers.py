"""Numbers from 1 to 9,999 as customers write them: digits in either script, and words in English, Hindi and Hinglish."""

_ENGLISH = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
# By value from 1; spellings of one number are joined by "/". Hindi counts to a hundred without a rule: beyond thirty the tens are enough.
_HINDI = (
    "ek/एक do/दो teen/tin/तीन char/chaar/चार panch/paanch/paach/पांच chhe/chhah/chhay/chey/छह/छः/छे saat/सात aath/aat/आठ nau/नौ das/dus/दस "
    "gyarah/gyara/ग्यारह barah/bara/बारह terah/tera/तेरह chaudah/चौदह pandrah/pandra/पंद्रह/पन्द्रह solah/सोलह satrah/सत्रह "
    "atharah/athara/अठारह unnis/उन्नीस bees/bis/बीस ikkis/इक्कीस bais/बाईस teis/तेईस chaubis/चौबीस pachchis/pachis/pachees/पच्चीस "
    "chhabbis/छब्बीस sattais/सत्ताईस atthais/अट्ठाईस untis/उनतीस tees/tis/तीस"
).split()
_HINDI_TENS = {
    40: "chalis/chaalis/चालीस",
    50: "pachas/pachaas/पचास",
    60: "saath/साठ",
    75: "pachattar/पचहत्तर",
    100: "sau/सौ",
}


def _words() -> dict[str, int]:
    words = {word: value for value, word in enumerate(_ENGLISH, start=1)}
    for tens, word in enumerate(_TENS, start=2):
        words[word] = tens * 10
        words |= {
            f"{word}{mark}{unit}": tens * 10 + value for value, unit in enumerate(_ENGLISH[:9], 1) for mark in " -"
        }
    words |= {"a single": 1, "single": 1, "a dozen": 12, "a hundred": 100, "one hundred": 100, "hundred": 100}
    for value, spellings in [*enumerate(_HINDI, start=1), *_HINDI_TENS.items()]:
        words |= dict.fromkeys(spellings.split("/"), value)
    return words


WORDS = _words()
# Longest first, so that "twenty five" isn't read as twenty.
PATTERN = "[1-9][0-9]{0,3}|" + "|".join(sorted(WORDS, key=len, reverse=True))


def number(text: str) -> int:
    """The value of what PATTERN found, in ASCII digits or lower-case words."""
    return int(text) if text.isdigit() else WORDS[text]
