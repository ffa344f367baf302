"""Amounts as they are written in India."""

from decimal import Decimal

import pytest

from protocol.amounts import rupees


@pytest.mark.parametrize(
    ("amount", "written"),
    [("0", "₹0"), ("999", "₹999"), ("1000", "₹1,000"), ("123456.5", "₹1,23,456.50"), ("-12345678", "-₹1,23,45,678")],
)
def test_rupees(amount, written):
    assert rupees(Decimal(amount)) == written
