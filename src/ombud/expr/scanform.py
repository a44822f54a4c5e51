"""The one form in which the prefilter compares texts and literals."""

from __future__ import annotations

import re


def scan_form(text: str) -> str:
    """Return the form in which texts and literals meet: full case folding, and İ as i.

    It maps sign by sign, and ``x``, ``lower(x)`` and every sign RE2 holds equal to one of
    ``x`` under ``(?i)`` have the same scan form (a test runs through all of Unicode); so
    what is in a text is in its scan form.
    """
    if text.isascii():
        return text.lower()
    return (text.replace("İ", "i") if "İ" in text else text).casefold()


SPACE = frozenset("\t\n\f\r ")
"""What ``\\s`` means to RE2."""

_RUN = re.compile("[\t\n\f\r ]+")
_BYTES_RUN = re.compile(b" {2,}")
_TO_SPACE = bytes.maketrans(b"\t\n\f\r", b"    ")


def even(literal: str) -> str:
    """Return the literal with every run of space as one space sign."""
    return _RUN.sub(" ", literal)


def even_bytes(data: bytes) -> bytes:
    """Return UTF-8 with every run of space as one space sign.

    What holds a literal holds ``even(literal)`` after this, and words that a pattern
    joins by ``\\s+`` stand side by side with one space between.
    """
    plain = data.translate(_TO_SPACE)
    return _BYTES_RUN.sub(b" ", plain) if b"  " in plain else plain
