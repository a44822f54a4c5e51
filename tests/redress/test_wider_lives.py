"""The random lives of ``test_lives``, wider: rules that label, checks that are withdrawn, clusters.

Beside what holds there: a rule does nothing but label, once for a post, within its quota, and
never under a check that no longer stands; a member of a cluster is decided once or not at all,
and one undo leaves nothing of it, wherever the process died on the way.
"""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from sqlalchemy import event, text

from ombud.base.clock import DAY, FixedClock
from ombud.cases import work
from ombud.redress import answer as answers
from ombud.redress.automatic import switch
from ombud.redress.cluster import known, propose, sample_of
from ombud.redress.clusterplan import preview_cluster
from ombud.redress.clusterwork import confirm_cluster, preview_undo, undo_cluster
from ombud.store import (
    Store,
    Tx,
    automation,
    cases,
    casework,
    decisions,
    findings,
    registers,
    withdrawals,
)


def _load() -> ModuleType:
    place = Path(__file__).with_name("test_lives.py")
    spec = importlib.util.spec_from_file_location("ombud_tests_lives", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


lives = _load()
FIGURES = lives.FIGURES
CHECK = "https://a.example/1"
COPY = "the best shop of the whole town sends you a parcel for nothing today"
TOO_MUCH_BY_RULE = """
SELECT (SELECT count(*) FROM decisions d JOIN measures m ON m.decision_id = d.id
        JOIN clause_versions k ON k.id = d.clause_id JOIN cases c ON c.id = d.case_id
        WHERE d.automatic AND (m.kind <> 'label' OR k.automation <> 'label' OR c.hypothetical))
     + (SELECT count(*) FROM (SELECT c.subject FROM decisions d JOIN cases c ON c.id = d.case_id
        WHERE d.automatic GROUP BY c.code, c.clause, c.subject HAVING count(*) > 1) AS twice)
"""
TAKEN_BACK = """
SELECT count(*) FROM withdrawals w JOIN measures m ON m.decision_id = w.decision_id
WHERE m.reversed_at IS NULL
"""
CLUSTERED = """
SELECT count(*) FROM cluster_members m
LEFT JOIN decisions d ON d.case_id = m.case_id AND NOT d.automatic AND d.replaces IS NULL
WHERE (m.decision_id IS NOT NULL AND m.decision_id <> d.id)
   OR (m.state = 'decided' AND EXISTS (SELECT 1 FROM withdrawals w WHERE w.decision_id = m.decision_id
       AND w.ground = 'cluster'))
   OR (m.state = 'undone' AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.decision_id = m.decision_id)
       AND NOT EXISTS (SELECT 1 FROM appeals a WHERE a.decision_id = m.decision_id
                       AND a.outcome IN ('reversed', 'changed')))
"""


class WiderLives(lives.Lives):  # type: ignore[misc]
    """One store, where rules may label and many cases are decided together."""

    def __init__(self) -> None:
        super().__init__()
        self.cluster: str | None = None
        self.gone = False
        self.check(False)
        self.switch(True)

    @rule(gone=st.booleans())
    def check(self, gone: bool) -> None:
        """Two publishers say that a claim is false, or one of them takes it back."""
        claim = {"claim": "brine cures", "method_published": True, "rating": "false", "verdict": "false"}
        new = [
            registers.NewRow(
                "k", name, None, None, gone and name == "b",
                {**claim, "publisher": name, "url": f"https://{name}.example/1"},
            )
            for name in ("a", "b")
        ]  # fmt: skip
        with self.store.begin() as tx:
            revision = f"{self.run}-{next(self.events)}"
            registers.add(tx, "fact_checks", new, at=1, name="f", sha256="0" * 64, revision=revision)
        self.gone = gone

    @rule(on=st.booleans())
    def switch(self, on: bool) -> None:
        """The operator lets rules label, or stops it."""
        self.attempt(lambda tx: switch(tx, "cc", "9.9", "olga", on, at=self.now))

    @rule(
        account=st.sampled_from(lives.ACCOUNTS),
        posts=st.integers(1, 4),
        hypothetical=st.sampled_from([False, False, True]),
        gone=st.booleans(),
    )
    def repeat(self, account: str, posts: int, hypothetical: bool, gone: bool) -> None:
        """A rule finds that posts repeat the checked claim, on another post or on the same one again.

        Perhaps a publisher takes its check back thereafter.
        """
        self.check(False)
        who = f"{self.run}-{account}"
        with self.store.begin() as tx:
            for i in range(posts):
                post = f"{self.run}-r{i}"
                case = self._found(tx, post, who, "9.9", {"signal.claims.check": CHECK}, hypothetical)
                if case not in self.cases:
                    self.cases.append(case)
        self.tick(False, True)
        if gone:
            self.check(True)
            self.tick(False, True)

    def _found(
        self, tx: Tx, post: str, who: str, clause: str, more: dict[str, Any], past: bool = False
    ) -> str:
        n, severity = next(self.events), {"9.9": 1, "2.1": 2}[clause]
        lead = cases.Lead("post", post, "cc", clause, "1.0.0", 1, severity, self.now - DAY, past)
        ((case, _),) = cases.open_or_join(tx, [lead], self.now)
        key = f"{self.run:08d}{n:08d}".encode()
        row = findings.NewFinding(
            key, f"{self.run}-e{n}", None, n, self.now - DAY, "cc", "copies", "h", clause, "1.0.0", "stable",
            past, {"post.text": COPY, **more}, "post", post, who, post, case,
        )  # fmt: skip
        findings.add_many(tx, [row])
        return case

    @rule(
        often=st.booleans(),
        kind=st.sampled_from(["hint", "disable"]),
        crash=st.none() | st.integers(1, 2_000),
        days=st.integers(0, 8),
    )
    def many(self, often: bool, kind: str, crash: int | None, days: int) -> None:
        """Many cases of one operator are decided by one act; the process may die on the way."""
        if self.cluster is not None or not often:
            return
        with self.store.begin() as tx:
            posts = [f"{self.run}-c{i}" for i in range(31)]
            listed = [self._found(tx, post, post, "2.1", {}) for post in posts]
            self.cluster = propose(tx, "ann", at=self.now, listed=listed).id
            for each in sample_of(tx, known(tx, self.cluster)):
                case = each.member.case_id
                work.claim(tx, case, "ann", version=casework.version(tx, case), at=self.now)
                answers.answer(
                    tx, case, "ann", "applies", version=casework.version(tx, case), at=self.now,
                    findings_=each.member.findings, no_conflict=True,
                )  # fmt: skip
        choice = lives._choice((kind,), 24)
        with self.store.read() as tx:
            shown = preview_cluster(tx, self.cluster, choice, "ann", self.now, FIGURES).digest
        given: dict[str, Any] = {"shown": shown, "clock": FixedClock(self.now), "figures": FIGURES}
        with _dying(self.store, crash):
            confirm_cluster(self.store, self.cluster, choice, "ann", no_conflict=True, **given)
        self.wait(days)

    @rule(days=st.integers(1, 8))
    def wait(self, days: int) -> None:
        """Days pass, each with its quota and a tick."""
        if self.cluster is None:
            return
        for _ in range(days):
            self.now += DAY
            self.tick(False, False)

    @rule(often=st.booleans(), crash=st.none() | st.integers(1, 1_000))
    def undo_many(self, often: bool, crash: int | None) -> None:
        """The cluster is undone by one act, perhaps before all of it was decided."""
        if self.cluster is None or not often:
            return
        cluster = self.cluster
        seen = self.attempt(lambda tx: preview_undo(tx, cluster, "bob", "Wrong."))
        if seen is not None:
            given: dict[str, Any] = {"clock": FixedClock(self.now), "figures": FIGURES}
            with _dying(self.store, crash):
                undo_cluster(self.store, cluster, "bob", "Wrong.", shown=seen.digest, **given)

    def ticked(self) -> None:
        """Labels under a check that no longer stands are gone, and so are their points."""
        with self.store.read() as tx:
            for decision in list(self.model):
                if withdrawals.of_decision(tx, decision) is not None:
                    assert self.model.pop(decision)[1].clause == ("cc", "9.9")
            standing = [decisions.get(tx, found[1]) for found in automation.labelled(tx, 0, 1_000_000)]
            checked = [row for row in standing if row and any(CHECK in str(fact) for fact in row.facts)]
            assert not (self.gone and checked)

    @invariant()
    def nothing_more_by_rule_or_by_the_dozen(self) -> None:
        """Rules label and nothing else; what was taken back is undone; members are decided once."""
        with self.store.read() as tx:
            for wrong in (TOO_MUCH_BY_RULE, TAKEN_BACK, CLUSTERED):
                assert tx.run(text(wrong)).scalar_one() == 0


@contextmanager
def _dying(store: Store, statements: int | None) -> Iterator[None]:
    """Let the process die after so many statements on a store, whatever transactions they are in."""
    left = itertools.count((statements or 0) - 1, -1)

    def count(*_: Any) -> None:
        if next(left) == 0:
            raise lives.Crash

    event.listen(store._engine, "before_cursor_execute", count)
    try:
        with suppress(lives.Crash):
            yield
    finally:
        event.remove(store._engine, "before_cursor_execute", count)


def test_wider_lives_on_sqlite(furnished: Path) -> None:
    """Random lives on SQLite."""
    lives.walk_sqlite(WiderLives, furnished, lives._settings(12, 25))


@pytest.mark.postgres
def test_wider_lives_on_postgresql(postgres_store: Store) -> None:
    """The same on PostgreSQL."""
    lives.walk_postgresql(WiderLives, postgres_store, lives._settings(3, 20))
