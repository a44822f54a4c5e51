"""Random lives of cases: clock jumps, stale views, crashes between any two steps, repeated delivery.

After every step: no measure without decision, clause in force, notice on its way and a way
back; no appeal judged by who decided; no quota passed; standing is that of a plain model
from which reversed decisions are gone; a refused or crashed act leaves no trace. What a platform
has applied was told first, never comes back once it was undone, and in the end is what is in effect.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event, text

from ombud.base.clock import DAY, FixedClock
from ombud.base.errors import OmbudError
from ombud.cases import work
from ombud.measures.choose import Chosen
from ombud.measures.effect import in_effect
from ombud.measures.figures import Figures
from ombud.measures.quota import quota_of
from ombud.measures.standing import Record, standing
from ombud.redress import answer as answers
from ombud.redress import dispute
from ombud.redress.appeal import file_appeal
from ombud.redress.correct import judge_correction
from ombud.redress.decide import agree, decide, preview
from ombud.redress.escrow import refund
from ombud.redress.executors import connect, retry
from ombud.redress.hold import hold, span_of
from ombud.redress.judge import change, keep, reverse
from ombud.redress.model import Answer, Choice
from ombud.redress.orders import Order
from ombud.redress.receiver import Receiver, read_order
from ombud.redress.reversal import reverse_decision
from ombud.redress.senders import Outgoing
from ombud.redress.standing import standing_of
from ombud.redress.tick import tick
from ombud.store import (
    Store,
    Tx,
    appeals,
    cases,
    casework,
    clauses,
    decisions,
    escrows,
    executors,
    findings,
    ledger,
    measures,
    notices,
    open_store,
    orders,
)

START = 20_000 * DAY
FIGURES = Figures(measure_quota={"closing": 1}, other_quota=3, rule_quota=5, automatic_quota=2)
REVIEWERS = ("ann", "bob", "zoe")
EVERYBODY = (*REVIEWERS, "ada", "olga", "sam", "nobody")
CLAUSES = (("4.4", 3), ("4.6", 4), ("2.1", 2), ("9.9", 1), ("4.5", 2))
ACCOUNTS = ("x", "y")
CHOICES = (
    (), ("hint",), ("notice",), ("disable",), ("label",), ("disable", "posting_pause"), ("closing",),
    ("product_links_off",), ("posting_pause",), ("shadow_ban",), ("escrow",),
)  # fmt: skip
SOUND = (
    ("disable",), ("notice",), ("disable", "posting_pause"), ("posting_pause",), ("product_links_off",),
    ("hint",), ("closing",), ("escrow",), ("escrow", "disable"),
)  # fmt: skip
BROKEN = """
SELECT count(*) FROM measures m
LEFT JOIN notices n ON n.id = m.notice_id LEFT JOIN decisions d ON d.id = m.decision_id
LEFT JOIN cases c ON c.id = d.case_id LEFT JOIN clause_versions k ON k.id = d.clause_id
WHERE n.id IS NULL OR d.id IS NULL OR c.id IS NULL OR k.id IS NULL OR n.decision_id <> d.id
   OR d.answer NOT IN ('applies', 'interim') OR k.in_force_from > d.breach_at OR n.appeal_until IS NULL
   OR n.body = '' OR d.reasons = '' OR n.at <> m.at OR d.account <> m.account OR n.recipient <> m.account
   OR NOT EXISTS (SELECT 1 FROM outbox o WHERE o.notice_id = n.id)
   OR (m.kind = 'closing' AND d.seconded_by IS NULL) OR (d.severity = 4 AND d.answer = 'applies'
       AND d.seconded_by IS NULL)
"""
OWN = """
SELECT count(*) FROM appeals a JOIN decisions d ON d.id = a.decision_id
WHERE a.judged_by = d.decided_by OR a.judged_by = d.seconded_by
"""
OWN_TAKEN_BACK = """
SELECT count(*) FROM withdrawals w JOIN decisions d ON d.id = w.decision_id
WHERE w.ground = 'own' AND (w.withdrawn_by IS NULL OR w.withdrawn_by = d.decided_by
   OR w.withdrawn_by = d.seconded_by OR d.answer <> 'applies')
"""
LEFT_OVER = """
SELECT count(*) FROM withdrawals w JOIN measures m ON m.decision_id = w.decision_id
WHERE m.reversed_at IS NULL
"""
STANDING_UP = """
SELECT count(*) FROM measures m JOIN appeals a ON a.decision_id = m.decision_id
WHERE a.outcome IN ('reversed', 'changed') AND m.reversed_at IS NULL
"""
COUNTS = "SELECT kind, count(*) FROM ledger GROUP BY kind"


class Crash(Exception):
    """Stands for a process that dies."""


class Lives(RuleBasedStateMachine):
    """One store, several people, a clock that jumps."""

    fresh: Callable[[], Store]
    receiver: Receiver
    serial = itertools.count(1)

    def __init__(self) -> None:
        super().__init__()
        self.store = type(self).fresh()
        self.now = START
        self.run = next(self.serial)
        self.cases: list[str] = []
        self.answers: dict[str, Answer] = {}
        self.notices: list[str] = []
        self.model: dict[str, tuple[str, Record]] = {}
        self.delivered: list[str] = []
        self.ordered: list[Order] = []
        self.events = itertools.count(1)
        self.measures_before = 0

    def teardown(self) -> None:
        """The whole record verifies, and has one entry for each row; the platform has what is in effect."""
        self._settle()
        with self.store.read() as tx:
            ledger.check(tx)
            counted = {row[0]: row[1] for row in tx.run(text(COUNTS))}
            for kind, table in (("decision", "decisions"), ("notice", "notices"), ("measure", "measures")):
                rows = tx.run(text(f"SELECT count(*) FROM {table}")).scalar_one()
                assert counted.get(kind, 0) == rows
            undone = tx.run(text("SELECT count(*) FROM measures WHERE reversed_at IS NOT NULL")).scalar_one()
            assert counted.get("measure-undone", 0) == undone

    def _settle(self) -> None:
        """Once everything is delivered, the platform has applied what is in effect, and nothing else."""
        for _ in range(30):
            done = tick(
                self.store, FixedClock(self.now), [_Sender(self.delivered, False)], self._platform("ok")
            )
            with self.store.read() as tx:
                to = executors.connected(tx)
                left = (
                    0 if to is None else sum(orders.counts(tx, to.n)[name] for name in ("waiting", "failing"))
                )
                if to is not None and not (left or done.orders_done or done.orders_given_up):
                    break
            with self.store.begin() as tx:
                retry(tx, "olga", at=self.now)
            self.now += DAY
        else:
            pytest.fail("orders are left over")
        state = type(self).receiver.state()
        self.replay()
        assert type(self).receiver.state() == state
        with self.store.read() as tx:
            for account in ACCOUNTS:
                for row in measures.of_account(tx, f"{self.run}-{account}"):
                    holds = in_effect(span_of(tx, row), self.now) and row.ended_at is None
                    assert (state.get(row.id) == "applied") == holds, (row, state.get(row.id))
                    if row.kind == "escrow" and row.id in state and not holds:
                        self._money(tx, row, state[row.id])

    def _money(self, tx: Tx, row: measures.Measure, state: str) -> None:
        """Kept income has gone where it belongs, unless an appeal waits or another measure keeps it."""
        end = escrows.get(tx, row.id)
        if end is None or end.outcome is None:
            waits = end is not None and any(
                a.outcome is None for a in appeals.of_decision(tx, row.decision_id)
            )
            assert waits or row.ended_at is None, row
            assert state == "undone"
        elif end.outcome == "carried_over":
            assert state == "undone"
        else:
            owed = row.reversed_at is not None or end.outcome == "paid_out"
            assert state == ("paid_out" if owed else "refunded")

    def _platform(self, mode: str) -> _Platform:
        return _Platform(type(self).receiver, self.ordered, self.now, mode)

    def attempt(self, act: Callable[[Tx], Any], crash: int | None = None) -> Any:
        """Do an act in its own transaction; refused or crashed, it leaves nothing."""
        with self.store.read() as tx:
            before = ledger.root(tx)
        try:
            with self.store.begin() as tx:
                if crash is not None:
                    _crash_after(tx, crash)
                done = act(tx)
        except (OmbudError, Crash) as problem:
            if isinstance(problem, OmbudError):
                assert not problem.code.startswith("store/"), problem
            with self.store.read() as tx:
                assert ledger.root(tx) == before
            return None
        return done

    @initialize()
    def begin(self) -> None:
        """Begin with one case, and with a platform that carries out measures."""
        with self.store.begin() as tx:
            if executors.connected(tx) is None:
                connect(tx, "https://platform.example/", "olga", at=self.now)
            (row, *_) = clauses.versions(tx, "cc", "2.1")
            more = {"id": "k-4.5", "clause": "4.5", "harm": "deceptive_solicitation"}
            ladder = ",hint,notice,disable,escrow,posting_pause,closing,"
            clauses.put(tx, msgspec.structs.replace(row, **more, measures=ladder))
        self.open(ACCOUNTS[0], 0, False)

    @rule(account=st.sampled_from(ACCOUNTS), clause=st.integers(0, 4), hypothetical=st.booleans())
    def open(self, account: str, clause: int, hypothetical: bool) -> None:
        """A finding opens a case, or joins one."""
        name, severity = CLAUSES[clause]
        n = next(self.events)
        who, post = f"{self.run}-{account}", f"{self.run}-p{n // 2}"
        hypothetical = hypothetical and n % 5 == 0
        lead = cases.Lead("post", post, "cc", name, "1.0.0", 1, severity, self.now - DAY, hypothetical)
        with self.store.begin() as tx:
            ((case, _),) = cases.open_or_join(tx, [lead], self.now)
            key = f"{self.run:08d}{n:08d}".encode()
            row = findings.NewFinding(
                key, f"{self.run}-e{n}", None, n, self.now - DAY, "cc", "phone", "h", name, "1.0.0",
                "stable", hypothetical, {"post.text": "call"}, "post", post, who, post, case,
            )  # fmt: skip
            findings.add_many(tx, [row])
        if case not in self.cases:
            self.cases.append(case)

    @rule(days=st.sampled_from([1.0, -2.0, -0.1, 0.1, 4.0, 15.0, 95.0]))
    def jump(self, days: float) -> None:
        """The clock jumps, also backwards."""
        self.now = max(START, self.now + int(days * DAY))

    @rule(i=st.integers(0, 9), person=st.sampled_from(EVERYBODY), behind=st.integers(0, 1))
    def claim(self, i: int, person: str, behind: int) -> None:
        """Somebody takes a case, perhaps on an old view."""
        case = self.cases[i % len(self.cases)]

        def act(tx: Tx) -> int:
            return work.claim(tx, case, person, version=casework.version(tx, case) - behind, at=self.now)

        if self.attempt(act) is not None:
            assert behind == 0
            assert person in REVIEWERS

    @rule(
        i=st.integers(0, 9),
        to=st.sampled_from(EVERYBODY),
        what=st.sampled_from(["pass", "release", "conflict"]),
    )
    def hand_over(self, i: int, to: str, what: str) -> None:
        """A case changes hands."""
        case = self.cases[i % len(self.cases)]

        def act(tx: Tx) -> int:
            held = casework.claim_of(tx, case)
            person = held.person if held is not None else "ann"
            if what == "pass":
                return work.pass_on(tx, case, person, to=to, reason="x", at=self.now)
            if what == "release":
                return work.release(tx, case, person, at=self.now)
            return work.declare_conflict(tx, case, person, "x", at=self.now)

        if what != "conflict" or i == 0:
            self.attempt(act)

    @rule(
        i=st.integers(0, 9),
        verdict=st.sampled_from(["applies", "applies", "applies", "does_not_apply", "cannot_tell"]),
        person=st.sampled_from(REVIEWERS),
        hijacked=st.sampled_from([False, False, False, True]),
        crash=st.none() | st.integers(1, 30),
    )
    def answer(self, i: int, verdict: Any, person: str, hijacked: bool, crash: int | None) -> None:
        """Somebody who holds the case answers the question."""
        case = self.cases[i % len(self.cases)]

        def act(tx: Tx) -> Answer:
            held = casework.claim_of(tx, case)
            if held is None and i % 2:
                work.claim(tx, case, person, version=casework.version(tx, case), at=self.now)
            who = held.person if held is not None else person
            numbers = [row.n for row in findings.page(tx, case_id=case)]
            return answers.answer(
                tx, case, who, verdict, version=casework.version(tx, case), at=self.now, findings_=numbers,
                hijacked=hijacked, no_conflict=True,
            )  # fmt: skip

        made = self.attempt(act, crash)
        if made is not None:
            self.answers[case] = made

    @rule(
        account=st.sampled_from(ACCOUNTS),
        clause=st.sampled_from([0, 1, 2, 4, 4]),
        kinds=st.sampled_from(SOUND),
        hold_first=st.booleans(),
        hijacked=st.sampled_from([False, False, False, True]),
        then=st.sampled_from(["reversed", None, "changed", "kept", "disputed", "declined", "refunded"]),
        crash=st.none() | st.none() | st.integers(1, 60),
    )
    def live(
        self,
        account: str,
        clause: int,
        kinds: tuple[str, ...],
        hold_first: bool,
        hijacked: bool,
        then: str | None,
        crash: int | None,
    ) -> None:
        """A case goes the straight way, as most do: opened, claimed, answered, held, decided, appealed."""
        self.open(account, 4 if "escrow" in kinds else clause, False)
        case = self.cases[-1]
        self.attempt(lambda tx: work.claim(tx, case, "ann", version=casework.version(tx, case), at=self.now))
        self.answer(len(self.cases) - 1, "applies", "ann", hijacked, None)
        if case not in self.answers:
            return
        place = list(self.answers).index(case)
        if hold_first:
            self.hold(place, 24, None)
        self.decide(place, kinds, 24, "bob", False, crash)
        if then in ("disputed", "declined"):
            self.disputed(len(self.model) - 1, then == "disputed", None)
        elif then == "refunded":
            self.tick(False, False, "ok")
            self.refund(-1, None)
            self.now += 12 * DAY
            self.tick(False, False, "ok")
        elif then is not None and case not in self.answers:
            self.appeal(0, None)
            self.judge(99, "ada", then, ("notice",), None)

    @rule(
        i=st.integers(0, 30),
        outcome=st.sampled_from(["reversed", "changed", "kept"]),
        kinds=st.sampled_from(SOUND),
        late=st.booleans(),
    )
    def appealed(self, i: int, outcome: str, kinds: tuple[str, ...], late: bool) -> None:
        """Somebody appeals, and the answer comes, perhaps late."""
        self.appeal(i, None)
        if late:
            self.now += 15 * DAY
            self.tick(False, True)
        self.judge(i, "ada", outcome, kinds, None)

    @precondition(lambda self: self.answers)
    @rule(i=st.integers(0, 9), hours=st.integers(1, 80), crash=st.none() | st.integers(1, 40))
    def hold(self, i: int, hours: int, crash: int | None) -> None:
        """An item is held."""
        made = list(self.answers.values())[i % len(self.answers)]

        def act(tx: Tx) -> Any:
            return hold(tx, made, made.person, reasons="x", at=self.now, hours=hours, figures=FIGURES)

        self.attempt(act, crash)

    @precondition(lambda self: self.answers)
    @rule(
        i=st.integers(0, 9),
        kinds=st.sampled_from(CHOICES),
        hours=st.sampled_from([24, 72]),
        second=st.sampled_from(EVERYBODY),
        stale=st.sampled_from([False, False, False, True]),
        crash=st.none() | st.integers(1, 60),
    )
    def decide(
        self, i: int, kinds: tuple[str, ...], hours: int, second: str, stale: bool, crash: int | None
    ) -> None:
        """A case is decided, with whoever agrees; perhaps another choice than was shown."""
        made = list(self.answers.values())[i % len(self.answers)]
        choice = _choice(kinds if made.verdict == "applies" else (), hours)
        shown = self.attempt(lambda tx: preview(tx, made, choice, self.now, FIGURES))
        if shown is None:
            return
        if shown.plan is not None and shown.plan.two:
            self.attempt(
                lambda tx: agree(tx, made.case_id, second, shown.digest, at=self.now, no_conflict=True)
            )
        given = replace(choice, reasons="Other words.") if stale else choice

        def act(tx: Tx) -> Any:
            return decide(tx, made, given, made.person, shown=shown.digest, at=self.now, figures=FIGURES)

        done = self.attempt(act, crash)
        if done is None:
            return
        assert not stale
        self.answers.pop(made.case_id)
        if made.verdict == "applies":
            self._model(done.decision, made, shown.plan.severity, shown.plan.correction)
        assert self.attempt(act) is None  # the same confirmation again does nothing

    def _model(self, decision: str, made: Answer, severity: int, correction: Any) -> None:
        free = correction is not None and correction[1]
        state = None if correction is None else "open"
        key = (made.clause.code, made.clause.clause)
        record = Record(decision, self.now, key, severity, frozenset(made.incidents), free, state)  # type: ignore[arg-type]
        self.model[decision] = (made.account, replace(record, hijacked=made.hijacked))

    @rule(
        failing=st.booleans(),
        twice=st.booleans(),
        mode=st.sampled_from(["ok", "ok", "away", "deaf", "wrong", "none"]),
    )
    def tick(self, failing: bool, twice: bool, mode: str = "ok") -> None:
        """Time brings what it brings, once or twice; the platform hears, or loses it, or answers nonsense."""
        platform = None if mode == "none" else self._platform(mode)
        tick(self.store, FixedClock(self.now), [_Sender(self.delivered, failing)], platform, FIGURES)
        if twice and not failing and mode == "ok":
            with self.store.read() as tx:
                before = ledger.root(tx)
            sent = len(self.delivered)
            tick(self.store, FixedClock(self.now), [_Sender(self.delivered, False)], platform, FIGURES)
            with self.store.read() as tx:
                assert ledger.root(tx) == before
            assert len(self.delivered) == sent
        self.ticked()

    def ticked(self) -> None:
        """Take note of what a tick alone has changed; nothing here."""

    @rule()
    def replay(self) -> None:
        """Every old order comes to the platform once more, the newest first."""
        for order in reversed(self.ordered):
            type(self).receiver.take(order, self.now)

    @rule(i=st.integers(0, 30), crash=st.none() | st.integers(1, 20))
    def appeal(self, i: int, crash: int | None) -> None:
        """Somebody appeals against a notice."""
        with self.store.read() as tx:
            told = [n.id for n in notices.page(tx, limit=1_000_000) if n.recipient.startswith(f"{self.run}-")]
        if told:
            notice = told[-1 - i % min(6, len(told))]
            self.attempt(lambda tx: file_appeal(tx, notice, "no", at=self.now, figures=FIGURES), crash)

    @rule(
        i=st.integers(0, 9),
        person=st.sampled_from(("ada", "zoe", "ann")),
        outcome=st.sampled_from(["reversed", "kept", "changed"]),
        kinds=st.sampled_from(CHOICES),
        crash=st.none() | st.integers(1, 60),
    )
    def judge(self, i: int, person: str, outcome: str, kinds: tuple[str, ...], crash: int | None) -> None:
        """An appeal is answered."""
        with self.store.read() as tx:
            waiting = [a for a in appeals.page(tx, limit=1_000_000) if self._ours(tx, a.notice_id)]
        if not waiting:
            return
        appeal = waiting[min(i, len(waiting) - 1)]
        given = {"at": self.now, "no_conflict": True}

        def act(tx: Tx) -> Any:
            if outcome == "kept":
                return keep(tx, appeal.id, person, "x", **given)  # type: ignore[arg-type]
            if outcome == "reversed":
                return reverse(tx, appeal.id, person, "x", figures=FIGURES, **given)  # type: ignore[arg-type]
            return change(tx, appeal.id, person, _choice(kinds, 24), figures=FIGURES, **given)  # type: ignore[arg-type]

        done = self.attempt(act, crash)
        if done is None:
            return
        if outcome in ("reversed", "changed"):
            self.model.pop(appeal.decision_id, None)
        if done.replaced_by is not None:
            self._model_replaced(done.replaced_by)
        assert self.attempt(act) is None  # answered once

    @rule(i=st.integers(0, 9), back=st.booleans(), crash=st.none() | st.integers(1, 60))
    def disputed(self, i: int, back: bool, crash: int | None) -> None:
        """Somebody goes to a body outside, which overturns the decision; we follow it, or do not."""
        standing = list(self.model)
        if not standing:
            return
        decision = standing[i % len(standing)]
        with self.store.read() as tx:
            told = notices.of_decision(tx, decision)[0]
        day = max(self.now, told.at)

        def bring(tx: Tx) -> str:
            row = dispute.record(tx, told.id, "olga", body="b", brought_at=day, at=day)
            dispute.note_outcome(tx, row.id, "olga", "overturned", "w", decided_at=day, at=day)
            return row.id

        name = self.attempt(bring)
        if name is None:
            return
        given = {"at": self.now, "no_conflict": True}

        def act(tx: Tx) -> Any:
            if back:
                return dispute.implement(tx, name, "ada", "x", figures=FIGURES, **given)  # type: ignore[arg-type]
            return dispute.decline(tx, name, "ada", "x", **given)  # type: ignore[arg-type]

        if self.attempt(act, crash) is not None:
            assert self.attempt(act) is None  # answered once
            if back:
                self.model.pop(decision)

    @rule(
        i=st.integers(0, 9),
        person=st.sampled_from(EVERYBODY),
        crash=st.none() | st.integers(1, 60),
    )
    def reversed_by_the_house(self, i: int, person: str, crash: int | None) -> None:
        """Somebody reverses a decision that nobody appealed."""
        standing = list(self.model)
        if not standing:
            return
        decision = standing[i % len(standing)]
        given = {"at": self.now, "no_conflict": True, "figures": FIGURES}

        def act(tx: Tx) -> Any:
            return reverse_decision(tx, decision, person, "x", **given)  # type: ignore[arg-type]

        if self.attempt(act, crash) is not None:
            with self.store.read() as tx:
                row = decisions.get(tx, decision)
                assert row is not None
                assert person not in (row.decided_by, row.seconded_by)
                assert all(a.outcome is not None for a in appeals.of_decision(tx, decision))
            self.model.pop(decision)
            assert self.attempt(act) is None  # reversed once

    @rule(i=st.integers(0, 9), crash=st.none() | st.integers(1, 30))
    def refund(self, i: int, crash: int | None) -> None:
        """A person decides that kept income goes back."""
        with self.store.read() as tx:
            kept = [row.id for row in escrows.page(tx) if row.account.startswith(f"{self.run}-")]
        if kept:
            name = kept[i % len(kept)]
            self.attempt(
                lambda tx: refund(tx, name, "bob", "x", at=self.now, no_conflict=True, figures=FIGURES), crash
            )

    def _model_replaced(self, decision_id: str) -> None:
        with self.store.read() as tx:
            row = decisions.get(tx, decision_id)
            assert row is not None
            (told,) = notices.of_decision(tx, decision_id)
            asked = notices.correction_of(tx, told.id)
            made = replace(_any_answer(tx, row), hijacked=row.hijacked)
        correction = None if asked is None else (asked.hours, asked.free)
        self._model(decision_id, made, row.severity, correction)

    def _ours(self, tx: Tx, notice_id: str) -> bool:
        notice = notices.get(tx, notice_id)
        return notice is not None and notice.recipient.startswith(f"{self.run}-")

    @rule(i=st.integers(0, 9), done=st.booleans(), crash=st.none() | st.integers(1, 20))
    def corrected(self, i: int, done: bool, crash: int | None) -> None:
        """A person looks at a correction."""
        open_ones = [d for d, (_, r) in self.model.items() if r.correction == "open"]
        if not open_ones:
            return
        decision = open_ones[i % len(open_ones)]
        with self.store.read() as tx:
            told = notices.of_decision(tx, decision)[0].id

        def act(tx: Tx) -> bool:
            judge_correction(tx, told, "bob", done=done, reasons="x", at=self.now)
            return True

        if self.attempt(act, crash):
            account, record = self.model[decision]
            self.model[decision] = (account, replace(record, correction="done" if done else "missed"))

    @invariant()
    def nothing_is_silent(self) -> None:
        """Every measure has decision, clause in force, notice on its way and a way back."""
        with self.store.read() as tx:
            assert tx.run(text(BROKEN)).scalar_one() == 0
            assert tx.run(text(OWN)).scalar_one() == 0
            assert tx.run(text(STANDING_UP)).scalar_one() == 0
            assert tx.run(text(OWN_TAKEN_BACK)).scalar_one() == 0
            assert tx.run(text(LEFT_OVER)).scalar_one() == 0

    @invariant()
    def quotas_hold(self) -> None:
        """No day has seen more of a kind than its quota, nor more decisions of one rule."""
        with self.store.read() as tx:
            per_day = text(f"SELECT kind, at / {DAY}, count(*) FROM measures GROUP BY kind, at / {DAY}")
            for kind, _, count in tx.run(per_day):
                assert count <= quota_of(kind, FIGURES)
            by_rule = f"automatic, rules, at / {DAY}"
            counted = f"SELECT {by_rule}, count(*) FROM decisions WHERE answer = 'applies' GROUP BY {by_rule}"
            for automatic, _, _, count in tx.run(text(counted)):
                assert count <= (FIGURES.automatic_quota if automatic else FIGURES.rule_quota)

    @invariant()
    def standing_is_the_models(self) -> None:
        """Standing, now and later, is that of the decisions which were not reversed."""
        with self.store.read() as tx:
            for account in ACCOUNTS:
                who = f"{self.run}-{account}"
                rows = [record for owner, record in self.model.values() if owner == who]
                for at in (self.now, self.now + 200 * DAY):
                    assert standing_of(tx, who, at).points == standing(rows, at).points

    @invariant()
    def what_was_undone_is_out_of_effect(self) -> None:
        """From its reversal on a measure is not in effect; its end is never moved."""
        with self.store.read() as tx:
            for account in ACCOUNTS:
                for row in measures.of_account(tx, f"{self.run}-{account}"):
                    span = span_of(tx, row)
                    if row.reversed_at is not None:
                        assert not in_effect(span, max(row.reversed_at, self.now))
                    if row.ends_at is not None:
                        assert not in_effect(span, row.ends_at)

    @invariant()
    def delivery_repeats_nothing(self) -> None:
        """However often the clock ticks, a notice that was taken is not sent again."""
        assert len(self.delivered) == len(set(self.delivered))

    @invariant()
    def nothing_is_applied_untold_or_again(self) -> None:
        """What the platform has applied had its notice tried, and no acknowledged undo is taken back."""
        state = type(self).receiver.state()
        with self.store.read() as tx:
            for account in ACCOUNTS:
                for row in measures.of_account(tx, f"{self.run}-{account}"):
                    if state.get(row.id) == "applied":
                        told = text("SELECT attempts FROM outbox WHERE notice_id = :n AND kind = 'notice'")
                        assert tx.run(told, {"n": row.notice_id}).scalar_one() > 0
                    undone = [o for o in orders.of_measure(tx, row.id) if o.acked_at and o.kind != "apply"]
                    if row.reversed_at is not None and undone:
                        assert state[row.id] != "applied"


class _Platform:
    """The reference receiver, which may be away, lose its answers or answer nonsense."""

    def __init__(self, receiver: Receiver, got: list[Order], at: int, mode: str) -> None:
        self._receiver, self._got, self._at, self._mode = receiver, got, at, mode

    def carry_out(self, order: Order) -> Mapping[str, Any]:
        if self._mode == "away":
            raise OSError("away")
        order = read_order(order.to_bytes())
        ack = self._receiver.take(order, self._at)
        self._got.append(order)
        if self._mode == "deaf":
            raise OSError("the answer was lost")
        return ack if self._mode == "ok" else {"key": "order-other"}


class _Sender:
    def __init__(self, taken: list[str], failing: bool) -> None:
        self._taken, self._failing = taken, failing

    def send(self, item: Outgoing) -> None:
        if self._failing:
            raise OSError("away")
        self._taken.append(item.key)


def _any_answer(tx: Tx, row: decisions.Decision) -> Answer:
    from ombud.redress.tell import answer_of

    return answer_of(tx, row)


def _choice(kinds: tuple[str, ...], hours: int) -> Choice:
    timed = {"posting_pause", "product_links_off", "escrow"}
    lasts = {"escrow": 10 * hours}
    chosen = tuple(Chosen(kind, lasts.get(kind, hours) if kind in timed else None) for kind in kinds)
    weighty = any(kind not in ("hint", "notice", "label") for kind in kinds)
    return Choice("Because.", chosen, {"hint": "not enough"} if weighty else {}, earned="it sold")


def _crash_after(tx: Tx, statements: int) -> None:
    left = [statements]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Crash

    event.listen(tx.connection, "before_cursor_execute", count)


def _settings(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes
        suppress_health_check=list(HealthCheck),
    )


def walk_sqlite(kind: type[Lives], furnished: Path, how: settings) -> None:
    """Walk lives on SQLite, each on a store of its own."""
    opened: list[Store] = []
    with tempfile.TemporaryDirectory() as folder:

        def fresh() -> Store:
            while opened:
                opened.pop().close()
            place = Path(folder) / "store"
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(furnished, place)
            opened.append(open_store(place))
            machine.receiver = Receiver()  # type: ignore[attr-defined]
            return opened[-1]

        machine = type("SqliteLives", (kind,), {"fresh": staticmethod(fresh)})
        run_state_machine_as_test(machine, settings=how)
        opened.pop().close()


def walk_postgresql(kind: type[Lives], store: Store, how: settings) -> None:
    """Walk lives on PostgreSQL; they share one store."""
    shared = {"fresh": staticmethod(lambda: store), "receiver": Receiver()}
    run_state_machine_as_test(type("PostgresLives", (kind,), shared), settings=how)


def test_lives_on_sqlite(furnished: Path) -> None:
    """Random lives on SQLite."""
    walk_sqlite(Lives, furnished, _settings(20, 40))


@pytest.mark.postgres
def test_lives_on_postgresql(postgres_store: Store) -> None:
    """The same on PostgreSQL."""
    walk_postgresql(Lives, postgres_store, _settings(6, 30))


def test_every_step_of_a_decision_can_crash(store: Store, life: Any) -> None:
    """A decision of two measures is cut off after each of its statements in turn: nothing stays."""
    with store.begin() as tx:
        life.whole(tx, "disable", post="p0")
        made = life.answered(tx, life.case(tx))
        choice = life.choice("disable", Chosen("posting_pause", 24))
        shown = preview(tx, made, choice, life.now).digest
        root = ledger.root(tx)
    crashed = 0
    for at in itertools.count(1):
        try:
            with store.begin() as tx:
                _crash_after(tx, at)
                decide(tx, made, choice, "ann", shown=shown, at=life.now)
        except Crash:
            crashed += 1
            with store.read() as tx:
                assert ledger.root(tx) == root
                assert len(decisions.of_case(tx, made.case_id)) == 0
                assert len(measures.of_account(tx, "a1")) == 1
                assert casework.claim_of(tx, made.case_id) is not None
            continue
        break
    assert crashed > 20
    with store.read() as tx:
        assert len(measures.of_account(tx, "a1")) == 3
