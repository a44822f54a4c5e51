"""What was seen in a stretch of days, as numbers in arrays.

A stretch that is over is frozen: its keys lie sorted in one array, and a look-up is a
binary search. The answers do not depend on what is frozen.
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator

DAYS = 16
"""Days in a stretch."""


class Keys:
    """From a 64-bit key to the numbers of the items that have it."""

    __slots__ = ("_frozen", "_numbers", "_open")

    def __init__(self) -> None:
        self._open: dict[int, int | list[int]] | None = {}
        self._frozen = array("Q")
        self._numbers = array("I")

    def add(self, key: int, number: int) -> None:
        """Note that an item has a key."""
        assert self._open is not None
        known = self._open.get(key)
        if known is None:
            self._open[key] = number
        elif isinstance(known, int):
            self._open[key] = [known, number]
        else:
            known.append(number)

    def get(self, key: int) -> Iterable[int]:
        """Return the items that have a key, in the order they came."""
        if self._open is not None:
            found = self._open.get(key, ())
            return (found,) if isinstance(found, int) else found
        return self._found(key)

    def _found(self, key: int) -> Iterator[int]:
        i = bisect_left(self._frozen, key)
        while i < len(self._frozen) and self._frozen[i] == key:
            yield self._numbers[i]
            i += 1

    def freeze(self) -> None:
        """Put the keys in order; nothing is added from now on."""
        if self._open is None:
            return
        pairs = sorted(
            (key, number)
            for key, found in self._open.items()
            for number in ((found,) if isinstance(found, int) else found)
        )
        self._frozen = array("Q", (key for key, _ in pairs))
        self._numbers = array("I", (number for _, number in pairs))
        self._open = None


class Items:
    """When, where and by whom items were seen: seconds, the post's id, a checksum of the account."""

    __slots__ = ("_ends", "_ids", "_who", "seconds")

    def __init__(self) -> None:
        self.seconds = array("q")
        self._who = array("I")
        self._ends = array("Q")
        self._ids = bytearray()

    def __len__(self) -> int:
        return len(self.seconds)

    def add(self, second: int, post: str, account: str) -> int:
        """Keep one more; return its number."""
        self.seconds.append(second)
        self._who.append(account_sum(account))
        self._ids += post.encode("utf-8", "surrogatepass")[:200]
        self._ends.append(len(self._ids))
        return len(self.seconds) - 1

    def post(self, number: int) -> str:
        """Return the id of the post an item was seen in."""
        start = self._ends[number - 1] if number else 0
        return self._ids[start : self._ends[number]].decode("utf-8", "replace")

    def by(self, number: int, account: str) -> bool:
        """Tell whether an account posted an item (a checksum: wrong once in four thousand million)."""
        return self._who[number] == account_sum(account)


def account_sum(account: str) -> int:
    """Return 32 bits of an account's id; which account it was cannot be read from them."""
    return zlib.crc32(account.encode("utf-8", "surrogatepass"))
