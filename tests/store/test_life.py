"""The tables of a case's life refuse silence, also from raw SQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from ombud.base.errors import StoreError
from ombud.store import (
    Store,
    Tx,
    appeals,
    cases,
    casework,
    clauses,
    decisions,
    measures,
    notices,
    outbox,
    people,
    pins,
)
from ombud.store.cases import Lead

AT = 1_000_000
HOUR = 3_600_000_000
CLAUSE = clauses.ClauseVersion(
    "k1", "cc", "4.4", "1", 1, 100, "private_information", 3, ",hint,notice,hold,disable,closing,",
    "closing", 24, 180, "never", {},
)  # fmt: skip


def decision(case: str, **more: Any) -> decisions.Decision:
    """Return a decision that the clause applies."""
    row = decisions.Decision(
        1, "d-1", case, "k1", AT, "ann", None, False, "applies", "a1", 500, 3, [], ["i"], [], "because", {},
        False, False, None, b"s" * 16,
    )  # fmt: skip
    return msgspec.structs.replace(row, **more)


NOTICE = notices.Notice(
    1, "n-1", "d-1", "decision", "subject", "a1", "en", "t", "b", ",disable,", AT, b"r" * 16, AT + HOUR, None,
    b"s" * 16,
)  # fmt: skip
MEASURE = measures.Measure(
    1, "m-1", "n-1", "d-1", "disable", "a1", "post", "p1", "", AT, AT, None, 0, {}
)  # fmt: skip
APPEAL = appeals.Appeal(1, "a-1", "n-1", "d-1", AT, None, "look again", [], AT + HOUR, b"s" * 16)


def prepared(tx: Tx, *, hypothetical: bool = False) -> str:
    """Fill in everything up to the case and return its id."""
    for person in ("ann", "bob"):
        people.save(tx, person, ["en"], AT)
        people.act(tx, person, "reviewer", True, person, AT)
    pins.pin(tx, "cc", version="1", hash="h", payload={}, at=AT, seq=1)
    assert clauses.put(tx, CLAUSE)
    assert not clauses.put(tx, CLAUSE)
    lead = Lead("post", "p1", "cc", "4.4", "1", 1, 3, 500, hypothetical)
    ((case, _),) = cases.open_or_join(tx, [lead], AT)
    return case


def whole(tx: Tx, **more: Any) -> str:
    """Write a decision with its notice, its place in the outbox, and a measure."""
    case = prepared(tx)
    decisions.add(tx, decision(case, **more))
    notices.add(tx, NOTICE)
    outbox.put(tx, "notice:n-1", "notice", "n-1", AT)
    measures.add_many(tx, [MEASURE])
    return case


def refused(store: Store, work: Callable[[Tx], object], said: str = "") -> None:
    """Show that the database refuses the work, and says why."""
    with pytest.raises(StoreError) as caught, store.begin() as tx:
        work(tx)
    assert caught.value.code == "store/constraint"
    assert said in str(caught.value)


def test_the_straight_way(store: Store) -> None:
    """Decision, notice, outbox, measure, in this order, are kept and read back."""
    with store.begin() as tx:
        case = whole(tx)
        appeals.add(tx, APPEAL)
    with store.read() as tx:
        assert decisions.get(tx, "d-1") == decision(case)
        assert decisions.of_case(tx, case) == [decision(case)]
        assert notices.get(tx, "n-1") == NOTICE == notices.by_receipt(tx, b"r" * 16)
        assert measures.of_decision(tx, "d-1") == [MEASURE] == measures.of_account(tx, "a1")
        assert appeals.of_notice(tx, "n-1") == APPEAL
        (judged,) = decisions.judged(tx, "a1")
        assert (judged.decision, judged.clause, judged.appeal) == ("d-1", "4.4", None)
        assert [parcel.notice_id for parcel in outbox.due(tx, AT)] == ["n-1"]


UNSOUND: list[tuple[Any, Any, Any, bool]] = [
    ({}, {}, {"notice_id": "n-none"}, True),
    ({}, {}, {"decision_id": "d-none"}, True),
    ({}, {}, {}, False),
    ({}, {"announces": ",label,"}, {}, True),
    ({}, {"announces": ",posting_pause,"}, {"kind": "posting_pause", "ends_at": AT + 5}, True),
    ({}, {"role": "reporter"}, {}, True),
    ({}, {"recipient": "a2"}, {}, True),
    ({}, {"appeal_until": None}, {}, True),
    ({}, {"at": AT - 1}, {}, True),
    ({"answer": "cannot_tell"}, {}, {}, True),
    ({"answer": "does_not_apply", "breach_at": None}, {}, {}, True),
    ({"answer": "interim"}, {}, {}, True),
    ({"automatic": True}, {}, {}, True),
    ({"account": "a2"}, {}, {}, True),
    ({}, {"announces": ",closing,"}, {"kind": "closing"}, True),
    ({}, {"announces": ",shadow_ban,"}, {"kind": "shadow_ban"}, True),
    ({"answer": "interim"}, {"announces": ",hold,"}, {"kind": "hold"}, True),
    ({"answer": "interim"}, {"announces": ",hold,"}, {"kind": "hold", "ends_at": AT + 73 * HOUR}, True),
    ({}, {}, {"starts_at": AT - 1}, True),
    ({}, {}, {"ends_at": AT}, True),
    ({}, {}, {"reversed_at": AT}, True),
    ({}, {}, {"reversed_at": AT, "reversed_notice": "n-1"}, True),
]


def test_a_measure_needs_all_of_it(store: Store) -> None:
    """No measure without a decision that allows it, a notice that names it and is on its way."""
    for changed, notice, measure, posted in UNSOUND:

        def work(tx: Tx, given: Any = (changed, notice, measure, posted)) -> None:
            case = prepared(tx)
            decisions.add(tx, decision(case, **given[0]))
            notices.add(tx, msgspec.structs.replace(NOTICE, **given[1]))
            if given[3]:
                outbox.put(tx, "notice:n-1", "notice", "n-1", AT)
            measures.add_many(tx, [msgspec.structs.replace(MEASURE, **given[2])])

        refused(store, work)
        with store.read() as tx:
            assert decisions.count(tx) == 0, (changed, notice, measure)


UNFOUNDED: list[dict[str, Any]] = [
    {"case_id": "c-none"},
    {"clause_id": "k-none"},
    {"decided_by": "nobody"},
    {"reasons": ""},
    {"breach_at": None},
    {"breach_at": 99},
    {"severity": 4},
    {"severity": 4, "seconded_by": "ann"},
    {"answer": "maybe"},
]


def test_a_decision_needs_all_of_it(store: Store) -> None:
    """No decision without case, clause in force at the time, person, reasons; two people for severity 4."""
    for changed in UNFOUNDED:
        refused(store, lambda tx, c=changed: decisions.add(tx, decision(prepared(tx), **c)))


def test_hypothetical(store: Store) -> None:
    """No decision follows from a case that was opened as if a clause had been in force."""
    refused(
        store, lambda tx: decisions.add(tx, decision(prepared(tx, hypothetical=True))), "not hypothetical"
    )


def test_a_notice_needs_a_decision(store: Store) -> None:
    """No notice stands alone, and none is empty."""
    refused(store, lambda tx: (prepared(tx), notices.add(tx, NOTICE)))


STATEMENTS = [
    "UPDATE decisions SET answer = 'does_not_apply'",
    "UPDATE decisions SET reasons = 'others'",
    "UPDATE decisions SET reasons = ''",
    "UPDATE decisions SET seconded_by = 'bob'",
    "UPDATE notices SET body = 'other words'",
    "UPDATE notices SET announces = ',disable,label,'",
    "UPDATE notices SET appeal_until = 0",
    "UPDATE measures SET kind = 'label'",
    "UPDATE measures SET ends_at = 99999999",
    "UPDATE measures SET starts_at = 99999999",
    "UPDATE measures SET reversed_at = 5",
    "UPDATE appeals SET due_at = 99999999",
    "UPDATE appeals SET text = 'never mind'",
    "UPDATE appeals SET outcome = 'kept'",
    "UPDATE clause_versions SET severity = 1",
    "UPDATE role_acts SET role = 'operator'",
    "DELETE FROM decisions",
    "DELETE FROM notices",
    "DELETE FROM measures",
    "DELETE FROM appeals",
    "DELETE FROM role_acts",
    "DELETE FROM clause_versions",
    "INSERT INTO measures (n, id, notice_id, decision_id, kind, account, subject_kind, subject,"
    " territory, at, starts_at, needs_points, details) SELECT 2, 'm-2', notice_id, decision_id, 'label',"
    " account, subject_kind, subject, territory, at, starts_at, 0, '{}' FROM measures",
]


def test_what_stands_stands(store: Store) -> None:
    """Raw SQL cannot change or delete what was decided, told or done."""
    with store.begin() as tx:
        whole(tx)
        appeals.add(tx, APPEAL)
    for statement in STATEMENTS:
        refused(store, lambda tx, s=statement: tx.run(text(s)))
    with store.read() as tx:
        assert measures.get(tx, "m-1") == MEASURE
        assert notices.get(tx, "n-1") == NOTICE


def test_undone_once(store: Store) -> None:
    """A measure is undone once, with a notice; that cannot be taken back."""
    with store.begin() as tx:
        whole(tx)
    refused(store, lambda tx: measures.undo(tx, ["m-1"], AT + 1, "n-none"))
    with store.begin() as tx:
        measures.undo(tx, ["m-1"], AT + 1, "n-1")
        measures.undo(tx, ["m-1"], AT + 2, "n-1")
        found = measures.get(tx, "m-1")
        assert found is not None
        assert found.reversed_at == AT + 1
    refused(store, lambda tx: tx.run(text("UPDATE measures SET reversed_at = NULL, reversed_notice = NULL")))


def test_nobody_judges_their_own(store: Store) -> None:
    """The person who decided, and the one who agreed, cannot answer the appeal; another can."""
    with store.begin() as tx:
        whole(tx, seconded_by="bob")
        people.save(tx, "cyd", ["en"], AT)
        appeals.add(tx, APPEAL)
        answer = notices.Notice(
            2, "n-2", "d-1", "appeal", "subject", "a1", "en", "t", "b", ",", AT, b"q" * 16, None, None, b"s"
        )
        notices.add(tx, answer)
    given = {"outcome": "kept", "decided_at": AT + 1, "reasons": "x", "answer_notice": "n-2"}
    for person in ("ann", "bob"):
        refused(store, lambda tx, by=person: appeals.answer(tx, "a-1", judged_by=by, **given), "own decision")
    with store.begin() as tx:
        appeals.answer(tx, "a-1", judged_by="cyd", **given)
    refused(store, lambda tx: tx.run(text("UPDATE appeals SET outcome = 'reversed'")))


def test_erasure_is_the_one_change(store: Store) -> None:
    """Text may be emptied together with its salt, and with nothing else."""
    with store.begin() as tx:
        whole(tx)
    refused(store, lambda tx: tx.run(text("UPDATE notices SET body = ''")))
    refused(store, lambda tx: tx.run(text("UPDATE notices SET body = 'nicer', salt = NULL")))
    with store.begin() as tx:
        tx.run(text("UPDATE notices SET body = '', title = '', recipient = 'erased', salt = NULL"))


def test_replace_is_refused(sqlite_store: Store) -> None:
    """SQLite's REPLACE, which deletes without firing delete triggers, is refused too."""
    with sqlite_store.begin() as tx:
        whole(tx)
    for table in ("decisions", "notices", "measures", "clause_versions", "role_acts"):
        refused(
            sqlite_store, lambda tx, t=table: tx.run(text(f"REPLACE INTO {t} SELECT * FROM {t}")), "are kept"
        )


def test_an_appeal_in_time(store: Store) -> None:
    """After its last day a notice cannot be appealed; each is appealed once."""
    with store.begin() as tx:
        whole(tx)
    late = msgspec.structs.replace(APPEAL, at=AT + HOUR + 1)
    refused(store, lambda tx: appeals.add(tx, late), "can still be appealed")
    with store.begin() as tx:
        appeals.add(tx, APPEAL)
    again = msgspec.structs.replace(APPEAL, n=2, id="a-2")
    refused(store, lambda tx: appeals.add(tx, again))


def test_rests(store: Store) -> None:
    """A measure rests once for a reason, and every rest ends."""
    with store.begin() as tx:
        whole(tx)
        measures.suspend(tx, "m-1", AT + 1, "appeal")
        measures.suspend(tx, "m-1", AT + 2, "appeal")
        measures.suspend(tx, "m-1", AT + 3, "late")
        measures.resume(tx, "m-1", AT + 9)
        found = [(s.since, s.until, s.why) for s in measures.suspensions_of(tx, "m-1")]
        assert found == [(AT + 1, AT + 9, "appeal"), (AT + 3, AT + 9, "late")]
        measures.suspend(tx, "m-1", AT + 20, "late")
        assert measures.suspensions_of(tx, "m-1")[-1].until is None


def test_corrections(store: Store) -> None:
    """The time to correct runs from the first delivery; a person says what came of it."""
    with store.begin() as tx:
        whole(tx)
        notices.ask_correction(tx, notices.Correction("n-1", "d-1", 24, True))
        assert notices.corrections_due(tx, AT + 99 * HOUR) == []
        notices.delivered(tx, "n-1", AT + HOUR)
        notices.delivered(tx, "n-1", AT + 2 * HOUR)
        assert notices.corrections_due(tx, AT + 25 * HOUR - 1) == []
        (due,) = notices.corrections_due(tx, AT + 25 * HOUR)
        assert due.due_at == AT + 25 * HOUR
        notices.correction_judged(tx, "n-1", "done", AT + 26 * HOUR, "bob", "it is gone")
        assert notices.corrections_due(tx, AT + 99 * HOUR) == []
        assert decisions.judged(tx, "a1")[0].correction == "done"


def test_outbox(store: Store) -> None:
    """A parcel is due until it is sent or given up; a key is used once."""
    with store.begin() as tx:
        whole(tx)
        (parcel,) = outbox.due(tx, AT)
        outbox.failed(tx, parcel.n, "no route", AT + 10, AT)
        assert outbox.due(tx, AT + 9) == []
        assert outbox.counts(tx) == {"waiting": 1, "sent": 0, "failing": 1, "given_up": 0}
        outbox.failed(tx, parcel.n, "no route", None, AT + 10)
        assert outbox.due(tx, AT + 99) == []
        assert [p.error for p in outbox.page(tx, failing=True)] == ["no route"]
        outbox.again(tx, parcel.n, AT + 20)
        outbox.sent(tx, parcel.n, AT + 21)
        assert outbox.counts(tx) == {"waiting": 0, "sent": 1, "failing": 0, "given_up": 0}
    refused(store, lambda tx: outbox.put(tx, "notice:n-1", "notice", "n-1", AT))


def test_roles(store: Store) -> None:
    """The last act about a role counts."""
    with store.begin() as tx:
        assert not people.any_roles(tx)
        people.save(tx, "ann", ["zh"], AT)
        people.act(tx, "ann", "reviewer", True, "ann", AT)
        people.act(tx, "ann", "operator", True, "ann", AT)
        people.act(tx, "ann", "reviewer", False, "ann", AT)
        assert people.roles(tx, "ann") == {"operator"}
        assert people.any_roles(tx)
        assert [person.languages for person in people.every(tx)] == [["zh"]]


def test_claims_and_the_queue(store: Store) -> None:
    """The queue goes by lane, then rank, then reach; claims and closing show."""
    with store.begin() as tx:
        people.save(tx, "ann", ["en"], AT)
        leads = [Lead("post", f"p{i}", "cc", "4.4", "1", i % 2, 1 + i % 3, 5, False) for i in range(12)]
        ids = [case for case, _ in cases.open_or_join(tx, leads, 9_000 * HOUR)]
        casework.triage(tx, ids[3], reach=500, language="zh")
        casework.triage(tx, ids[8], imminence=1)
        casework.take(tx, casework.Claim(ids[0], "ann", AT))
        seen: list[casework.Waiting] = []
        while part := casework.queue(tx, after=seen[-1] if seen else None, limit=5):
            seen += part
        assert len({w.id for w in seen}) == len(seen) == 12
        assert seen == sorted(seen, key=lambda w: (w.lane, w.rank, -w.reach, w.n))
        assert seen[0].id == ids[8]
        assert [w.id for w in casework.queue(tx, holder="ann")] == [ids[0]] == casework.held_by(tx, "ann")
        assert len(casework.queue(tx, free=True)) == 11
        assert ids[3] not in [w.id for w in casework.queue(tx, languages=["en"])]
        casework.close(tx, ids[0])
        assert casework.claim_of(tx, ids[0]) is None
        assert len(casework.queue(tx)) == 11
        casework.bar(tx, ids[1], "ann", "my cousin", AT)
        assert casework.barred(tx, ids[1], "ann")
        assert not casework.barred(tx, ids[2], "ann")
