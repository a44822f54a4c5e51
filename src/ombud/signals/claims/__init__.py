"""Claims that were already checked: the published fact-check that a post repeats, or none.

Takes: a post's text; the register ``fact_checks``, as of the post's instant.
Gives: the best matching check older than the post, how many independent publishers with a
    published method agree that the claim is false, statements of public bodies under their
    names, and whether the post asserts the claim or denies or asks.
Keeps: an index of the register's rows.
Never: guesses what is true; lets anybody be a source on claims about itself.
"""

from __future__ import annotations

from ombud.signals.claims.session import Claims


def signal() -> Claims:
    """Return the signal; the entry point of ``ombud.signals``."""
    return Claims()
