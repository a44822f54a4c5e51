"""What the rules found."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ombud.base.errors import StoreError
from ombud.store import Store, cases, findings, runs, tree
from ombud.store.findings import NewFinding


def new(i: int, **more: Any) -> NewFinding:
    """Return a finding."""
    base = NewFinding(
        *(i.to_bytes(16, "big"), f"e{i}", "weibo", i, 100 + i, "cc", f"rule-{i % 2}", "hh", "4.4", "1"),
        *("stable", False, {"post.text": "电话\0\ud800"}, "account", f"s{i}", f"a{i}", f"p{i % 3}"),
    )
    return msgspec.structs.replace(base, **more)


def test_kept_exactly(store: Store) -> None:
    """Every field comes back, hostile text too; the run is recorded."""
    hostile = new(1, subject="s\0\ud800" + "长" * 100_000, account="\u241b0000", origin=None, post=None)
    with store.begin() as tx:
        run = runs.start(tx, 1, {}, {})
        assert findings.add_many(tx, [hostile], run) == [True]
        (kept,) = findings.page(tx)
        for name in NewFinding.__struct_fields__:
            assert getattr(kept, name) == getattr(hostile, name)
        assert (kept.n, kept.run, kept.mended_at) == (1, run, None)
        assert findings.get(tx, 1) == kept
        assert findings.get(tx, 2) is None


def test_twice_changes_nothing(store: Store) -> None:
    """A finding with a known key is not new, in the same call or a later one."""
    with store.begin() as tx:
        assert findings.add_many(tx, []) == []
        assert findings.add_many(tx, [new(1), new(2), new(1)]) == [True, True, False]
    with store.begin() as tx:
        assert findings.known(tx, [new(2).key, new(3).key]) == {new(2).key}
        assert findings.add_many(tx, [new(2), new(3)]) == [False, True]
        assert [row.n for row in findings.page(tx)] == [1, 2, 3]


def test_pages_filters_counts(store: Store) -> None:
    """Pages go on after the last number; filters and counts agree."""
    with store.begin() as tx:
        findings.add_many(tx, [new(i) for i in range(1_100)])
        assert [row.event_seq for row in findings.page(tx, rule="rule-1", limit=3)] == [1, 3, 5]
        assert [row.n for row in findings.page(tx, after=1_099)] == [1_100]
        assert findings.count(tx) == 1_100
        assert findings.count(tx, rule="rule-1", hypothetical=False) == 550
        assert findings.count_by_rule(tx) == {("cc", "rule-0"): 550, ("cc", "rule-1"): 550}
        assert findings.count_by_rule(tx, account="a3") == {("cc", "rule-1"): 1}


def test_mend(store: Store) -> None:
    """A finding that no longer holds is marked once, and stays."""
    with store.begin() as tx:
        findings.add_many(tx, [new(i) for i in range(6)])
        mine = findings.of_post(tx, "weibo", "p1")
        assert [row.event_seq for row in mine] == [1, 4]
        assert findings.of_post(tx, None, "p1") == []
        assert findings.mend(tx, [mine[0].key], 500) == 1
        assert findings.mend(tx, [mine[0].key], 600) == 0
        assert [row.event_seq for row in findings.of_post(tx, "weibo", "p1")] == [4]
        assert findings.page(tx)[1].mended_at == 500
        assert len(findings.page(tx, include_mended=False)) == 5


def test_assign_to_a_case(store: Store) -> None:
    """Findings go onto a case that exists, and onto no other."""
    with store.begin() as tx:
        lead = cases.Lead("account", "s", "cc", "4.4", "1", 1, 2, 5, False)
        ((case, _),) = cases.open_or_join(tx, [lead], 9)
        findings.add_many(tx, [new(1), new(2)])
        findings.assign(tx, case, [new(2).key])
        assert [row.event_seq for row in findings.page(tx, case_id=case)] == [2]
    with pytest.raises(StoreError) as caught, store.begin() as tx:
        findings.add_many(tx, [new(3, case_id="c-nothing")])
    assert caught.value.code == "store/constraint"


def test_leaf_hides_and_binds(store: Store) -> None:
    """The leaf of a kept finding is that of the new one, needs the salt, and changes with any field."""
    with store.begin() as tx:
        findings.add_many(tx, [new(1)])
        (kept,) = findings.page(tx)
        assert kept.salt is not None
        leaf = findings.leaf(kept, kept.salt)
        assert leaf == findings.leaf(new(1), findings.salt_of(tx, new(1).key))
        assert leaf != findings.leaf(kept, bytes(16))
        assert leaf != findings.leaf(new(1, evidence={}), kept.salt)
        assert len(tree.merkle_root([leaf])) == 32
