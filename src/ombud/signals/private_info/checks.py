"""Checksums and ranges of numbers.

Sources: GB 11643-1999 (identity numbers, ISO 7064 MOD 11-2), ISO/IEC 7812 (Luhn and the
first digits of card networks), the Chinese numbering plan (mobiles 13x to 19x; area codes).
"""

from __future__ import annotations

import re
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MARKS = "10X98765432"
_NETWORKS = re.compile(
    r"62\d{14,17}|60[0-9]{14,17}|4\d{15}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|3[47]\d{13}|35[2-8]\d{13}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}"
)
"""UnionPay, debit cards of Chinese banks, Visa, Mastercard, Amex, JCB, Discover, Diners."""

_CUED = re.compile(r"[2-6]\d{11,18}")
"""What else may be a card where the text calls it one (Maestro, old Visa, domestic ranges)."""


def luhn(number: str) -> bool:
    """Tell whether digits pass the Luhn test."""
    total = 0
    for i, char in enumerate(reversed(number)):
        value = int(char) * (1 + i % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def born(eight: str) -> bool:
    """Tell whether ``YYYYMMDD`` is a day on which a holder of a number can be born."""
    try:
        day = date(int(eight[:4]), int(eight[4:6]), int(eight[6:]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= day <= date(2100, 1, 1)


def chinese_id(number: str) -> bool:
    """Tell whether 18 characters are a Chinese identity number: a birthday and the check character."""
    if not born(number[6:14]):
        return False
    total = sum(int(c) * w for c, w in zip(number[:17], _WEIGHTS, strict=True))
    return _MARKS[total % 11] == number[17].upper()


def bank_card(number: str, *, cued: bool) -> bool:
    """Tell whether digits are a card number: a network's range and the Luhn test."""
    if len(set(number)) < 3 and not number.startswith("62"):
        return False
    return (_CUED if cued else _NETWORKS).fullmatch(number) is not None and luhn(number)
