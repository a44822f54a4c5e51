"""Many cases of one operator by one act: a sample nobody chose, its bound, a notice each, one undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, text

from ombud.base.clock import DAY, FixedClock
from ombud.base.errors import OmbudError, StoreError
from ombud.cases import work
from ombud.measures.choose import Chosen
from ombud.measures.figures import STARTING, Figures
from ombud.redress.appeal import file_appeal
from ombud.redress.cluster import drop, measured, propose, sample_of
from ombud.redress.clusterplan import letter_of, preview_cluster
from ombud.redress.clusterwork import (
    agree_to_cluster,
    confirm_cluster,
    go_on,
    preview_undo,
    progress,
    undo_cluster,
)
from ombud.redress.judge import reverse
from ombud.redress.model import Choice
from ombud.redress.standing import standing_of
from ombud.redress.writer import receipt_of
from ombud.store import (
    Store,
    Tx,
    cases,
    casework,
    clusters,
    decisions,
    findings,
    ledger,
    measures,
    notices,
    outbox,
)

Fails = Callable[..., None]
COPY = "the best shop of the whole town sends you a parcel for nothing today"
SIZE = 40


class Many:
    """Cases of one operator, and the steps of a cluster decision in short."""

    def __init__(self, store: Store, life: Any) -> None:
        self.store, self.life = store, life
        self.clock = FixedClock(life.now)

    def open(self, tx: Tx, n: int = SIZE, *, first: int = 0, said: str = COPY, **more: Any) -> list[str]:
        """Open cases, each about a post of another account."""
        made = []
        for i in range(first, first + n):
            given = {
                "subject_kind": "post", "subject": f"p{i}", "code": "cc", "clause": "4.4",
                "clause_version": "1.0.0", "lane": 1, "severity": 3, "at": self.life.now - DAY,
                "hypothetical": False, **more,
            }  # fmt: skip
            ((case, _),) = cases.open_or_join(tx, [cases.Lead(**given)], self.life.now)
            evidence = {"post.text": said.format(i), "signal.text.language": "en"}
            self.life.finding(
                tx, case, f"a{i}", f"p{i}", evidence=evidence, clause=given["clause"],
                hypothetical=given["hypothetical"],
            )  # fmt: skip
            made.append(case)
        return made

    def answer(
        self, tx: Tx, cluster: str, wrong: int = 0, person: str = "ann", verdict: str = "cannot_tell"
    ) -> None:
        """Answer the sample one by one, some of it with another answer."""
        row = clusters.get(tx, cluster)
        assert row is not None
        for i, each in enumerate(sample_of(tx, row)):
            said = verdict if i < wrong else "applies"
            self.life.answered(tx, each.member.case_id, said)

    def choice(self, *kinds: str | Chosen) -> Choice:
        """Return what is done to each."""
        choice: Choice = self.life.choice(*(kinds or ("disable",)), language="en")
        return choice

    def confirmed(self, cluster: str, choice: Choice, figures: Figures = STARTING) -> Any:
        """Look at the preview and confirm it."""
        with self.store.read() as tx:
            seen = preview_cluster(tx, cluster, choice, "ann", self.life.now, figures)
        return confirm_cluster(
            self.store, cluster, choice, "ann",
            shown=seen.digest, clock=self.clock, no_conflict=True, figures=figures,
        )  # fmt: skip

    def proposed(self, wrong: int = 0, n: int = SIZE, **more: Any) -> str:
        """Open cases, propose them by their text, and answer the sample."""
        with self.store.begin() as tx:
            made = self.open(tx, n, **more)
            row = propose(tx, "ann", at=self.life.now, like=made[0], shared="copies")
            self.answer(tx, row.id, wrong)
        return row.id

    def undone(self, cluster: str, reasons: str = "The operator was another one.") -> Any:
        """Look at the undo and do it."""
        with self.store.read() as tx:
            seen = preview_undo(tx, cluster, "bob", reasons)
        return undo_cluster(self.store, cluster, "bob", reasons, shown=seen.digest, clock=self.clock)


@pytest.fixture
def many(store: Store, life: Any) -> Many:
    """Cases by the dozen."""
    return Many(store, life)


def test_each_account_gets_its_own(store: Store, life: Any, many: Many) -> None:
    """One act, and each account has a decision, a notice with a way to appeal, a measure, and one strike."""
    cluster = many.proposed()
    choice = many.choice()
    with store.read() as tx:
        seen = preview_cluster(tx, cluster, choice, "ann", life.now)
        assert (seen.decided, seen.accounts, seen.measures, seen.days) == (SIZE, SIZE, {"disable": SIZE}, 1)
        assert (seen.measured.errors, round(seen.measured.bound, 4)) == (0, 0.095)
        outside = next(m.member.case_id for m in seen.members if not m.member.sampled)
        title, body = letter_of(tx, cluster, outside, choice, "ann", life.now)
    done = many.confirmed(cluster, choice)
    assert (done.state, done.decided, done.left_out, done.waiting) == ("applied", SIZE, 0, 0)
    with store.read() as tx:
        for i in range(SIZE):
            (row,) = measures.of_account(tx, f"a{i}")
            (told,) = notices.of_decision(tx, row.decision_id)
            assert (row.kind, told.recipient) == ("disable", f"a{i}")
            assert told.appeal_until is not None
            assert standing_of(tx, f"a{i}", life.now).points == 4
        (told,) = notices.of_decision(tx, decisions.of_case(tx, outside)[0].id)
        assert (told.title, told.body) == (title, body)
        assert len(outbox.due(tx, life.now)) == SIZE
        row = clusters.get(tx, cluster)
        assert row is not None
        assert (row.choice, row.state) == (None, "applied")
        kinds = [e.kind for e in ledger.entries(tx)]
        assert kinds.count("decision") == SIZE
        assert {"cluster-proposed", "cluster-confirmed", "cluster-applied"} <= set(kinds)
        ledger.check(tx)
    assert go_on(store, cluster, clock=many.clock) == done


def test_nobody_chooses_the_sample(store: Store, life: Any, many: Many) -> None:
    """The sample follows from the content; a group of accounts stands under names of its own."""
    with store.begin() as tx:
        made = many.open(tx)
        row = propose(tx, "ann", at=life.now, listed=list(reversed(made)))
        first = {m.case_id for m in clusters.members(tx, row.id, sampled=True)}
        drop(tx, row.id, "ann", at=life.now)
        again = propose(tx, "bob", at=life.now + 5, listed=made)
        members = clusters.members(tx, again.id)
        assert {m.case_id for m in members if m.sampled} == first
        assert len(first) == 30
        assert all(m.who.startswith("u-") for m in members)
        assert not {f"a{i}" for i in range(SIZE)} & {str(v) for m in members for v in (m.who, m.why, m.shown)}


def test_what_is_shared(store: Store, life: Any, many: Many) -> None:
    """Copies are one text, a template is one frame, a column is one value; others stay out."""
    frame = "dear friend in {} we have kept a flat with three rooms for you, write soon"
    with store.begin() as tx:
        copies = many.open(tx, 35)
        many.open(tx, 35, first=100, said=frame)
        ids = [c.case_id for c in clusters.candidates(tx, "cc", "4.4")]
        framed = next(c for c in ids if c not in copies)
        one = propose(tx, "ann", at=life.now, like=copies[0], shared="copies")
        assert {m.case_id for m in clusters.members(tx, one.id)} == set(copies)
        with pytest.raises(OmbudError) as caught:
            propose(tx, "ann", at=life.now, like=framed, shared="copies")
        assert caught.value.code == "redress/too-few"
        two = propose(tx, "ann", at=life.now, like=framed, shared="template")
        assert two.size == 35
        with pytest.raises(OmbudError) as caught:
            propose(tx, "ann", at=life.now, like=framed, shared="template")
        assert caught.value.code == "redress/not-for-a-cluster"


def test_a_column_of_the_evidence(store: Store, life: Any, many: Many) -> None:
    """Cases may share a value that a rule has measured; a case without it cannot begin a cluster."""
    with store.begin() as tx:
        made = many.open(tx, said="number {}")
        row = propose(tx, "ann", at=life.now, like=made[0], shared="signal.text.language")
        assert row.size == SIZE
    with pytest.raises(OmbudError) as caught, store.begin() as tx:
        more = many.open(tx, first=100)
        propose(tx, "ann", at=life.now, like=more[0], shared="signal.copies.cluster")
    assert caught.value.code == "redress/nothing-shared"


def test_refused_proposals(store: Store, life: Any, many: Many, fails: Fails) -> None:
    """What cannot be decided together is refused with each case named."""
    with store.begin() as tx:
        made = many.open(tx)
        (other,) = many.open(tx, 1, first=90, clause="2.1")
        (danger,) = many.open(tx, 1, first=91, lane=0)
        (past,) = many.open(tx, 1, first=92, hypothetical=True)

    def listed(*ids: str) -> Callable[[Tx], object]:
        return lambda tx: propose(tx, "ann", at=life.now, listed=ids)

    for bad in (other, danger, past, "c-unknown"):
        fails("redress/not-for-a-cluster", store, listed(*made, bad))
    fails("redress/too-few", store, listed(*made[:30]))
    fails("redress/too-few", store, listed())
    fails("cases/no-such-case", store, listed("c-unknown"))
    fails("cases/wrong-role", store, lambda tx: propose(tx, "ada", at=life.now, listed=made))
    for sample in (29, 1_001):
        fails(
            "redress/bad-sample", store, lambda tx, n=sample: propose(tx, "ann", at=1, listed=made, sample=n)
        )


@pytest.mark.parametrize("verdict", ["does_not_apply", "cannot_tell"])
def test_too_many_errors(store: Store, life: Any, many: Many, fails: Fails, verdict: str) -> None:
    """One wrong in thirty may mean 15 % of all: the cluster is refused, its cases stay open."""
    with store.begin() as tx:
        made = many.open(tx)
        row = propose(tx, "ann", at=life.now, listed=made)
        many.answer(tx, row.id, 1, verdict=verdict)
        assert measured(tx, row).over
    fails(
        "redress/too-many-errors",
        store,
        lambda tx: preview_cluster(tx, row.id, many.choice(), "ann", life.now),
    )
    with pytest.raises(OmbudError) as caught:
        confirm_cluster(store, row.id, many.choice(), "ann", shown="x", clock=many.clock, no_conflict=True)
    assert caught.value.code == "redress/too-many-errors"
    fails("redress/sample-begun", store, lambda tx: drop(tx, row.id, "ann", at=life.now))
    fails("redress/not-for-a-cluster", store, lambda tx: propose(tx, "ann", at=life.now, listed=made[1:]))
    with store.read() as tx:
        assert decisions.count(tx) == 0
        assert all(cases.get(tx, case).state == "open" for case in made)  # type: ignore[union-attr]


def test_a_larger_sample_forgives_one(store: Store, life: Any, many: Many) -> None:
    """With one wrong in 50 the bound is under a tenth; the wrong one is left out, not decided."""
    with store.begin() as tx:
        made = many.open(tx, 60)
        row = propose(tx, "ann", at=life.now, listed=made, sample=50)
        many.answer(tx, row.id, 1)
    done = many.confirmed(row.id, many.choice())
    assert (done.decided, done.left_out) == (59, 1)
    with store.read() as tx:
        (out,) = clusters.members(tx, row.id, state="left out")
        assert out.why == "redress/sample-wrong"
        assert cases.get(tx, out.case_id).state == "open"  # type: ignore[union-attr]
        assert casework.claim_of(tx, out.case_id).person == "ann"  # type: ignore[union-attr]


def test_answers_from_before_do_not_count(store: Store, life: Any, many: Many, fails: Fails) -> None:
    """Only answers given after the sample was drawn say anything about the whole."""
    with store.begin() as tx:
        made = many.open(tx)
        for case in made:
            life.answered(tx, case)
        row = propose(tx, "ann", at=life.now, listed=made)
        assert measured(tx, row).answered == 0
    choice = many.choice()
    fails("redress/sample-open", store, lambda tx: preview_cluster(tx, row.id, choice, "ann", life.now))
    with store.begin() as tx:
        many.answer(tx, row.id)
        assert measured(tx, row).answered == 30
    fails("redress/not-in-the-sample", store, lambda tx: preview_cluster(tx, row.id, choice, "bob", life.now))


def test_only_what_was_shown(store: Store, life: Any, many: Many) -> None:
    """Another choice, another standing, or another clock of the reviewer: a stale digest does nothing."""
    cluster = many.proposed()
    with store.read() as tx:
        seen = preview_cluster(tx, cluster, many.choice(), "ann", life.now)
    given = {"shown": seen.digest, "clock": many.clock, "no_conflict": True}
    with pytest.raises(OmbudError) as caught:
        confirm_cluster(store, cluster, many.choice("notice"), "ann", **given)  # type: ignore[arg-type]
    assert caught.value.code == "redress/stale-preview"
    with pytest.raises(OmbudError) as caught:
        confirm_cluster(store, cluster, many.choice(), "ann", **{**given, "no_conflict": False})  # type: ignore[arg-type]
    assert caught.value.code == "redress/declare"
    with store.begin() as tx:
        life.whole(tx, "disable", post="other", account="a3")
    with pytest.raises(OmbudError) as caught:
        confirm_cluster(store, cluster, many.choice(), "ann", **given)  # type: ignore[arg-type]
    assert caught.value.code == "redress/stale-preview"
    with store.read() as tx:
        assert decisions.count(tx) == 1


def test_who_is_left_out(store: Store, life: Any, many: Many) -> None:
    """Held, decided, mended and dangerous cases, and conflicts of interest, stay for people one by one."""
    cluster = many.proposed()
    with store.begin() as tx:
        free = clusters.members(tx, cluster, sampled=False)
        held, decided, mended, danger, barred = (m.case_id for m in free[:5])
        work.claim(tx, held, "bob", version=casework.version(tx, held), at=life.now)
        life.decided(tx, life.answered(tx, decided, "does_not_apply"), Choice("A quotation."))
        findings.mend(tx, [findings.page(tx, case_id=mended)[0].key], life.now)
        work.triage(tx, danger, "ann", at=life.now, danger=True)
        work.declare_conflict(tx, barred, "ann", "my cousin", at=life.now)
        seen = preview_cluster(tx, cluster, many.choice(), "ann", life.now)
        assert seen.left_out == {
            "cases/held": 1, "cases/closed": 1, "redress/mended": 1, "redress/lane-zero": 1,
            "cases/conflict-of-interest": 1,
        }  # fmt: skip
    done = many.confirmed(cluster, many.choice())
    assert (done.decided, done.left_out) == (SIZE - 5, 5)


def test_a_choice_that_fits_nobody(store: Store, life: Any, many: Many, fails: Fails) -> None:
    """What the clause does not allow is refused as for one case; too few points leave out whom they miss."""
    cluster = many.proposed()
    bad = many.choice("shadow_ban")
    fails("measures/not-on-the-ladder", store, lambda tx: preview_cluster(tx, cluster, bad, "ann", life.now))
    pause = many.choice(Chosen("posting_pause", 72))
    fails("measures/too-long", store, lambda tx: preview_cluster(tx, cluster, pause, "ann", life.now))
    with store.begin() as tx:
        life.whole(tx, "disable", post="other", account="a3")
        seen = preview_cluster(tx, cluster, pause, "ann", life.now)
        assert (seen.decided, seen.left_out) == (1, {"measures/too-long": SIZE - 1})


def test_two_people_for_the_gravest(store: Store, life: Any, many: Many, fails: Fails) -> None:
    """Severity 4 needs a second person who agreed to exactly this; each decision names both."""
    with store.begin() as tx:
        made = many.open(tx, clause="4.6", severity=4)
        row = propose(tx, "ann", at=life.now, listed=made)
        many.answer(tx, row.id)
        seen = preview_cluster(tx, row.id, many.choice(), "ann", life.now)
        assert seen.two
    for who, digest in (("bob", "0" * 64), ("ann", seen.digest)):
        with store.begin() as tx:
            agree_to_cluster(tx, row.id, who, digest, at=life.now, no_conflict=True)
        with pytest.raises(OmbudError) as caught:
            many.confirmed(row.id, many.choice())
        assert caught.value.code == "redress/needs-two"
    fails("redress/declare", store, lambda tx: agree_to_cluster(tx, row.id, "bob", seen.digest, at=life.now))
    with store.begin() as tx:
        agree_to_cluster(tx, row.id, "bob", seen.digest, at=life.now, no_conflict=True)
    assert many.confirmed(row.id, many.choice()).decided == SIZE
    with store.read() as tx:
        assert {decisions.of_case(tx, case)[0].seconded_by for case in made} == {"bob"}


def test_quotas_hold(store: Store, life: Any, many: Many) -> None:
    """What today's quota does not allow waits for tomorrow, and is never passed."""
    figures = Figures(other_quota=15, rule_quota=1_000)
    cluster = many.proposed()
    with store.read() as tx:
        seen = preview_cluster(tx, cluster, many.choice(), "ann", life.now, figures)
        assert (seen.decided, seen.today, seen.days) == (SIZE, 15, 3)
    done = many.confirmed(cluster, many.choice(), figures)
    assert (done.state, done.decided, done.waiting, done.tomorrow) == ("confirmed", 15, 25, True)
    assert go_on(store, cluster, clock=many.clock, figures=figures) == done
    for day, decided in ((1, 30), (2, SIZE)):
        done = go_on(store, cluster, clock=FixedClock(life.now + day * DAY), figures=figures)
        assert done.decided == decided
    assert (done.state, done.left_out, done.tomorrow) == ("applied", 0, False)
    with store.read() as tx:
        per_day = tx.run(text(f"SELECT count(*) FROM measures GROUP BY at / {DAY}")).scalars().all()
        assert max(per_day) == 15


def test_one_appeal_reverses_one_account(store: Store, life: Any, many: Many) -> None:
    """A successful appeal concerns that account alone, and adds to the error that is shown."""
    cluster = many.proposed()
    many.confirmed(cluster, many.choice())
    with store.begin() as tx:
        row = clusters.get(tx, cluster)
        assert row is not None
        for i, sampled in enumerate((False, True)):
            member = next(m for m in clusters.members(tx, cluster, sampled=sampled))
            (told,) = notices.of_decision(tx, member.decision_id or "")
            appeal = file_appeal(tx, receipt_of(tx, told.id), "not me", at=life.now)
            reverse(tx, appeal.id, "ada", "It was not.", at=life.now, no_conflict=True)
            known = measured(tx, row)
            assert (known.reversed, known.errors) == (i + 1, i)
            assert known.over == sampled  # 1 of 40 is under a tenth; one wrong in the sample is not
        standing = tx.run(text("SELECT count(*) FROM measures WHERE reversed_at IS NULL")).scalar_one()
        assert standing == SIZE - 2


def test_one_undo(store: Store, life: Any, many: Many) -> None:
    """One act takes everything back, each account is told once, and standing is as before."""
    with store.begin() as tx:
        life.whole(tx, "disable", post="other", account="a3")
        before = {i: standing_of(tx, f"a{i}", life.now).points for i in range(SIZE)}
    cluster = many.proposed()
    many.confirmed(cluster, many.choice())
    with store.begin() as tx:
        member = clusters.members(tx, cluster)[0]
        (told,) = notices.of_decision(tx, member.decision_id or "")
        appeal = file_appeal(tx, told.id, "not me", at=life.now)
        reverse(tx, appeal.id, "ada", "It was not.", at=life.now, no_conflict=True)
    done = many.undone(cluster)
    assert (done.state, done.undone, done.decided) == ("undone", SIZE, 0)
    with store.read() as tx:
        assert {i: standing_of(tx, f"a{i}", life.now).points for i in range(SIZE)} == before
        lifted = notices.page(tx, kind="lifted", limit=1_000)
        assert len({n.recipient for n in lifted}) == len(lifted) == SIZE - 1
        assert all("The operator was another one." in n.body for n in lifted)
        left = tx.run(text("SELECT account FROM measures WHERE reversed_at IS NULL")).scalars().all()
        assert left == ["a3"]
        assert clusters.get(tx, cluster).undone_because is None  # type: ignore[union-attr]
        ledger.check(tx)
    with pytest.raises(OmbudError) as caught:
        many.undone(cluster)
    assert caught.value.code == "redress/cluster-state"


def test_an_undo_stops_what_still_waits(store: Store, life: Any, many: Many) -> None:
    """Members that waited for tomorrow are not decided any more; their cases stay open."""
    figures = Figures(other_quota=15)
    cluster = many.proposed()
    many.confirmed(cluster, many.choice(), figures)
    with store.read() as tx:
        seen = preview_undo(tx, cluster, "bob", "Wrong.")
        assert (seen.decisions, seen.stopped) == (15, 25)
    go_on(store, cluster, clock=FixedClock(life.now + DAY), figures=figures)
    with pytest.raises(OmbudError) as caught:
        undo_cluster(store, cluster, "bob", "Wrong.", shown=seen.digest, clock=many.clock)
    assert caught.value.code == "redress/stale-preview"
    done = many.undone(cluster)
    assert (done.state, done.undone, done.left_out, done.waiting) == ("undone", 30, 10, 0)


class Crash(Exception):
    """Stands for a process that dies."""


@pytest.mark.parametrize("act", ["decide", "undo"])
def test_it_can_die_anywhere(store: Store, life: Any, many: Many, act: str) -> None:
    """Killed again and again, between and inside its transactions, it ends as if it never had been."""
    cluster = many.proposed()
    if act == "undo":
        many.confirmed(cluster, many.choice())
    engine = store._engine
    left = [200]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Crash

    def step() -> Any:
        if progress_state() in ("sampling", "applied") and act != progress_done():
            return many.confirmed(cluster, many.choice()) if act == "decide" else many.undone(cluster)
        return go_on(store, cluster, clock=many.clock)

    def progress_state() -> str:
        with store.read() as tx:
            return progress(tx, cluster).state

    def progress_done() -> str:
        return {"applied": "decide", "undone": "undo"}.get(progress_state(), "")

    event.listen(engine, "before_cursor_execute", count)
    crashes = 0
    try:
        for round_ in range(2_000):
            left[0] = 150 + 70 * round_
            try:
                step()
            except Crash:
                crashes += 1
                continue
            if progress_done() == act:
                break
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert crashes > 5
    with store.read() as tx:
        assert progress_done() == act
        for i in range(SIZE):
            (row,) = measures.of_account(tx, f"a{i}")
            told = notices.of_decision(tx, row.decision_id)
            assert len(told) == (1 if act == "decide" else 2)
            assert (row.reversed_at is None) == (act == "decide")
        ledger.check(tx)


def test_two_processes_at_once(store: Store, life: Any, many: Many) -> None:
    """Whoever goes on with a cluster while another does decides each member once."""
    from concurrent.futures import ThreadPoolExecutor

    cluster = many.proposed()
    many.confirmed(cluster, many.choice(), Figures(other_quota=1))
    later = FixedClock(life.now + DAY)
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: go_on(store, cluster, clock=later), range(3)))
    assert {each.decided for each in done} == {SIZE}
    with store.read() as tx:
        assert decisions.count(tx) == SIZE


def test_what_the_database_refuses(store: Store, life: Any, many: Many) -> None:
    """Raw SQL cannot shrink a sample, confirm without a person, or lead a case into a second cluster."""
    cluster = many.proposed()
    for sql in (
        "UPDATE clusters SET sample = 1",
        "UPDATE clusters SET size = 1",
        "UPDATE clusters SET state = 'confirmed'",
        "DELETE FROM clusters",
        "UPDATE cluster_members SET state = 'decided'",
        f"INSERT INTO cluster_members SELECT '{cluster}', 99, case_id, who, findings, sampled, seen, state,"
        " why, shown, decision_id FROM cluster_members WHERE n = 1",
    ):
        with pytest.raises(StoreError), store.begin() as tx:
            tx.run(text(sql))


def test_several_posts_of_one_account_are_one_strike(store: Store, life: Any, many: Many) -> None:
    """An operator's account with ten posts in the cluster gets ten decisions and one strike."""
    with store.begin() as tx:
        made = many.open(tx)
        for i in range(100, 110):
            case = life.case(tx, account="a0", post=f"p{i}")
            made.append(case)
        row = propose(tx, "ann", at=life.now, listed=made)
        many.answer(tx, row.id)
    done = many.confirmed(row.id, many.choice())
    assert (done.decided, done.left_out) == (SIZE + 10, 0)
    with store.read() as tx:
        assert len(measures.of_account(tx, "a0")) == 11
        assert standing_of(tx, "a0", life.now).points == 4
