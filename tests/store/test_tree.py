"""The Merkle tree against RFC 9162's recursive definition and published vectors."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.store import tree

# Test data of the Certificate Transparency project, in use since RFC 6962.
VECTORS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
sizes = st.integers(1, 70)


def naive_root(entries: list[bytes]) -> bytes:
    """MTH of RFC 9162, section 2.1.1, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


def naive_path(m: int, entries: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(entries) == 1:
        return []
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m < k:
        return [*naive_path(m, entries[:k]), naive_root(entries[k:])]
    return [*naive_path(m - k, entries[k:]), naive_root(entries[:k])]


def naive_subproof(m: int, entries: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1."""
    if m == len(entries):
        return [] if whole else [naive_root(entries)]
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m <= k:
        return [*naive_subproof(m, entries[:k], whole), naive_root(entries[k:])]
    return [*naive_subproof(m - k, entries[k:], False), naive_root(entries[:k])]


def leaves(n: int) -> list[bytes]:
    """Return n different entries."""
    return [b"entry %d" % i for i in range(n)]


def node_of(entries: list[bytes]) -> tree.Node:
    """Return the look-up of perfect subtrees."""
    return lambda level, index: naive_root(entries[index << level : (index + 1) << level])


def test_known_vectors() -> None:
    """The roots over the well-known test data are the published ones."""
    for n in range(1, 9):
        assert tree.merkle_root(VECTORS[:n]).hex() == ROOTS[n - 1]
    assert tree.merkle_root([]) == sha256(b"").digest() == tree.EMPTY_ROOT


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_root_is_the_recursive_definition(entries: list[bytes]) -> None:
    """Growing leaf by leaf gives the root of the recursive definition."""
    assert tree.merkle_root(entries) == naive_root(entries)


@given(sizes)
def test_append_completes_the_right_subtrees(n: int) -> None:
    """What an append completes are the perfect subtrees that end with it, level 1 first."""
    entries, grown = leaves(n), tree.Frontier()
    for i, entry in enumerate(entries):
        grown, nodes = grown.append(tree.leaf_hash(entry))
        spans = [2**level for level in range(1, len(nodes) + 1)]
        assert list(nodes) == [naive_root(entries[i + 1 - span : i + 1]) for span in spans]
        assert (i + 1) % 2 ** (len(nodes) + 1) != 0
    places = tree.frontier_places(n)
    assert list(grown.hashes) == [node_of(entries)(level, index) for level, index in places]


@given(sizes, st.data())
def test_inclusion_proofs(n: int, data: st.DataObject) -> None:
    """A proof is the RFC's path; it holds for its leaf and for no other leaf, place or root."""
    entries = leaves(n)
    m = data.draw(st.integers(0, n - 1))
    path = tree.inclusion_proof(m, n, node_of(entries))
    root, leaf = naive_root(entries), tree.leaf_hash(entries[m])
    assert path == naive_path(m, entries)
    assert tree.verify_inclusion(leaf, m, n, path, root)
    assert not tree.verify_inclusion(tree.leaf_hash(b"other"), m, n, path, root)
    assert not tree.verify_inclusion(leaf, m, n, path, sha256(root).digest())
    assert not tree.verify_inclusion(leaf, m, n, [*path, root], root)
    assert not tree.verify_inclusion(leaf, n, n, path, root)
    if path:
        assert not tree.verify_inclusion(leaf, m, n, path[:-1], root)
        assert not tree.verify_inclusion(leaf, m ^ 1, n, path, root)


@given(sizes, st.data())
def test_consistency_proofs(new: int, data: st.DataObject) -> None:
    """A proof is the RFC's; it holds for its two roots and for no others."""
    entries = leaves(new)
    old = data.draw(st.integers(1, new))
    path = tree.consistency_proof(old, new, node_of(entries))
    roots = naive_root(entries[:old]), naive_root(entries)
    assert path == naive_subproof(old, entries, True)
    assert tree.verify_consistency(old, new, path, *roots)
    other = sha256(roots[1]).digest()
    assert not tree.verify_consistency(old, new, path, other, roots[1])
    assert not tree.verify_consistency(old, new, path, roots[0], other) or old == new
    assert not tree.verify_consistency(old, new, [*path, other], *roots)
    if path:
        assert not tree.verify_consistency(old, new, path[:-1], *roots)


@settings(max_examples=50)
@given(st.integers(0, 80), st.integers(0, 80), st.lists(st.binary(min_size=32, max_size=32), max_size=8))
def test_verification_takes_anything(a: int, b: int, path: list[bytes]) -> None:
    """Random numbers and paths are answered with no, never with an error."""
    leaf, root = tree.leaf_hash(b""), sha256(b"root").digest()
    assert not tree.verify_inclusion(leaf, a, b, path, root)
    assert not tree.verify_consistency(a, b, path, leaf, root)


def test_no_such_proof() -> None:
    """Asking for a leaf or a tree that does not exist is refused."""
    import pytest

    for wrong in (
        lambda: tree.inclusion_proof(3, 3, node_of(leaves(3))),
        lambda: tree.consistency_proof(0, 3, node_of(leaves(3))),
    ):
        with pytest.raises(ValueError, match="no "):
            wrong()
