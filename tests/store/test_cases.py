"""One open case for each subject and clause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import event, update

from ombud.store import Store, cases
from ombud.store.cases import Lead
from ombud.store.tables.core import cases as table


def lead(subject: str = "s", at: int = 5, **more: Any) -> Lead:
    """Return what brings a finding to a case."""
    return msgspec.structs.replace(Lead("account", subject, "cc", "4.4", "1", 1, 2, at, False), **more)


def close(store: Store, case: str) -> None:
    """Close a case as a decision would."""
    with store.begin() as tx:
        tx.run(update(table).where(table.c.id == case).values(state=cases.CLOSED))


def test_open_then_join(store: Store) -> None:
    """Leads to one subject and clause share a case, in one call and later; others get their own."""
    with store.begin() as tx:
        assert cases.open_or_join(tx, [], 9) == []
        leads = [lead(at=7), lead("t"), lead(at=3), lead(clause="4.5"), lead(subject_kind="post")]
        (a, new), (b, _), (c, again), (d, _), (e, _) = cases.open_or_join(tx, leads, 9)
        assert a == c
        assert (new, again) == (True, True)
        assert len({a, b, d, e}) == 4
    with store.begin() as tx:
        worse = lead(at=20, lane=0, severity=4, clause_version="2")
        assert cases.open_or_join(tx, [worse], 99) == [(a, False)]
        case = cases.get(tx, a)
        assert case is not None
        assert (case.findings, case.first_at, case.last_at, case.opened_at) == (3, 3, 20, 9)
        assert (case.lane, case.severity, case.clause_version, case.state) == (0, 4, "1", cases.OPEN)
        assert cases.history(tx, a) == [cases.Entry(1, 9, "opened", {"findings": 2})]


def test_hypothetical_stays_apart(store: Store) -> None:
    """A real finding never joins a case that no decision may follow from."""
    with store.begin() as tx:
        ((a, _), (b, _)) = cases.open_or_join(tx, [lead(hypothetical=True), lead()], 9)
        assert a != b
        assert [case.id for case in cases.page(tx, hypothetical=True)] == [a]


def test_a_closed_case_is_not_joined(store: Store) -> None:
    """After closing, the next lead opens a second case of its own name."""
    with store.begin() as tx:
        ((first, _),) = cases.open_or_join(tx, [lead()], 9)
    close(store, first)
    with store.begin() as tx:
        ((second, new),) = cases.open_or_join(tx, [lead()], 10)
        assert new
        assert second != first
        assert cases.open_or_join(tx, [lead()], 11) == [(second, False)]
        assert cases.count_by_state(tx) == {"closed": 1, "open": 1}


def test_names_repeat(reopen: Callable[[], Store]) -> None:
    """A case's name follows from subject, clause, ordinal and the store's salt: a rerun gives the same."""
    store = reopen()
    with store.begin() as tx:
        ((expected, _), _) = cases.open_or_join(tx, [lead(), lead("t")], 9)
        tx.connection.rollback()
    with reopen().begin() as tx:
        assert cases.open_or_join(tx, [lead("t"), lead()], 12)[1] == (expected, True)
    assert expected.startswith("c-")
    assert len(expected) == 14


def test_names_that_meet(store: Store, monkeypatch: Any) -> None:
    """Should two names meet, the later case takes another one, and the run goes on."""
    real = cases._name

    def clash(tx: Any, key: bytes, ordinal: int, attempt: int) -> str:
        return "c-same" if attempt == 0 else real(tx, key, ordinal, attempt)

    monkeypatch.setattr(cases, "_name", clash)
    with store.begin() as tx:
        (a, _), (b, _) = cases.open_or_join(tx, [lead("s"), lead("t")], 9)
        ((c, _),) = cases.open_or_join(tx, [lead("u")], 9)
        assert len({a, b, c}) == 3
        assert a == "c-same"


def test_hostile_subject(store: Store) -> None:
    """A subject of any length and any characters has its case."""
    subject = "\0\ud800" + "长" * 100_000
    with store.begin() as tx:
        ((case, _),) = cases.open_or_join(tx, [lead(subject)], 9)
        assert cases.open_or_join(tx, [lead(subject)], 9) == [(case, False)]
        kept = cases.get(tx, case)
        assert kept is not None
        assert kept.subject == subject
        assert cases.get(tx, "c-nothing") is None


def test_pages(store: Store) -> None:
    """Both orders page without gap or repeat; the queue shows lane, then severity, then age."""
    with store.begin() as tx:
        leads = [lead(f"s{i}", lane=i % 2, severity=1 + i % 3) for i in range(20)]
        cases.open_or_join(tx, leads, 9)
        for order in ("opened", "queue"):
            seen: list[cases.Case] = []
            while part := cases.page(tx, after=seen[-1] if seen else None, limit=3, order=order):
                seen += part
            assert len({case.id for case in seen}) == len(seen) == 20
            wanted = (lambda c: c.n) if order == "opened" else (lambda c: (c.lane, -c.severity, c.n))
            assert seen == sorted(seen, key=wanted)
        assert cases.page(tx, subject="s3", state="open")[0].severity == 1


def test_the_queue_has_an_index(sqlite_store: Store) -> None:
    """A page of the queue is read in order and not sorted first, however many cases there are."""
    seen: list[str] = []
    with sqlite_store.read() as tx:
        event.listen(tx.connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
        cases.page(tx, state="open", order="queue")
        plan = tx.connection.exec_driver_sql("EXPLAIN QUERY PLAN " + seen[0], ("open", 100, 0)).all()
    assert "ix_cases_queue" in str(plan)
    assert "TEMP B-TREE" not in str(plan)


def test_history_grows(store: Store) -> None:
    """Notes are numbered in order."""
    with store.begin() as tx:
        ((case, _),) = cases.open_or_join(tx, [lead()], 9)
        assert cases.note(tx, case, 10, "looked at", {"by": "r1"}) == 2
        assert [(line.n, line.kind) for line in cases.history(tx, case)] == [(1, "opened"), (2, "looked at")]


def test_many(store: Store) -> None:
    """More leads than one IN list holds are opened and joined alike."""
    with store.begin() as tx:
        first = cases.open_or_join(tx, [lead(f"s{i}") for i in range(1_200)], 9)
        again = cases.open_or_join(tx, [lead(f"s{i}") for i in range(1_200)], 9)
        assert [case for case, _ in first] == [case for case, _ in again]
        assert not any(new for _, new in again)
        assert {case.findings for case in cases.page(tx, limit=2_000)} == {2}
