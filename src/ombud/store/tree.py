"""The Merkle tree of RFC 9162 (Certificate Transparency 2.0), as pure functions.

Source of the two prefixes and of every algorithm: RFC 9162, section 2.1. A leaf's hash is
SHA-256 over 0x00 and the entry, a node's over 0x01 and its two children; the tree
over no entries has the hash of the empty string.

A tree that only grows is known by its *frontier*: the hashes of the perfect subtrees it
splits into, the largest first. Appending completes, besides the leaf, one subtree for
each trailing one-bit of the size before; keeping those with the leaf makes every
proof a matter of a few look-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]
"""(level, index) -> hash of the perfect subtree over leaves index * 2**level onwards."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of an entry."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of ``size`` leaves: one hash for each one-bit of the size, the largest subtree first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> tuple[Frontier, tuple[bytes, ...]]:
        """Return the tree with one more leaf (given by its hash), and the inner nodes it completed."""
        hashes, completed, size = list(self.hashes), [], self.size
        node = leaf
        while size & 1:
            node = node_hash(hashes.pop(), node)
            completed.append(node)
            size >>= 1
        hashes.append(node)
        return Frontier(self.size + 1, tuple(hashes)), tuple(completed)

    def root(self) -> bytes:
        """Return the tree's root."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            root = node_hash(left, root)
        return root


def frontier_places(size: int) -> list[tuple[int, int]]:
    """Return (level, index) of the perfect subtrees that a tree of a size splits into, largest first."""
    places, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            places.append((level, start >> level))
            start += 1 << level
    return places


def merkle_root(entries: Iterable[bytes]) -> bytes:
    """Return the root over entries (hashed as leaves here)."""
    tree = Frontier()
    for entry in entries:
        tree, _ = tree.append(leaf_hash(entry))
    return tree.root()


def _split(n: int) -> int:
    """Return the largest power of two below n (n > 1)."""
    return 1 << ((n - 1).bit_length() - 1)


def _subtree(start: int, end: int, node: Node) -> bytes:
    """Return the hash over leaves start to end, where start is a multiple of the split's size."""
    count = end - start
    level = count.bit_length() - 1
    if count == 1 << level:
        return node(level, start >> level)
    middle = start + _split(count)
    return node_hash(_subtree(start, middle, node), _subtree(middle, end, node))


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Return the path that shows leaf ``index`` to be in the tree of ``size`` leaves (RFC 9162, 2.1.3.1).

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} has no leaf {index}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_subtree(middle, end, node))
            end = middle
        else:
            path.append(_subtree(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Return the path that shows the tree of ``old`` leaves to begin that of ``new`` (RFC 9162, 2.1.4.1).

    Raises:
        ValueError: not 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError(f"no proof leads from a tree of {old} to one of {new}")
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_subtree(middle, end, node))
            end = middle
        else:
            path.append(_subtree(start, middle, node))
            start, whole = middle, False
    if not whole:
        path.append(_subtree(start, end, node))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether a path shows the leaf (its hash) at an index under a root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and r == root


def verify_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Return whether a path shows that one tree begins the other (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = steps[0]
    for c in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, c)
        fn >>= 1
        sn >>= 1
    return sn == 0 and fr == old_root and sr == new_root
