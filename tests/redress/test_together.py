"""Several people at the same moment: one of them wins, and the others are told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ombud.base.errors import OmbudError
from ombud.cases import work
from ombud.redress.appeal import file_appeal
from ombud.redress.decide import decide, preview
from ombud.redress.judge import reverse
from ombud.store import Store, appeals, decisions, ledger, measures


def together(store: Store, acts: list[Any]) -> list[str]:
    """Run acts at once, each in its own transaction; return how each one ended."""

    def run(act: Any) -> str:
        try:
            with store.begin() as tx:
                act(tx)
        except OmbudError as problem:
            return problem.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_claims(store: Store, life: Any) -> None:
    """Of several who claim one case, one gets it."""
    with store.begin() as tx:
        case = life.case(tx)
    ended = together(
        store,
        [lambda tx, p=p: work.claim(tx, case, p, version=1, at=life.now) for p in ("ann", "bob", "zoe")],
    )
    assert ended == ["cases/stale-version", "cases/stale-version", "done"]


def test_one_decision_confirmed_many_times(store: Store, life: Any) -> None:
    """Of several confirmations of one decision, one is written."""
    with store.begin() as tx:
        made = life.answered(tx, life.case(tx))
        choice = life.choice("disable")
        shown = preview(tx, made, choice, life.now).digest
    act = [lambda tx: decide(tx, made, choice, "ann", shown=shown, at=life.now)] * 4
    assert together(store, act) == ["cases/closed"] * 3 + ["done"]
    with store.read() as tx:
        assert decisions.count(tx) == 1
        assert len(measures.of_account(tx, "a1")) == 1
        assert ledger.check(tx)


def test_appeals(store: Store, life: Any) -> None:
    """Of several appeals against one notice one is filed; of several answers one is given."""
    with store.begin() as tx:
        notice = life.whole(tx, "disable").notice
    filed = together(store, [lambda tx: file_appeal(tx, notice, "no", at=life.now)] * 3)
    assert filed == ["done", "redress/already-appealed", "redress/already-appealed"]
    with store.read() as tx:
        (appeal,) = appeals.page(tx)
    given = {"at": life.now, "no_conflict": True}
    ended = together(store, [lambda tx, p=p: reverse(tx, appeal.id, p, "x", **given) for p in ("ada", "zoe")])
    assert ended == ["done", "redress/answered"]
