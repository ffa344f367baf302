"""What is compared when words are compared."""

import pytest

from retrieval.analysis import normalise, terms
from retrieval.codes import canonical, codes_in, codes_typed


def test_hindi_words_are_not_split_at_their_vowel_signs():
    assert terms("प्रिंटर पासवर्ड") == ["प्रिंटर", "पासवर्ड"]


def test_spellings_of_one_hindi_word_are_one_term():
    assert terms("ज़्यादा पाँच") == terms("ज्यादा पांच")


def test_joiners_and_digits_of_other_scripts_are_normalised():
    assert normalise("पोर्ट\u200d १००४८\u00a0 है") == "पोर्ट 10048 है"


def test_amounts_are_one_number_with_and_without_commas():
    assert terms("₹1,00,000") == terms("100000")


def test_stop_words_of_all_three_languages_are_left_out():
    assert terms("how do I print the bill") == ["print", "bill"]
    assert terms("bill kaise print karu") == ["bill", "print"]
    assert terms("बिल को कैसे प्रिंट करें") == ["बिल", "प्रिंट"]


def test_codes_in_text_are_only_what_is_plainly_a_code():
    text = "See LIC-403, RS-ERR-1042 or 0x80040111; bill INV/26-27/004512; key RSK12-9F4QT-7HW2M; version 12.4, 18% GST, GSTR-1"
    assert codes_in(text) == ("LIC-403", "RS-ERR-1042", "INV/26-27/004512", "GSTR-1", "0X80040111")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("lic403 aa raha hai", "LIC-403"),
        ("Lic 403", "LIC-403"),
        ("rs err 1042", "RS-ERR-1042"),
        ("error 10048 on port", "10048"),
        ("ClassFactory cannot supply", "CLASSFACTORY"),
        ("error code 1042", "ERROR-1042"),
        ("where is RS-10241", "RS-10241"),
    ],
)
def test_codes_are_read_however_they_are_typed(typed, code):
    assert code in codes_typed(typed)


def test_a_catalogue_s_phrases_are_no_codes():
    assert [canonical(code) for code in ("LIC 403", "10048", "ClassFactory", "Duplicate IRN")] == [
        "LIC-403",
        "10048",
        "CLASSFACTORY",
        "",
    ]
