"""Texts and images seen before: where and when first.

Takes: the texts and perceptual hashes (pdq) of posts with an open audience, in (at, id)
    order; the register ``originals``.
Gives: the earliest post of the last year, or the registered original, that shows the same.
Keeps: for a year, numbers only: per text 92 bytes and the post's id, per image 108 bytes and
    the id; no text and no account. The same numbers stand beside each event in the archive, so
    that a restart finds them when the text has expired there; an erasure takes them too.
Never: says that an old picture is a lie: memories, archives and jokes are old too.
"""

from __future__ import annotations

from ombud.signals.recycled.session import Recycled


def signal() -> Recycled:
    """Return the signal; the entry point of ``ombud.signals``."""
    return Recycled()
