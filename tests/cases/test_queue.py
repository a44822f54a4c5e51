"""The queue: a published order, shown with its terms, routed by language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.base.clock import DAY, HOUR
from ombud.cases import language, priority, work
from ombud.cases.errors import CaseError
from ombud.cases.queue import queue
from ombud.store import Store, Tx, cases, casework, findings, open_store, people
from ombud.store.casework import Waiting

NOW = 20_000 * DAY
Open = Callable[..., str]


def finding(case: str | None, evidence: dict[str, Any], n: int = 1) -> findings.NewFinding:
    """Return a finding with evidence on a case."""
    return findings.NewFinding(
        n.to_bytes(16, "big"), f"e{n}", None, n, NOW, "cc", "phone", "h", "4.4", "1.0.0", "stable", False,
        evidence, "post", "p1", "a1", "p1", case,
    )  # fmt: skip


def test_order(store: Store, opener: Open) -> None:
    """Lane, then the formula, then reach, then age; each place comes with its terms and due time."""
    with store.begin() as tx:
        mild = opener(tx, "p1", "2.1", severity=1)
        grave = opener(tx, "p2", "4.4", severity=3)
        far = opener(tx, "p3", "4.4", severity=3)
        danger = opener(tx, "p4", "4.6", severity=4, lane=0)
        work.triage(tx, far, "ann", at=NOW, reach=10_000)
        places = queue(tx, "ann", NOW)
        assert [place.case.id for place in places] == [danger, far, grave, mild]
        assert [part.hours for part in places[1].parts] == [480]
        assert places[0].due_at == NOW + HOUR
        assert not places[0].overdue
        assert queue(tx, "ann", NOW + 2 * HOUR)[0].overdue


def test_whoever_waits_moves_up(store: Store) -> None:
    """A mild case opened long before a graver one stands ahead of it: nothing waits for ever."""
    with store.begin() as tx:
        for at, subject, severity in ((NOW, "old", 1), (NOW + 31 * DAY, "new", 4)):
            lead = cases.Lead("post", subject, "cc", "4.4", "1.0.0", 1, severity, NOW, False)
            cases.open_or_join(tx, [lead], at)
        assert [place.case.subject for place in queue(tx, "ann", NOW)] == ["old", "new"]


def test_routing(store: Store, opener: Open) -> None:
    """A reviewer sees cases in the languages they read, and those in none that is known."""
    with store.begin() as tx:
        zh, en, none = opener(tx, "p1"), opener(tx, "p2"), opener(tx, "p3")
        rows = [finding(zh, {"post.text": "快递电话 13800000000 AB"}, 1)]
        rows += [finding(en, {"post.text": "call 13800000000 at home"}, 2)]
        rows += [finding(none, {"post.text": "13800000000", "n": 5}, 3)]
        findings.add_many(tx, rows)
        assert language.route(tx) == 2
        assert language.route(tx) == 0
        people.save(tx, "bob", ["zh"], NOW)
        assert {p.case.id for p in queue(tx, "bob", NOW)} == {zh, none}
        assert len(queue(tx, "bob", NOW, everything=True)) == 3
    with pytest.raises(CaseError), store.read() as tx:
        queue(tx, "ada", NOW)


def test_mine_and_free(store: Store, opener: Open) -> None:
    """What somebody holds is theirs alone, and out of the others' queue."""
    with store.begin() as tx:
        case, other = opener(tx, "p1"), opener(tx, "p2")
        work.claim(tx, case, "ann", version=1, at=NOW)
        assert [p.case.id for p in queue(tx, "bob", NOW)] == [other]
        assert [p.case.id for p in queue(tx, "ann", NOW, mine=True)] == [case]
        assert len(queue(tx, "bob", NOW, free=False)) == 2


def test_guess() -> None:
    """Language is guessed by script; figures alone tell nothing."""
    assert language.guess(["我的 iPhone 丢了"]) == "zh"
    assert language.guess(["Her name is 李雷"]) == "en"
    assert language.guess(["13800000000", ""]) is None


waiting = st.fixed_dictionaries(
    {
        "lane": st.integers(0, 1),
        "severity": st.integers(1, 4),
        "opened_at": st.integers(0, 4_000_000_000_000_000),
        "findings": st.integers(0, 9),
        "imminence": st.integers(0, 1),
        "vulnerable": st.integers(0, 1),
        "reach": st.integers(0, 5),
        "confidence": st.integers(0, 100),
    }
)


@settings(deadline=None, max_examples=25)
@given(rows=st.lists(waiting, min_size=1, max_size=12))
def test_the_database_computes_the_published_formula(furnished: Any, rows: list[dict[str, int]]) -> None:
    """Rank and order in the database are those of the published formula, after inserts and updates."""
    with open_store(furnished) as store, store.begin() as tx:
        ids = [_case(tx, i, row) for i, row in enumerate(rows)]
        found = [w for w in casework.queue(tx, limit=100) if w.id in ids]
        assert [w.rank for w in found] == [priority.rank(w) for w in found]
        assert [w.id for w in found] == [w.id for w in sorted(found, key=priority.order)]
        tx.connection.rollback()


def _case(tx: Tx, i: int, row: dict[str, int]) -> str:
    lead = cases.Lead(
        *("post", f"h{i}", "cc", "4.4", "1", row["lane"], row["severity"], row["opened_at"], False),
        counts=min(row["findings"], 1),
    )
    ((case, _),) = cases.open_or_join(tx, [lead], row["opened_at"])
    for _ in range(row["findings"] - 1):
        cases.open_or_join(tx, [msgspec.structs.replace(lead, severity=1)], NOW)
    casework.triage(
        tx, case, **{name: row[name] for name in ("imminence", "vulnerable", "reach", "confidence")}
    )
    return case


def test_parts_add_up_to_the_rank() -> None:
    """The terms shown are the whole distance between a case's opening and its place."""
    fields = (1, "c", "post", "p", "cc", "4.4", "1", 1, 4, False, 1_000 * DAY, 7, 1, 1, 0, 83, None, 0, None)
    case = Waiting(*fields)
    assert case.opened_at // HOUR - priority.rank(case) == sum(part.hours for part in priority.parts(case))
    assert all(part.words.zh for part in priority.parts(case))
