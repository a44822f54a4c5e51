"""After an erasure no byte of the erased words is in the store, and every proof still holds."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy

from ombud.base.clock import DAY, HOUR, FixedClock
from ombud.base.errors import OmbudError, StoreError, UsageError
from ombud.events.archive import read_rows, write_segment
from ombud.events.decode import encode
from ombud.events.envelope import Account, Event, Media, Payment, Post, Product, Report, Target
from ombud.publication import bundle, erase, holds, verify
from ombud.publication.notes import Signer
from ombud.publication.redact import mentioner
from ombud.redress.tick import tick
from ombud.store import (
    Store,
    Tx,
    appeals,
    cases,
    casework,
    clauses,
    decisions,
    erasing,
    erasures,
    filed,
    findings,
    held,
    ledger,
    measures,
    notices,
    open_store,
    outbox,
    pending,
    people,
    pins,
    quarantine,
    segments,
    tree,
)

T0 = 20_000 * DAY
NOW = T0 + 30 * DAY
CLOCK = FixedClock(NOW)
WHO = "villain-77"
SECRETS = ("walnut avenue", "胡桃大道", "Violet Vandermeer", "https://secret.example/x", "+4155501234")
HEX = "ab" * 32


def event(i: int, account: str, **more: Any) -> Event:
    """Return an event that holds every kind of word; only the target's are secret."""
    mine = account == WHO
    words = " / ".join(SECRETS) if mine else "weather is fine"
    return Event(
        f"e{i}", T0 + i * HOUR, "post",
        Account(account, name=SECRETS[2] if mine else "A Name", bio=words, avatar="pdq:1", followers=5),
        "site", "public",
        Post(f"p{i}", words, "en", urls=[SECRETS[3]] if mine else [], media=[Media("image", "p", [words])],
             products=[Product(words)], disclosures=["ad"]),
        more.get("target"), Payment(2.0, "CNY", words), Report("4.4", words), {"memo": words},
    )  # fmt: skip


def finding(tx: Tx, i: int, account: str, case: str | None) -> findings.NewFinding:
    """Return a finding with the words as evidence."""
    words = " / ".join(SECRETS) if account == WHO else "weather is fine"
    key = findings.key_of("site", f"e{i}", "cc", "phone", HEX)
    return findings.NewFinding(
        key, f"e{i}", "site", i, T0 + i * HOUR, "cc", "phone", HEX, "4.4", "1", "stable", False,
        {"post.text": words}, "post", f"p{i}", account, f"p{i}", case,
    )  # fmt: skip


CLAUSE = clauses.ClauseVersion(
    "k1", "cc", "4.4", "1", 1, 100, "private_information", 3, ",hint,notice,hold,disable,closing,",
    "closing", 24, 180, "never", {},
)  # fmt: skip


def lives(store: Store) -> None:
    """Let eight events pass into segments, pending and held, with findings, a case and its whole life."""
    accounts = [WHO, "b", WHO, "c", "b", WHO, "c", WHO]
    events = [event(i, account) for i, account in enumerate(accounts)]
    events[3] = msgspec.structs.replace(events[3], target=Target(WHO, "p0"))
    info = write_segment(store.archive, events[:4], range(1, 5))
    with store.begin() as tx:
        for person in ("ann", "bob", "olga"):
            people.save(tx, person, ["en"], T0)
            people.act(tx, person, "operator", True, person, T0)
        segments.add(tx, segments.Segment(*msgspec.structs.astuple(info)))
        pending.add(tx, 5, [encode(e) for e in events[4:6]], events[4].at, events[5].at)
        held.put(tx, 0, [held.Held("f", 7, encode(e)) for e in events[6:]])
        filed.put(tx, encode(msgspec.structs.replace(event(8, WHO), kind="report")), NOW)
        filed.put(tx, encode(event(9, "c")), NOW)
        bad = b'{"id": "e9", "account": {"id": "%s", "name": "%s"}, ' % (WHO.encode(), SECRETS[2].encode())
        rows = [bad + b"}", b'{"id": "e10", "account": {"id": "villain-777"}, "x"', b"not about anyone"]
        lines = [quarantine.Bad("events/x", f"broken {r[:60]!r}", "f", n, r, NOW) for n, r in enumerate(rows)]
        quarantine.add(tx, lines)
        pins.pin(tx, "cc", version="1", hash="h", payload={}, at=T0, seq=1)
        clauses.put(tx, CLAUSE)
        leads = [cases.Lead("post", f"p{i}", "cc", "4.4", "1", 1, 3, T0, False) for i in (0, 1)]
        ids = [case for case, _ in cases.open_or_join(tx, leads, NOW)]
        cases.note(tx, ids[0], NOW, "note", {"person": "ann", "words": " / ".join(SECRETS), "salt": "00"})
        new = [finding(tx, i, accounts[i], ids[i] if i < 2 else None) for i in range(3)]
        findings.add_many(tx, new)
        leaves = [findings.leaf(row, findings.salt_of(tx, row.key)) for row in new]
        ledger.append(tx, "batch", {"findings_root": tree.merkle_root(leaves).hex()}, T0)
        decide(tx, ids[0])


def decide(tx: Tx, case: str) -> None:
    """Write a decision with its notice, measure and appeal."""
    words = " / ".join(SECRETS)
    decisions.add(tx, decisions.Decision(
        1, "d-1", case, "k1", NOW, "ann", None, False, "applies", WHO, T0, 3, [{"fact": words}], ["i"], [],
        words, {"hint": words}, False, False, None, b"s" * 16,
    ))  # fmt: skip
    notices.add(tx, notices.Notice(
        1, "n-1", "d-1", "decision", "subject", WHO, "en", words, words, ",disable,", NOW, b"r" * 16,
        NOW + HOUR, None, b"s" * 16,
    ))  # fmt: skip
    outbox.put(tx, "notice:n-1", "notice", "n-1", NOW)
    measures.add_many(
        tx,
        [measures.Measure(1, "m-1", "n-1", "d-1", "disable", WHO, "post", "p0", "", NOW, NOW, None, 0, {})],
    )
    appeals.add(tx, appeals.Appeal(1, "a-1", "n-1", "d-1", NOW, "Rep", words, [words], NOW + HOUR, b"s" * 16))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which all of it happened."""
    folder = tmp_path_factory.mktemp("lived") / "store"
    with open_store(folder, salt=b"a salt for tests") as store:
        lives(store)
    return folder


@pytest.fixture
def place(tmp_path: Path, lived: Path) -> Path:
    """A copy of its folder."""
    return Path(shutil.copytree(lived, tmp_path / "store"))


@pytest.fixture
def store(place: Path) -> Iterator[Store]:
    """The copy, open."""
    with open_store(place) as opened:
        yield opened


def run(store: Store, kind: str = "account", target: str = WHO, **more: Any) -> erase.Erased:
    """Erase with the usual words."""
    return erase.erase(store, kind, target, reason="asked for it", clock=CLOCK, **more)


def seen(folder: Path) -> set[str]:
    """Return the secrets that any file of the folder holds, packed or not."""
    found = set()
    forms = {s: {s.encode(), s.encode("unicode_escape"), s.encode("utf-16-le")} for s in (*SECRETS, WHO)}
    for path in (p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        found |= {s for s, all_ in forms.items() if any(form in data for form in all_)}
    with open_store(folder) as store, store.read() as tx:
        inside = [encode(e) for s in segments.between(tx) for _, e in read_rows(store.archive / s.file)]
        inside += [p for batch in pending.read(tx) for p in batch.payloads]
        inside += [row.raw for rows in held.read(tx).values() for row in rows]
        inside += filed.payloads(tx)
    data = b"\n".join(inside)
    return found | {s for s, all_ in forms.items() if any(form in data for form in all_)}


def test_the_words_are_there_before(place: Path) -> None:
    """The search finds what it looks for while it is there."""
    assert seen(place) == {*SECRETS, WHO}


def test_no_byte_of_it_is_left(store: Store, place: Path) -> None:
    """Raw bytes of database, log and archive, and their unpacked content, hold none of the words."""
    done = run(store)
    assert done.counts == {
        "archived": 2, "segments": 1, "pending": 1, "held": 1, "filed": 1, "quarantined": 1, "findings": 2,
        "cases": 1, "decisions": 1, "notices": 1, "appeals": 1, "reports": 0,
    }  # fmt: skip
    assert not done.already
    store.close()
    left = seen(place)
    assert left == {WHO}
    assert done.remaining == {"measures.account": 1}
    assert [p.name for p in sorted((place / "archive").iterdir())] == [
        "events-000000000001-000000000004.r1.parquet"
    ]


def test_an_id_leaves_with_the_measure(store: Store) -> None:
    """The id stays while a measure binds it; once that is undone and told, the next tick takes it away.

    The letter that was not sent yet is given up: it has no words any more.
    """
    run(store)
    clock = FixedClock(NOW + DAY)
    tick(store, clock)
    with store.begin() as tx:
        assert [row.account for row in measures.of_decision(tx, "d-1")] == [WHO]
        assert outbox.page(tx)[0].error == "erased"
        assert erasing.still_named(tx, WHO) == {"measures.account": 1}
        measures.undo(tx, ["m-1"], NOW + DAY, "n-1")
    tick(store, clock)
    with store.read() as tx:
        assert erasing.still_named(tx, WHO) == {}
        (row,) = measures.of_decision(tx, "d-1")
        assert (row.account, row.subject, row.kind) == ("erased", "erased", "disable")


def test_corrections_conflicts_and_credits_lose_their_words(store: Store, place: Path) -> None:
    """What reviewers wrote about the person beside the decision goes as well."""
    words = SECRETS[0]
    with store.begin() as tx:
        case = cases.page(tx)[0].id
        casework.bar(tx, case, "bob", f"I know the person of {words}", NOW)
        notices.ask_correction(tx, notices.Correction("n-1", "d-1", 24, True))
        notices.correction_judged(tx, "n-1", "done", NOW, "ann", words)
        decisions.add_credit(tx, decisions.Credit(1, WHO, NOW, 1, "ann", words, b"s"))
    assert run(store).remaining == {"measures.account": 1}
    store.close()
    assert seen(place) == {WHO}


def test_raw_sql_cannot_take_a_name_out_of_a_measure_in_force(store: Store) -> None:
    """Only what is over may lose its id, and a credit only together with its reason."""
    with store.begin() as tx:
        decisions.add_credit(tx, decisions.Credit(1, "b", NOW, 1, "ann", "a training", b"s"))
    for sql in (
        "UPDATE measures SET account = 'erased'",
        "UPDATE measures SET subject = 'other'",
        "UPDATE credits_earned SET account = 'erased'",
        "UPDATE credits_earned SET points = 9",
    ):
        with pytest.raises(StoreError), store.begin() as tx:
            tx.run(sqlalchemy.text(sql))


def test_a_person_without_measures_is_gone_by_name_too(store: Store, place: Path) -> None:
    """Where no measure must stay reversible, not even the account's id is left."""
    done = run(store, target="b")
    assert done.remaining == {}
    with store.read() as tx:
        events = [e for s in segments.between(tx) for _, e in read_rows(store.archive / s.file)]
    assert [e.account.id.startswith("erased-") for e in events] == [False, True, False, False]
    assert events[1].post == Post("p1", None, "en")


def test_other_people_keep_their_words(store: Store) -> None:
    """Events of others are byte for byte what they were; one aimed at the erased account has its new name."""
    before = [event(i, a) for i, a in ((1, "b"), (4, "b"), (6, "c"))]
    run(store)
    with store.read() as tx:
        rows = {seq: e for s in segments.between(tx) for seq, e in read_rows(store.archive / s.file)}
        waiting = [p for batch in pending.read(tx) for p in batch.payloads]
        inside = [row.raw for rows in held.read(tx).values() for row in rows]
    assert rows[2] == before[0]
    assert waiting[0] == encode(before[1])
    assert inside[0] == encode(before[2])
    assert rows[4].post is not None
    assert rows[4].post.text == "weather is fine"
    assert rows[4].target is not None
    assert rows[4].target.account_id == rows[1].account.id
    assert str(rows[1].account.id).startswith("erased-")
    assert (rows[1].at, rows[1].kind, rows[1].id, rows[1].account.followers) == (T0, "post", "e0", 5)


def test_every_proof_still_holds(store: Store, signer: Signer, tmp_path: Path) -> None:
    """The ledger, an earlier bundle and a later one hold; the erasure is one entry with counts only."""
    bundle.export(store, tmp_path / "before", signer)
    kept = next((tmp_path / "before" / "checkpoints").iterdir())
    with store.read() as tx:
        first = [entry.body for entry in ledger.entries(tx)]
    run(store)
    with store.read() as tx:
        ledger.check(tx)
        entries = list(ledger.entries(tx))
    assert [entry.body for entry in entries[:-1]] == first
    assert entries[-1].kind == "erasure"
    assert {k: v for k, v in entries[-1].body.items() if k != "of"} | {"of": "account"} == entries[-1].body
    assert all(isinstance(v, int) for k, v in entries[-1].body.items() if k != "of")
    bundle.export(store, tmp_path / "after", signer)
    assert verify.verify_bundle(tmp_path / "before", signer.verifier).faults == []
    assert verify.verify_bundle(tmp_path / "after", signer.verifier, [kept]).faults == []


def test_salts_and_evidence_are_gone(store: Store) -> None:
    """Findings keep number, rule and time, and lose salt, evidence and whom they were about."""
    run(store)
    with store.read() as tx:
        rows = findings.page(tx)
    mine = [row for row in rows if row.salt is None]
    assert [row.n for row in mine] == [1, 3]
    assert all(row.evidence == {} and row.account.startswith("erased-") for row in mine)
    assert all(row.subject == row.account == row.post == row.event_id for row in mine)
    assert rows[1].salt is not None
    assert rows[1].evidence == {"post.text": "weather is fine"}


def test_an_erased_salt_cannot_be_made_again(tmp_path: Path) -> None:
    """In a store whose secret was not given, a finding's salt derives from nothing that stays."""
    found = []
    for name in ("a", "b"):
        with open_store(tmp_path / name) as store, store.begin() as tx:
            findings.add_many(tx, [finding(tx, 0, WHO, None)])
            (row,) = findings.page(tx)
            assert row.salt != tx.secret_digest(b"finding", row.key)
            assert findings.salts(tx, [row.key]) == {row.key: row.salt}
            found.append(row.salt)
    assert found[0] != found[1]


def test_twice_is_once(store: Store) -> None:
    """Nothing is left to erase, nothing is entered."""
    run(store)
    with store.read() as tx:
        size = ledger.size(tx)
    again = run(store)
    assert again.already
    with store.read() as tx:
        assert ledger.size(tx) == size
        assert len(erasures.every(tx)) == 1


def test_one_event(store: Store, place: Path) -> None:
    """An event's words go; the account's other events and its name there stay."""
    done = run(store, "event", "e0")
    assert done.counts == {
        "archived": 1, "segments": 1, "pending": 0, "held": 0, "filed": 0, "quarantined": 0, "findings": 1,
        "reports": 0,
    }  # fmt: skip
    with store.read() as tx:
        rows = {seq: e for s in segments.between(tx) for seq, e in read_rows(store.archive / s.file)}
        (first, *_) = findings.page(tx)
    assert rows[1].post == Post("p0", None, "en")
    assert (rows[1].account.id, rows[1].account.name, rows[1].extra) == (WHO, None, {})
    assert rows[3] == event(2, WHO)
    assert (first.salt, first.evidence, first.account) == (None, {}, WHO)
    assert run(store, "event", "e0").already
    assert run(store, "event", "e5").counts["pending"] == 1
    assert run(store, "event", "e7").counts["held"] == 1
    assert [p.suffixes for p in place.joinpath("archive").iterdir()] == [[".r1", ".parquet"]]


@pytest.mark.parametrize(("kind", "scope"), [("account", WHO), ("event", "e5"), ("case", None)])
@pytest.mark.parametrize(("what", "target"), [("account", WHO), ("event", "e0")])
def test_a_hold_keeps_everything(store: Store, kind: str, scope: str | None, what: str, target: str) -> None:
    """A hold on the account, one of its events or a case with its finding refuses; nothing changes."""
    with store.begin() as tx:
        case = findings.page(tx)[0].case_id
        hold = holds.place(
            tx,
            kind,
            scope or str(case),
            reason="a court asked",
            ends_at=NOW + DAY,
            by="ann",
            second="bob",
            at=NOW,
        )
    if (kind, what) == ("event", "event"):
        target = "e5"
    files = sorted(p.name for p in store.archive.iterdir())
    with pytest.raises(OmbudError) as caught:
        run(store, what, target)
    assert caught.value.code == "record/held"
    assert sorted(p.name for p in store.archive.iterdir()) == files
    with store.begin() as tx:
        holds.lift(tx, hold.id, by="olga", at=NOW + 1)
    late = erase.erase(store, what, target, reason="asked", clock=FixedClock(NOW + 2))
    assert not late.already


@pytest.mark.parametrize(("by", "code"), [("nobody", "cases/no-such-person"), ("eve", "cases/wrong-role")])
def test_who_erases_is_an_operator(store: Store, by: str, code: str) -> None:
    """Where a person is named, they must have the role; the list keeps who it was."""
    with store.begin() as tx:
        people.save(tx, "eve", ["en"], NOW)
    with pytest.raises(OmbudError) as caught:
        run(store, by=by)
    assert caught.value.code == code
    run(store, by="olga")
    with store.read() as tx:
        assert [row.done_by for row in erasures.every(tx)] == ["olga"]


def test_a_hold_ends_by_itself(store: Store) -> None:
    """After its end a hold holds nothing; its scope is emptied with the account."""
    with store.begin() as tx:
        holds.place(
            tx, "account", WHO, reason="a court asked", ends_at=NOW + DAY, by="ann", second="bob", at=NOW
        )
    erase.erase(store, "account", WHO, reason="asked", clock=FixedClock(NOW + DAY))
    with store.read() as tx:
        from ombud.store import holds as kept

        (hold,) = kept.every(tx)
    assert hold.scope.startswith("erased-")
    assert hold.reason == "erased"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"second": "ann"}, "record/hold-needs-two"),
        ({"ends_at": NOW}, "record/hold-end"),
        ({"ends_at": NOW + 400 * DAY}, "record/hold-end"),
        ({"reason": "  "}, "record/hold-reason"),
        ({"by": "nobody"}, "cases/no-such-person"),
    ],
)
def test_a_hold_needs_its_parts(store: Store, change: dict[str, Any], code: str) -> None:
    """Two people, a reason and an end within a year."""
    given = {
        "reason": "a court asked",
        "ends_at": NOW + DAY,
        "by": "ann",
        "second": "bob",
        "at": NOW,
        **change,
    }
    with pytest.raises(OmbudError) as caught, store.begin() as tx:
        holds.place(tx, "account", WHO, **given)
    assert caught.value.code == code


def test_a_run_keeps_erasures_away(store: Store) -> None:
    """A run holds events in memory, so an erasure waits for its end."""
    with store.lock("run"), pytest.raises(StoreError) as caught:
        run(store)
    assert caught.value.code == "store/locked"


def test_a_reader_delays_only_the_last_step(store: Store, place: Path) -> None:
    """While somebody reads, old bytes stay on the disk; the error says so, and the next call ends it."""
    reader = open_store(place)
    with reader.read() as tx:
        ledger.size(tx)
        with pytest.raises(StoreError) as caught:
            run(store)
        assert caught.value.code == "store/still-read"
    reader.close()
    with store.read() as tx:
        assert len(erasures.unfinished(tx)) == 1
    assert run(store).already
    with store.read() as tx:
        assert erasures.unfinished(tx) == []
    store.close()
    assert seen(place) == {WHO}


def test_several_origins_are_not_mixed_up(store: Store) -> None:
    """The same id on two platforms is two people: the call must say which."""
    other = msgspec.structs.replace(event(20, "b"), origin="elsewhere")
    with store.begin() as tx:
        pending.add(tx, 7, [encode(other)], other.at, other.at)
    with pytest.raises(UsageError) as caught:
        run(store, target="b")
    assert caught.value.code == "record/several-origins"
    run(store, target="b", origin="elsewhere")
    with store.read() as tx:
        rows = {seq: e for s in segments.between(tx) for seq, e in read_rows(store.archive / s.file)}
    assert rows[2] == event(1, "b")


STEPS = (
    "redact_segment",
    "segments.add",
    "empty_life",
    "enter",
    "remove_orphans",
    "scrub",
    "erasures.finish",
)
CHILD = """
import os, signal, sys
from pathlib import Path
from ombud.base.clock import FixedClock
from ombud.publication import erase
from ombud.store import open_store
folder, step, after = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "after"
owner = erase
*way, name = step.split(".")
for part in way:
    owner = getattr(owner, part)
if name == "empty_life":
    owner = erase.erasing
real = getattr(owner, name)
def killed(*a, **k):
    if after:
        real(*a, **k)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, killed)
with open_store(folder) as store:
    erase.erase(store, "account", sys.argv[4], reason="asked for it", clock=FixedClock(int(sys.argv[5])))
"""


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_between_any_two_steps(place: Path, lived: Path, step: str, when: str, forks: Any) -> None:
    """After SIGKILL either nothing was done or all but the traces; the next call ends it, with one entry."""
    assert forks.start(CHILD, place, step, when, WHO, NOW).wait() == -signal.SIGKILL
    with open_store(place) as store:
        with store.read() as tx:
            begun = len(erasures.every(tx))
        assert begun == int(STEPS.index(step) >= STEPS.index("remove_orphans"))
        done = run(store)
        assert done.already == bool(begun)
        with store.read() as tx:
            assert len(erasures.every(tx)) == 1
            assert erasures.unfinished(tx) == []
            assert [entry.kind for entry in ledger.entries(tx)].count("erasure") == 1
            ledger.check(tx)
    assert seen(place) == {WHO}


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b'{"account":{"id":"a1"}}', True),
        (b'{"account":{"id":"a12"}}', False),
        (b'{"text":"about a1 here"}', False),
        (b'{"account":{"id":"a1"', True),
        (b"id,a1,x", True),
        (b"id,a11,x", False),
        (b"id,ba1,x", False),
        (b"", False),
        (b"\xff\xfe a1", True),
    ],
)
def test_which_raw_lines_name_somebody(raw: bytes, told: bool) -> None:
    """A readable line names an account by a whole value; a broken one by a whole word."""
    assert mentioner("a1")(raw) is told


def test_a_name_in_escaped_json() -> None:
    """Broken JSON may hold the id in escapes."""
    assert mentioner("胡")(b'{"account":{"id":"\\u80e1"')


@pytest.mark.postgres
def test_on_postgresql(tmp_path: Path, schema_url: str) -> None:
    """The same erasure on PostgreSQL: counts, guards, idempotence, and the ledger after it."""
    with open_store(schema_url, folder=tmp_path / "f") as store:
        lives(store)
        done = run(store)
        assert done.counts["findings"] == 2
        assert done.remaining == {"measures.account": 1}
        assert run(store).already
        with store.read() as tx:
            ledger.check(tx)
            assert all(row.done_at is not None for row in erasures.every(tx))
            assert not {row.account for row in findings.page(tx)} & {WHO}
