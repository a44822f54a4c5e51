"""A misspelt word is answered with the word that was meant."""

from __future__ import annotations

from ombud.base.nearest import did_you_mean, nearest


def test_the_nearest_name_is_offered() -> None:
    """A swapped letter still finds its word; nonsense finds nothing."""
    assert nearest("acount", ["account", "post"]) == "account"
    assert nearest("zzzzzz", ["account", "post"]) is None
    assert did_you_mean("psot", ["account", "post"]) == "did you mean 'post'?"


def test_hostile_words_cost_little() -> None:
    """Only the start of a very long word is compared."""
    assert nearest("a" * 1_000_000, ["account"]) is None
