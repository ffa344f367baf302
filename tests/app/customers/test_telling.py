"""Facts as values, as words, and as what a customer wants forgotten."""

from datetime import UTC, datetime

import pytest

from customers.erasing import named
from customers.facts import NAMES, Facts
from customers.telling import name_of, tell

FACTS = Facts("Premium", 3, "hinglish")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "- Product: Premium\n- Stores: 3 (since 05-11-2026)\n- Language: Hinglish"),
        ("hi", "- प्रोडक्ट: Premium\n- दुकानें: 3 (05-11-2026 से)\n- भाषा: हिंग्लिश"),
        ("hinglish", "- Product: Premium\n- Dukaanein: 3 (05-11-2026 se)\n- Bhasha: Hinglish"),
    ],
)
def test_facts_are_told_in_the_customers_language(language, told):
    assert tell(FACTS, language, {"stores": datetime(2026, 11, 5, tzinfo=UTC)}) == told
    assert name_of(NAMES, language).count(", ") == 2


def test_values_come_back_and_what_can_not_be_a_fact_does_not():
    assert Facts.read(FACTS.values()) == FACTS
    assert Facts.read({"stores": "0", "language": "fr", "admin": "yes"}) == Facts()
    assert Facts.read({"stores": "9" * 5_000}) == Facts.read(None) == Facts.read([1]) == Facts()


def test_newer_facts_replace_and_others_stay():
    assert FACTS.updated(Facts(stores=5)) == Facts("Premium", 5, "hinglish")
    assert FACTS.only(["stores"]) == Facts(stores=3)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("forget me", NAMES),
        ("/forget_my_facts", NAMES),
        ("forget my stores", ("stores",)),
        ("forget everything about my shop", NAMES),
        ("erase the plan and the language you noted", ("product", "language")),
        ("mujhe bhool jao", NAMES),
        ("meri dukaanein bhool jao", ("stores",)),
        ("mera plan mita do", ("product",)),
        ("meri dukaan ka sab bhool jao", NAMES),
        ("मुझे भूल जाओ", NAMES),
        ("मेरी दुकानें भूल जाओ", ("stores",)),
        ("मेरा एडिशन और मेरी भाषा मिटा दो", ("product", "language")),
        ("मेरे बारे में सब मिटा दो", NAMES),
    ],
)
def test_what_shall_be_forgotten(text, names):
    assert named(text) == names
