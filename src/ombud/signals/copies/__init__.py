"""Copies: how many posts of a rolling day say the same, or fill in the same frame.

Takes: posts, comments, reposts and edits with an open audience, in (at, id) order; the
    registers ``alerts`` and ``originals``.
Gives: sizes, accounts, first instant and span of a post's *cluster* (the same facts, evasive
    edits ignored; another number, name or place is another text) and of its *template* (the
    same frame, varied slots), and whether the text is a registered one.
Keeps: two UTC days of texts by their sketch; all of it can be rebuilt from the archive.
Never: says that sameness is wrong: petitions and alerts are copies too.
"""

from __future__ import annotations

from ombud.signals.copies.session import Copies


def signal() -> Copies:
    """Return the signal; the entry point of ``ombud.signals``."""
    return Copies()
