"""The glossary is consistent with itself."""

from __future__ import annotations

from ombud.base.terms import TERMS


def test_each_word_stands_once_and_has_both_languages() -> None:
    """A word has one meaning and a Chinese name of its own."""
    words = [term.word for term in TERMS]
    assert len(set(words)) == len({term.zh for term in TERMS}) == len(words)
    assert all(term.zh and term.means and term.means_zh for term in TERMS)


def test_a_word_is_not_also_forbidden() -> None:
    """What one entry says is never on its own list of words to avoid."""
    assert all(term.word not in term.never for term in TERMS)
