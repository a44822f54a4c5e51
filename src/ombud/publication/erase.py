"""Erasing an account's or an event's words and identifiers, so that every proof still holds.

First new revisions of the affected segments are written (nothing lists them yet). Then one
transaction lists them in place of the old ones, empties ``pending``, ``held``, ``filed``, quarantine,
findings, reports, cases, decisions, notices and appeals, and enters an ``erasure`` with counts. After
it only traces on the disk are left: old files, the cache, free pages of the database. They go
next, and again at every later call until they are gone; so a crash between any two steps
leaves either everything or nothing, and never something that nobody takes up.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pyarrow.compute as pc

from ombud.base.clock import Clock, SystemClock, format_time
from ombud.base.errors import Fault, UsageError
from ombud.cases import roles
from ombud.cases.entry import enter
from ombud.cases.errors import CaseError, text
from ombud.events.archive import Renamed, SegmentInfo, read_table, redact_segment, remove_orphans
from ombud.events.decode import decoder, encode
from ombud.events.rows import TEXTS
from ombud.publication import replay
from ombud.publication.redact import Target, mentioner, redacted, stripper, words_of
from ombud.store import Store, Tx, erasing, erasures, filed, held, holds, pending, reports, segments
from ombud.store.scrub import scrub

_ANY_TIME = 1 << 62
_COLUMNS = ("seq", "event.id", "event.origin", "account.id", "target.account_id")


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: counts by kind of row, and where the account's id had to stay."""

    counts: dict[str, int]
    already: bool
    remaining: dict[str, int] = field(default_factory=dict)
    unreached: tuple[str, ...] = ()


@dataclass(slots=True)
class _Affected:
    """What concerns a target: its rows by segment, its events and accounts, its findings."""

    own: dict[str, list[int]] = field(default_factory=dict)
    aimed: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    findings: list[erasing.Found] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """The segments that change."""
        return sorted(self.own.keys() | self.aimed)


def erase(
    store: Store,
    kind: str,
    target_id: str,
    *,
    reason: str,
    origin: str | None = None,
    again: bool = False,
    by: str | None = None,
    clock: Clock | None = None,
) -> Erased:
    """Erase what an account or an event left behind; doing it twice changes nothing.

    Args:
        store: an open store; no run may be active.
        kind: ``account`` or ``event``.
        target_id: its id.
        reason: why; it stays in the store, so it should not name the person.
        origin: the platform, needed only where several use the same id.
        again: it was erased before a back-up was restored: ``origin`` is taken as it is, and
            holds, which were looked at then, are not looked at again.
        by: the operator who does it.
        clock: the wall clock.

    Raises:
        CaseError: ``record/held``: a hold is in effect; ``record/erasure-reason``; roles.
            Nothing was changed.
        UsageError: ``record/several-origins``.
        StoreError: ``store/locked``; ``store/still-read`` (everything is erased, some bytes
            are still on the disk: call again).
    """
    words = text(reason, "the reason", 500, code="record/erasure-reason")
    now = (clock or SystemClock()).now()
    if by is not None:
        with store.read() as tx:
            roles.require(tx, by, "operator")
    with store.lock("erase", clock):
        sweep(store, now)
        target = _resolved(store, kind, target_id, origin, again)
        done = _erase(store, target, words, by, now, again)
        unreached = () if done.already else replay.spread(store)
        sweep(store, now)
        with store.read() as tx:
            left = erasing.still_named(tx, target_id) if kind == "account" else {}
    return Erased(done.counts, done.already, left, unreached)


def _erase(store: Store, target: Target, reason: str, by: str | None, now: int, again: bool) -> Erased:
    """Do the work up to the commit."""
    with store.read() as tx:
        digest = erasures.digest_of(tx, target.kind, target.origin, target.id)
        earlier = erasures.of(tx, digest)
        pseudonym = earlier[0].pseudonym if earlier else f"erased-{secrets.token_hex(8)}"
        renamed = Renamed(target.id, pseudonym, target.origin) if target.kind == "account" else None
        affected = _look(store, tx, target)
        if not again:
            _refuse_held(tx, target, affected, now)
    revised = {
        name: redact_segment(store.archive / name, affected.own.get(name, ()), renamed)
        for name in affected.files
    }
    with store.begin() as tx:
        tx.alone()
        if not again:
            _refuse_held(tx, target, affected, now)
        counts = _empty(tx, target, affected, renamed, revised, now)
        if not any(counts.values()):
            return Erased(counts, already=True)
        number = erasures.next_number(tx)
        erasures.add(tx, erasures.Erasure(number, now, target.kind, digest, reason, by, pseudonym, counts))
        enter(tx, "erasure", {"of": target.kind, **counts}, now)
    return Erased(counts, already=False)


def sweep(store: Store, now: int) -> int:
    """Take the traces of finished transactions off the disk; return how many erasures that ended.

    Raises:
        StoreError: as for :func:`erase`.
    """
    with store.read() as tx:
        open_ones = erasures.unfinished(tx)
        listed = {segment.file for segment in segments.between(tx)}
    if not open_ones:
        return 0
    remove_orphans(store.archive, listed)
    for path in store.cache.iterdir():
        with suppress(FileNotFoundError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    scrub(store)
    with store.begin() as tx:
        erasures.finish(tx, open_ones[-1].n, now)
    return len(open_ones)


def _resolved(store: Store, kind: str, target_id: str, origin: str | None, exact: bool) -> Target:
    """Find the one origin that uses the id."""
    if kind not in ("account", "event"):
        raise UsageError(Fault("record/bad-target", f"{kind!r} cannot be erased", None, "account or event"))
    if origin is not None or exact:
        return Target(kind, target_id, origin)  # type: ignore[arg-type]
    with store.read() as tx:
        found = {row.origin for row in _findings(tx, kind, target_id)}
        for segment in segments.between(tx):
            found |= {o for _, e, o, a, _ in _rows(store, segment.file) if target_id == _id(kind, e, a)}
        for _, _, event in _loose(tx):
            if target_id == _id(kind, event.id, event.account.id):
                found.add(event.origin)
    if len(found) > 1:
        names = ", ".join(sorted("no origin" if o is None else o for o in found))
        hint = "say which with --origin"
        raise UsageError(
            Fault("record/several-origins", f"several platforms use this id: {names}", None, hint)
        )
    return Target(kind, target_id, next(iter(found), None))  # type: ignore[arg-type]


def _id(kind: str, event: str, account: str) -> str:
    return account if kind == "account" else event


def _findings(tx: Tx, kind: str, target_id: str) -> list[erasing.Found]:
    if kind == "account":
        return erasing.findings_on(tx, account=target_id)
    return erasing.findings_on(tx, event=target_id)


def _rows(store: Store, file: str) -> Iterator[tuple[Any, ...]]:
    """Yield (seq, event, origin, account, aimed at) of a segment."""
    table = read_table(store.archive / file, _COLUMNS)
    yield from zip(*(column.to_pylist() for column in table.columns), strict=True)


def _loose(tx: Tx) -> Iterator[tuple[str, int, Any]]:
    """Yield (table, batch, chunk or number, event) of what is not in a segment."""
    decode = decoder(earliest=-_ANY_TIME, ahead=_ANY_TIME)
    for batch in pending.read(tx):
        for payload in batch.payloads:
            if payload:
                yield "pending", batch.first_seq, decode(payload)
    for chunk, rows in held.read(tx).items():
        for row in rows:
            yield "held", chunk, decode(row.raw)
    for n, line in enumerate(filed.payloads(tx)):
        yield "filed", n, decode(line)


def _look(store: Store, tx: Tx, target: Target) -> _Affected:
    affected = _Affected()
    for segment in segments.between(tx):
        _look_into(store, segment.file, target, affected)
    for _, _, event in _loose(tx):
        if target.owns(event.id, event.account.id, event.origin):
            affected.events.add(event.id)
            affected.accounts.add(event.account.id)
    found = _findings(tx, target.kind, target.id)
    affected.findings = [row for row in found if row.origin == target.origin]
    affected.events |= {row.event_id for row in affected.findings}
    affected.accounts |= {row.account for row in affected.findings}
    affected.accounts |= {target.id} if target.kind == "account" else set()
    affected.events |= {target.id} if target.kind == "event" else set()
    return affected


def _look_into(store: Store, file: str, target: Target, affected: _Affected) -> None:
    column = "account.id" if target.kind == "account" else "event.id"
    table = read_table(store.archive / file, _COLUMNS)
    mask = pc.equal(table.column(column), target.id)
    if target.kind == "account":
        mask = pc.or_kleene(mask, pc.equal(table.column("target.account_id"), target.id))
    some = table.filter(pc.fill_null(mask, False))
    if not len(some):
        return
    worded = _worded(store, file) if target.kind == "event" else None
    for seq, event, origin, account, _ in zip(*(c.to_pylist() for c in some.columns), strict=True):
        if target.owns(event, account, origin):
            if worded is None or seq in worded:
                affected.own.setdefault(file, []).append(seq)
            affected.events.add(event)
            affected.accounts.add(account)
        elif origin == target.origin:
            affected.aimed.add(file)


def _worded(store: Store, file: str) -> set[int]:
    """Return which rows of a segment still hold words (an event erased before has none)."""
    table = read_table(store.archive / file, ("seq", *TEXTS))
    mask = None
    for name in TEXTS:
        there = pc.is_valid(table.column(name))
        mask = there if mask is None else pc.or_(mask, there)
    return set(table.column("seq").filter(mask).to_pylist())


def _refuse_held(tx: Tx, target: Target, affected: _Affected, now: int) -> None:
    cases = {row.case_id for row in affected.findings if row.case_id is not None}
    if target.kind == "account":
        cases |= set(erasing.cases_of(tx, target.id, reports.cases_about(tx, target.id)))
    found = [
        *holds.on(tx, holds.ACCOUNT, affected.accounts, now),
        *holds.on(tx, holds.EVENT, affected.events, now),
        *holds.on(tx, holds.CASE, cases, now),
    ]
    if found:
        hold = found[0]
        hint = f"ombud hold list; two people placed it, either an end or `ombud hold lift {hold.id}` frees it"
        said = (
            f"hold {hold.id} on {hold.kind} keeps this until {format_time(hold.ends_at)}; nothing was erased"
        )
        raise CaseError(Fault("record/held", said, None, hint))


def _empty(
    tx: Tx,
    target: Target,
    affected: _Affected,
    renamed: Renamed | None,
    revised: dict[str, SegmentInfo],
    now: int,
) -> dict[str, int]:
    """Do the whole of it inside one transaction and return the counts."""
    for name, info in revised.items():
        segments.remove(tx, name)
        segments.add(
            tx,
            segments.Segment(
                info.name, info.first_seq, info.last_seq, info.min_at, info.max_at, info.n, info.sha256
            ),
        )
    pseudonym = renamed.new if renamed is not None else None
    numbers = [row.n for row in affected.findings]
    mentions = mentioner(target.id)
    lines = [n for n, raw, message in erasing.quarantined(tx) if mentions(raw) or mentions(message.encode())]
    counts = {
        "archived": sum(map(len, affected.own.values())),
        "segments": len(revised),
        "pending": _empty_pending(tx, target, renamed),
        "held": _empty_held(tx, target, renamed),
        "filed": _empty_filed(tx, target, renamed),
        "quarantined": erasing.empty_quarantine(tx, lines),
        "findings": erasing.empty_findings(tx, numbers, pseudonym),
    }
    if pseudonym is None:
        return counts | {"reports": reports.empty_of_event(tx, target.origin, target.id, erasing.GONE)}
    cases = {row.case_id for row in affected.findings if row.case_id is not None}
    cases |= reports.cases_about(tx, target.id)
    counts["reports"] = reports.empty_of_account(tx, target.origin, target.id, pseudonym, erasing.GONE)
    ids = erasing.cases_of(tx, target.id, cases)
    counts["cases"] = erasing.empty_cases(tx, ids, pseudonym, stripper({target.id, *affected.events}))
    return counts | erasing.empty_life(tx, target.id, pseudonym, now)


def _empty_pending(tx: Tx, target: Target, renamed: Renamed | None) -> int:
    decode = decoder(earliest=-_ANY_TIME, ahead=_ANY_TIME)

    def change(_: int, payload: bytes) -> bytes:
        event = decode(payload) if payload else None
        if event is None or not target.touches(event):
            return payload
        return encode(redacted(event, target, renamed))

    return sum(
        pending.rewrite(tx, first, change) for first in [batch.first_seq for batch in pending.read(tx)]
    )


def _empty_held(tx: Tx, target: Target, renamed: Renamed | None) -> int:
    decode = decoder(earliest=-_ANY_TIME, ahead=_ANY_TIME)
    changed = 0
    for chunk, rows in held.read(tx).items():
        fresh = []
        for row in rows:
            event = decode(row.raw)
            if target.touches(event):
                row = held.Held(row.source, row.line, encode(redacted(event, target, renamed)))
            fresh.append(row)
        differ = sum(a.raw != b.raw for a, b in zip(rows, fresh, strict=True))
        if differ:
            held.put(tx, chunk, fresh)
            changed += differ
    return changed


def _empty_filed(tx: Tx, target: Target, renamed: Renamed | None) -> int:
    decode = decoder(earliest=-_ANY_TIME, ahead=_ANY_TIME)

    def change(line: bytes) -> bytes:
        event = decode(line)
        return encode(redacted(event, target, renamed)) if target.touches(event) else line

    return filed.rewrite(tx, change)


def candidates(store: Store) -> Iterator[Target]:
    """Yield every account and event that the store names, for a list of digests to be found again."""
    seen: set[Target] = set()
    origins: set[str | None] = {None}
    with store.read() as tx:
        for segment in segments.between(tx):
            for _, event, origin, account, aimed in _rows(store, segment.file):
                origins.add(origin)
                seen |= {Target("event", event, origin), Target("account", account, origin)}
                seen |= {Target("account", aimed, origin)} if aimed else set()
        for _, _, event in _loose(tx):
            origins.add(event.origin)
            seen |= {
                Target("event", event.id, event.origin),
                Target("account", event.account.id, event.origin),
            }
        names = erasing.all_names(tx) | reports.names(tx)
        for _, raw, _ in erasing.quarantined(tx):
            names |= words_of(raw)
    seen |= {
        Target(kind, name, origin) for name in names for origin in origins for kind in ("account", "event")
    }
    yield from seen
