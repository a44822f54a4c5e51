"""Impersonation: a name, a picture or a self-description that takes a protected one's place.

Takes: an event's account (name, bio, avatar), and the register ``protected_names``.
Gives: which protected name it resembles, how closely, by which changes, and whether the
    account says that it is something else (parody, fan, critic).
Keeps: the names an account bore in the last seven days, to tell a renaming.
Never: reads what an account posts. A place, a title or a person's name alone resembles
    nobody, and "X watch" or "not X" is not X.
"""

from ombud.signals.impersonation.signal import Impersonation, signal

__all__ = ["Impersonation", "signal"]
