"""A present claim to a licence with individual advice, and whether the register shows the licence.

Takes: an event's text, the account's credentials, and the credential register.
Gives: the profession claimed, whether one person is advised, whether the licence is shown.
Keeps: nothing.
Never: says that somebody has no licence; it says that none is shown.
"""

from ombud.signals.credentials.signal import Credentials, measure, signal

__all__ = ["Credentials", "measure", "signal"]
