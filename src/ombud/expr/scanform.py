"""The one form in which the prefilter compares texts and literals."""

from __future__ import annotations


def scan_form(text: str) -> str:
    """Return the form in which texts and literals meet: full case folding, and İ as i.

    It maps sign by sign, and ``x``, ``lower(x)`` and every sign RE2 holds equal to one of
    ``x`` under ``(?i)`` have the same scan form (a test runs through all of Unicode); so
    what is in a text is in its scan form.
    """
    if text.isascii():
        return text.lower()
    return (text.replace("İ", "i") if "İ" in text else text).casefold()
