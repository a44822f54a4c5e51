"""``lower`` is the simple case map of the shipped table."""

from __future__ import annotations

from ombud.expr.lowercase import lower, table


def test_lower_has_no_context_and_no_expansions() -> None:
    """İ becomes i, a final sigma is no exception, and lengths never change."""
    assert lower("İSTANBUL") == "istanbul"
    assert lower("ΑΣ ΑΣ") == "ας ας".replace("ς", "σ")
    assert lower("ẞ\u212aſ") == "ßkſ"
    everything = "".join(chr(i) for i in range(0x20000) if not 0xD800 <= i < 0xE000)
    assert len(lower(everything)) == len(everything)


def test_lower_twice_changes_nothing() -> None:
    """No lower-case letter of the table has a lower case of its own."""
    assert not set(table().values()) & set(table())


def test_both_ways_through_lower_agree() -> None:
    """Texts with and without the signs that Python maps otherwise give the same letters."""
    letters = "".join(chr(i) for i in table() if i != 0x130 and i != 0x3A3)
    assert lower(letters) + "iσ" == lower(letters + "İΣ")
    assert lower("ABC é" + "Σ") == "abc éσ"
