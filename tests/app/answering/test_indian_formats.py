"""₹12,34,567 and 02-09-2026, and nothing that is no amount or date is touched."""

import pytest

from answering.indian_formats import grouped, indian


@pytest.mark.parametrize(
    ("written", "indian_way"),
    [
        ("It costs ₹1234567 a year.", "It costs ₹12,34,567 a year."),
        ("It costs ₹1,234,567.50 [1].", "It costs ₹12,34,567.50 [1]."),
        ("Rs. 25488 lagenge.", "₹25,488 lagenge."),
        ("INR 500000", "₹5,00,000"),
        ("a list of 1,200,000 medicines", "a list of 12,00,000 medicines"),
        ("released on 2026-09-02.", "released on 02-09-2026."),
        ("क़ीमत ₹100000 है।", "क़ीमत ₹1,00,000 है।"),
    ],
)
def test_amounts_and_dates_are_written_the_indian_way(written, indian_way):
    assert indian(written) == indian_way
    assert indian(indian_way) == indian_way


@pytest.mark.parametrize(
    "text",
    [
        "₹7,200 and ₹1,20,000 and ₹500",
        "Invoice INV/26-27/004512 of order RS-10241",
        "Error 0x80070643, DB-1005, port 10048, phone 020-4567-8900",
        "RS_SHOP_2026-10-08_2130.rsbak",
        "`2026-09-02` in C:\\logs\\2026-09-02",
        "50000 rows at 10:30 in version 12.4",
        "Dates as DD-MM-YYYY, 31-08-2027",
    ],
)
def test_codes_paths_and_what_is_right_stay(text):
    assert indian(text) == text


def test_digits_are_grouped_in_lakh_and_crore():
    assert [grouped(number) for number in ("1", "999", "1000", "100000", "12345678")] == [
        "1",
        "999",
        "1,000",
        "1,00,000",
        "1,23,45,678",
    ]
