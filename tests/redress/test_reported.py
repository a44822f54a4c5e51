"""From a report at the door to its answer: the case, the letter, the appeal, and what later weighs."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

import msgspec
import pytest

from ombud.base.clock import DAY, HOUR, Micros
from ombud.base.errors import OmbudError
from ombud.cases import reports as entering
from ombud.cases import sorting, weighing, work
from ombud.cases.errors import CaseError
from ombud.cases.filing import Form, Receipt, file
from ombud.events.decode import decode
from ombud.redress import judge
from ombud.redress.appeal import file_appeal
from ombud.redress.reported import follow, readable
from ombud.redress.tell import tell_all
from ombud.store import (
    Store,
    Tx,
    cases,
    casework,
    clauses,
    filed,
    findings,
    ledger,
    measures,
    notices,
    outbox,
    reports,
)

NOW: Micros = 20_000 * DAY

Fails = Callable[..., None]


def form(**more: Any) -> Form:
    """Return a plain form."""
    return Form(
        **{"text": "This is my aunt's number", "clause": "4.4", "post": "p1", "account": "a1", **more}
    )


def filed_at(tx: Tx, at: Micros = NOW, **more: Any) -> Receipt:
    """File a report."""
    return file(tx, form(**more), at=at)


def told(tx: Tx, who: str, n: int = 1, at: Micros = NOW, **more: Any) -> str | None:
    """Take a report from the stream and return its case."""
    words = blake2b(f"{who} {n}".encode()).hexdigest()  # nobody else's
    given = {"named": "4.4", "account": "a1", "post": "p1", "text": words, **more}
    new = entering.New(None, f"e-{who}-{n}-{given['post']}", at, reports.STREAM, who, **given)
    done = entering.enter(tx, [new], now=at)
    return done.rows[0].case_id if done.rows else None


def refused(life: Any, tx: Tx, case: str, at: Micros = NOW, person: str = "ann") -> Any:
    """Decide that the clause does not apply."""
    given = life.answered(tx, case, "does_not_apply", person=person, at=at, findings_=[], account="a1")
    return life.decided(tx, given, life.choice(), at=at)


def test_both_doors_join_one_case(store: Store) -> None:
    """A report at the door and one in the stream about the same thing are one case without findings."""
    with store.begin() as tx:
        receipt = filed_at(tx)
        case = told(tx, "u1")
        seen = casework.waiting(tx, case or "")
        assert seen is not None
        assert (seen.findings, seen.subject_kind, seen.subject, seen.language) == (0, "post", "p1", None)
        assert {row.door for row in reports.of_case(tx, seen.id)} == {"form", "stream"}
        assert follow(tx, receipt.code, NOW).state == "waiting"
        work.claim(tx, seen.id, "ann", version=casework.version(tx, seen.id), at=NOW)
        assert follow(tx, receipt.code.lower().replace("-", ""), NOW).state == "in_review"


def test_the_archive_and_the_record_name_nobody(store: Store) -> None:
    """The event has no contact and nothing private; the ledger has a digest."""
    with store.begin() as tx:
        receipt = filed_at(tx, name="Lee Min", email="lee@example.org", content="a private message")
        (line,) = filed.payloads(tx)
        event = decode(line)
        assert (event.kind, event.audience, event.report.clause) == ("report", "private", "cc/4.4")  # type: ignore[union-attr]
        assert event.account.id.startswith("anon:")
        for hidden in (b"Lee", b"lee@", b"private message", receipt.code.encode()):
            assert hidden not in line
        raw = b"".join(bytes(entry) for entry in ledger.raw(tx))
        assert b"aunt" not in raw
        assert event.account.id.encode() not in raw
        row = reports.get(tx, receipt.report)
        assert row is not None
        assert (row.content, row.reporter) == ("a private message", event.account.id)
        assert reports.address_of(tx, row.reporter) == "lee@example.org"


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("reports/no-words", {"text": " \n"}),
        ("cases/too-long", {"text": "x" * 20_001}),
        ("reports/bad-text", {"text": "a\0b"}),
        ("reports/bad-text", {"text": "a\ud800b"}),
        ("reports/no-location", {"post": None, "account": None}),
        ("reports/bad-location", {"url": "javascript:alert(1)"}),
        ("reports/bad-location", {"url": "https://" + "x" * 3_000}),
        ("reports/bad-location", {"post": "p\0"}),
        ("reports/no-such-clause", {"clause": "4.44"}),
        ("reports/bad-evidence", {"evidence": [{"name": "a", "sha256": "0" * 64}] * 21}),
        ("reports/bad-evidence", {"evidence": [{"name": "a", "sha256": "zz"}]}),
        ("reports/bad-contact", {"email": "not an address"}),
        ("reports/bad-contact", {"name": "n" * 201}),
        ("reports/bad-language", {"language": "fr"}),
    ],
)
def test_bad_forms(store: Store, fails: Fails, code: str, more: dict[str, Any]) -> None:
    """What cannot be taken is refused with its code, and nothing is changed."""
    fails(code, store, lambda tx: filed_at(tx, **more))
    with store.read() as tx:
        assert not reports.page(tx)
        assert not filed.payloads(tx)


def test_all_faults_at_once(store: Store) -> None:
    """A form with three faults names three."""
    with pytest.raises(OmbudError) as caught, store.begin() as tx:
        filed_at(tx, text="", clause="9", email="x")
    assert len(caught.value.faults) == 3


def test_illegal_content_needs_what_the_law_asks(store: Store, fails: Fails) -> None:
    """Art. 16(2) DSA: reasons, address, name and mail (but for child abuse), good faith; also the statute."""
    with store.begin() as tx:
        like = clauses.versions(tx, "cc", "4.4")[0]
        clauses.put(tx, msgspec.structs.replace(like, id="k-law", clause="1c", harm="illegal_content"))
    fails("reports/article-16", store, lambda tx: filed_at(tx, clause="1c"))
    bare = {"clause": "1c", "law": "§ 201a StGB", "territory": "DE", "good_faith": True}
    fails("reports/article-16", store, lambda tx: filed_at(tx, **bare))
    fails(
        "reports/article-16",
        store,
        lambda tx: filed_at(tx, **{**bare, "good_faith": False}, child_abuse=True),
    )
    with store.begin() as tx:
        one = filed_at(tx, **bare, child_abuse=True)
        other = filed_at(tx, **bare, name="Lee", email="lee@example.org")
        legal = [reports.get(tx, each.report).legal for each in (one, other)]  # type: ignore[union-attr]
        assert [each["law"] for each in legal] == ["§ 201a StGB"] * 2
        assert [each["child_abuse"] for each in legal] == [True, False]


def test_a_retry_is_known_by_its_token(store: Store, fails: Fails) -> None:
    """The same form with the same token gives the same receipt and changes nothing; another is refused."""
    with store.begin() as tx:
        first = filed_at(tx, token="t1")
    with store.begin() as tx:
        size = ledger.size(tx)
        assert filed_at(tx, at=NOW + HOUR, token="t1") == first
        assert ledger.size(tx) == size
        assert len(reports.page(tx)) == len(filed.payloads(tx)) == 1
    fails("reports/replayed", store, lambda tx: filed_at(tx, token="t1", text="something else"))


def test_who_is_not_sure_is_sorted_by_a_person(store: Store, fails: Fails) -> None:
    """A reviewer says the clause; everything unsorted on the same thing goes to its one case."""
    with store.begin() as tx:
        ids = [filed_at(tx, clause=None, text=f"look at this {n}").report for n in range(3)]
        other = filed_at(tx, clause="not sure", post="p2").report
        assert not cases.page(tx)
    fails("cases/wrong-role", store, lambda tx: sorting.sort(tx, ids[1], "4.4", "sam", at=NOW))
    fails("reports/no-such-clause", store, lambda tx: sorting.sort(tx, ids[1], "7.7", "ann", at=NOW))
    fails("reports/no-such-report", store, lambda tx: sorting.sort(tx, "rp-none", "4.4", "ann", at=NOW))
    with store.begin() as tx:
        done = sorting.sort(tx, ids[1], "cc/4.4", "ann", at=NOW)
        assert done.reports == 3
        assert [row.id for row in reports.of_case(tx, done.case)] == ids
        assert [row.id for row in reports.unsorted(tx)] == [other]
        assert casework.waiting(tx, done.case).confidence > 0  # type: ignore[union-attr]
    fails("reports/sorted", store, lambda tx: sorting.sort(tx, ids[0], "4.4", "ann", at=NOW))


def test_every_reporter_is_told_once_in_their_language(store: Store, life: Any) -> None:
    """The decision writes each reporter one letter with the reasons; nobody without an address is mailed."""
    with store.begin() as tx:
        receipt = filed_at(tx, text="这是我阿姨的电话，请处理")
        named = filed_at(tx, email="lee@example.org", text="Please help, this is a private number")
        case = told(tx, "u1", 1)
        assert told(tx, "u1", 2) == case
        done = refused(life, tx, case or "")
        letters = [n for n in notices.of_decision(tx, done.decision) if n.role == "reporter"]
        assert [n.language for n in letters] == ["zh", "en", "en"]
        assert len({n.recipient for n in letters}) == 3
        waiting = {parcel.notice_id for parcel in outbox.due(tx, NOW + DAY, 100)}
        by = {n.recipient: n.id in waiting for n in letters}
        anon, mailed = (reports.get(tx, each.report).reporter for each in (receipt, named))  # type: ignore[union-attr]
        assert (by[anon], by[mailed], by["u1"]) == (False, True, True)
        assert tell_all(tx, done.decision, at=NOW + HOUR) == [n.id for n in letters]
        seen = follow(tx, receipt.code, NOW + HOUR)
        assert (seen.state, len(seen.answers)) == ("decided", 1)
        assert receipt.code in readable(seen.answers[0], receipt.code)
        assert "不适用" in seen.answers[0].body
        assert seen.appeal_until is not None


def test_a_refusal_is_appealed_with_the_report_receipt(store: Store, life: Any) -> None:
    """The receipt code of the report opens the appeal; if it was right, another person decides afresh."""
    with store.begin() as tx:
        receipt = filed_at(tx)
        told(tx, "u1")
        (case,) = [row.id for row in cases.page(tx)]
        refused(life, tx, case)
        appeal = file_appeal(tx, receipt.code, "look again", at=NOW + HOUR)
        why = "It is her number."
        done = judge.reverse(tx, appeal.id, "ada", why, at=NOW + DAY, no_conflict=True)
        fresh = done.reopened
        assert fresh is not None
        assert len(reports.of_case(tx, fresh)) == 2
        assert casework.waiting(tx, fresh).findings == 0  # type: ignore[union-attr]
        seen = follow(tx, receipt.code, NOW + DAY)
        assert (seen.state, len(seen.answers), seen.appeal.outcome) == ("waiting", 2, "reversed")  # type: ignore[union-attr]
        with pytest.raises(CaseError):
            work.claim(tx, fresh, "ann", version=casework.version(tx, fresh), at=NOW + DAY)
        answer = life.answered(
            tx, fresh, person="bob", at=NOW + 2 * DAY, findings_=[], facts=["her number"], breach_at=NOW - DAY
        )
        again = life.decided(tx, answer, life.choice("disable"), at=NOW + 2 * DAY)
        letter = next(n for n in notices.of_decision(tx, again.decision) if n.role == "subject")
        assert "Somebody reported it." in letter.body
        assert "It was reported on" in letter.body
        assert "u1" not in letter.body
        assert "aunt" not in letter.body
        last = follow(tx, receipt.code, NOW + 3 * DAY)
        assert len(last.answers) == 3
        assert last.appeal_until is None


def test_a_reversal_tells_reporters_and_corrects_their_record(store: Store, life: Any) -> None:
    """Right at first, wrong after the author's appeal: the weight of later reports follows."""
    with store.begin() as tx:
        case = told(tx, "u1") or ""
        life.finding(tx, case)
        done = life.decided(tx, life.answered(tx, case), life.choice("disable"))
        later = told(tx, "u1", 2, post="p2") or ""
        good = casework.waiting(tx, later).confidence  # type: ignore[union-attr]
        notice = next(n for n in notices.of_decision(tx, done.decision) if n.role == "subject")
        appeal = file_appeal(tx, notice.id, "it is my own number", at=NOW + HOUR)
        judge.reverse(tx, appeal.id, "ada", "It is.", at=NOW + DAY, no_conflict=True)
        letters = [n for n in notices.of_decision(tx, done.decision) if n.recipient == "u1"]
        assert len(letters) == 2
        changed, more = weighing.refresh(tx)
        bad = casework.waiting(tx, later).confidence  # type: ignore[union-attr]
        newcomer = casework.waiting(tx, told(tx, "u2", 1, post="p3") or "").confidence  # type: ignore[union-attr]
        assert (changed, more, bad < newcomer < good) == (1, False, True)
        weighing.refresh(tx)
        assert weighing.refresh(tx) == (0, False)


def test_volume_changes_no_measure(store: Store, life: Any) -> None:
    """Three hundred reports open one case, count as no finding, and put nothing in force."""
    with store.begin() as tx:
        case = {told(tx, f"u{n}") for n in range(300)}
        assert len(case) == 1
        seen = casework.waiting(tx, next(iter(case)) or "")
        assert seen is not None
        assert (seen.findings, seen.lane, seen.severity) == (0, 1, 3)
        assert seen.confidence <= 100
        assert not measures.of_account(tx, "a1")
        view = weighing.view(tx, seen.id)
        assert view is not None
        assert (view.reporters, view.counted) == (300, weighing.MOST)


def test_reliability_is_kept_by_harm(store: Store, life: Any) -> None:
    """Who was right about private numbers is a newcomer where metrics are manipulated."""
    with store.begin() as tx:
        case = told(tx, "u1") or ""
        life.finding(tx, case)
        life.decided(tx, life.answered(tx, case), life.choice("disable"))
        same = casework.waiting(tx, told(tx, "u1", 2, post="p2") or "")
        other = casework.waiting(tx, told(tx, "u1", 3, post="p2", named="2.1") or "")
        assert same is not None
        assert other is not None
        assert same.confidence > other.confidence == 12


def test_the_audit_does_not_follow_the_queue(store: Store) -> None:
    """About one reported case in twenty is drawn, the same ones each time; those with findings are not."""
    with store.begin() as tx:
        for n in range(400):
            told(tx, "u1", n, post=f"p{n}")
        drawn = sorting.audit(tx, "sam", limit=1_000)
        assert 5 <= len(drawn) <= 45
        assert sorting.audit(tx, "ann", limit=1_000) == drawn
        assert sorting.audit(tx, "ann", limit=3) == drawn[:3]
        with pytest.raises(CaseError):
            sorting.audit(tx, "ada")


def test_findings_and_reports_are_named_both(store: Store, life: Any) -> None:
    """A letter says that a rule found it and that somebody reported it."""
    with store.begin() as tx:
        case = told(tx, "u1") or ""
        life.finding(tx, case)
        done = life.decided(tx, life.answered(tx, case), life.choice("disable"))
        letter = next(n for n in notices.of_decision(tx, done.decision) if n.role == "subject")
        assert "A published rule of the code found it" in letter.body
        assert "Somebody reported it." in letter.body
        assert len(findings.page(tx)) == 1
