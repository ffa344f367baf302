"""Amounts as they are written in India."""

from decimal import Decimal


def rupees(amount: Decimal) -> str:
    """₹1,23,456.50: grouped by lakh and crore, paise only where there are any."""
    sign = "-" if amount < 0 else ""
    whole, _, paise = f"{abs(amount):.2f}".partition(".")
    head, tail = whole[:-3], whole[-3:]
    groups: list[str] = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return f"{sign}₹{','.join([*groups, tail])}" + (f".{paise}" if paise != "00" else "")
