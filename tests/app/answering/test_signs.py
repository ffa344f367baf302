"""A "not" on the same word is a contradiction; another way to say the same isn't."""

import pytest

from answering.signs import opposite


@pytest.mark.parametrize(
    ("claim", "shown"),
    [
        ("Billing cannot go on during a backup.", "Billing can go on during a backup."),
        ("Selling an expired batch is possible.", "Selling an expired batch is not possible."),
        ("Refund manzoor hone par licence band nahi hota.", "Manzoor hone par licence band ho jaata hai."),
        (
            "Bill mein points use karne par Loyalty line mein balance nahi dikhta.",
            "The line Loyalty shows the balance.",
        ),
        ("महीने के अंत में वॉलेट का पैसा ख़त्म हो जाता है।", "वॉलेट का पैसा ख़त्म नहीं होता।"),
        ("OTP की पुष्टि नहीं होती।", "OTP की पुष्टि होती है।"),
        ("The money is set against the newest bills first.", "The money is set against the oldest bills first."),
        ("रिपोर्ट बैकअप के बाद बनती है।", "The report is made before the backup."),
        ("Label printer chalu rakhein.", "लेबल प्रिंटर बंद रखें।"),
    ],
)
def test_the_opposite_is_seen(claim, shown):
    assert opposite(claim, shown, [shown])


@pytest.mark.parametrize(
    ("claim", "shown"),
    [
        ("Two releases cost nothing.", "2 releases a year are free."),
        ("The GST of the bill stays as it is.", "The GST on the bill does not change."),
        ("लाइसेंस चालू है तो बैलेंस बना रहता है।", "लाइसेंस चालू रहने तक बैलेंस ख़त्म नहीं होता।"),
        ("No; on Sunday support is open from 10:00.", "Sunday: support is open from 10:00."),
        ("डिलीट नहीं, टिक हटाकर सेव करें।", "यूज़र को डिलीट न करें, टिक हटाकर सेव करें।"),
        ("यह काउंटर PC पर नहीं, सर्वर PC पर करना होता है।", "Do it on the server PC, not on a counter PC."),
        ("Purana bill mat badlein.", "पुराना बिल न बदलें।"),
        ("An expired batch can't be sold.", "Selling an expired batch is not possible."),
        ("Iske baad licence band ho jaata hai.", "Licence band ho jaata hai, isliye pehle backup lein."),
        ("Write the number without spaces.", "No spaces in the number."),
    ],
)
def test_another_way_to_say_it_is_none(claim, shown):
    assert not opposite(claim, shown, [shown])


def test_what_another_sentence_shown_says_is_no_contradiction():
    shown = ["The old PC is dead.", "Activate it on the new PC."]
    assert not opposite("Release the old PC.", shown[1], shown)
