"""Private data in a text, and whose it is.

Takes: an event's text, and the author's name and bio.
Gives: kinds of private data, the first value of each, whose they are, and their places.
Keeps: nothing.
Never: looks a number, name or address up anywhere; asks who the person is.
"""

from ombud.signals.private_info.signal import PrivateInfo, measure, signal

__all__ = ["PrivateInfo", "measure", "signal"]
