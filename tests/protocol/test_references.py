"""References as people type them."""

import pytest

from protocol.references import invoice_number, order_number, phone_number, ticket_number


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("RS-10241", "RS-10241"), ("rs10241", "RS-10241"), ("mera order rs 10241 kahan hai", "RS-10241"),
        ("ऑर्डर RS-१०२४१ कहाँ है", "RS-10241"), ("10241", "RS-10241"), ("#10241.", "RS-10241"),
        ("where is it", None), ("RS-12", None), ("", None), ("XRS-10241", None),
    ],
)  # fmt: skip
def test_order_numbers(typed, read):
    assert order_number(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("INV/26-27/004512", "INV/26-27/004512"),
        ("inv 26-27 004512", "INV/26-27/004512"),
        ("invoice", None),
        ("004512", None),
    ],
)
def test_invoice_numbers(typed, read):
    assert invoice_number(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"), [("tkt 10482", "TKT-10482"), ("TKT-10482", "TKT-10482"), ("10482", "TKT-10482"), ("tkt", None)]
)
def test_ticket_numbers(typed, read):
    assert ticket_number(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9823012345", "+919823012345"), ("+91 98230 12345", "+919823012345"), ("098230-12345", "+919823012345"),
        ("९८२३०१२३४५", "+919823012345"), ("12345", None), ("98230123456", None), ("call me", None),
    ],
)  # fmt: skip
def test_phone_numbers(typed, read):
    assert phone_number(typed) == read
