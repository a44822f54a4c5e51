"""What the rules found: one row for each event, rule and rule text."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, case, func, select, update

from ombud.base.clock import Micros
from ombud.base.ids import digest16
from ombud.store.tables.core import findings
from ombud.store.text import escape, to_canonical, to_json
from ombud.store.transaction import Tx, chunks

STABLE, EXPERIMENTAL = "stable", "experimental"


class NewFinding(msgspec.Struct, frozen=True):
    """A finding to keep.

    ``key`` is :func:`key_of` its event and rule. ``at`` is the event's time and ``event_seq``
    its sequence number. ``status`` is that of the rule: stable, or experimental (shadow).
    ``hypothetical``: made as if the clause had been in force; no decision may follow from it.
    """

    key: bytes
    event_id: str
    origin: str | None
    event_seq: int
    at: Micros
    code: str
    rule: str
    rule_hash: str
    clause: str
    clause_version: str
    status: str
    hypothetical: bool
    evidence: Any
    subject_kind: str
    subject: str
    account: str
    post: str | None = None
    case_id: str | None = None


class Finding(msgspec.Struct, frozen=True):
    """A kept finding: number ``n``, the fields of :class:`NewFinding`, and what was added since."""

    n: int
    key: bytes
    salt: bytes | None
    event_id: str
    origin: str | None
    event_seq: int
    at: Micros
    code: str
    rule: str
    rule_hash: str
    clause: str
    clause_version: str
    status: str
    hypothetical: bool
    mended_at: Micros | None
    evidence: Any
    subject_kind: str
    subject: str
    account: str
    post: str | None
    case_id: str | None
    run: int | None


class Judged(msgspec.Struct, frozen=True):
    """What a decision about an account answers: a rule's finding on a post, or on the account (no post)."""

    code: str
    rule: str
    origin: str | None
    post: str | None


_SHOWN = [findings.c[name] for name in Finding.__struct_fields__]
_COLUMNS = (
    *("n", "key", "salt", "event_id", "origin", "event_seq", "at", "code", "rule", "rule_hash"),
    *("clause", "clause_version", "status", "hypothetical", "evidence", "subject_kind", "subject"),
    *("account", "post", "post_key", "case_id", "run"),
)
_LEAF = tuple(name for name in NewFinding.__struct_fields__ if name not in ("key", "case_id"))


def key_of(origin: str | None, event_id: str, code: str, rule: str, rule_hash: str) -> bytes:
    """Return a finding's 16-byte key; no origin and an empty origin are told apart."""
    return digest16("" if origin is None else "=" + origin, event_id, code, rule, rule_hash)


def known(tx: Tx, keys: Sequence[bytes]) -> set[bytes]:
    """Return which keys are kept already, so that only what is new goes on to the cases."""
    found: set[bytes] = set()
    for some in chunks(keys):
        found.update(map(bytes, tx.run(select(findings.c.key).where(findings.c.key.in_(some))).scalars()))
    return found


def add_many(tx: Tx, rows: Sequence[NewFinding], run: int | None = None) -> list[bool]:
    """Keep findings and say of each whether it was new; doing it twice changes nothing."""
    seen = known(tx, [row.key for row in rows])
    fresh, outcome = [], []
    for row in rows:
        outcome.append(row.key not in seen)
        if outcome[-1]:
            seen.add(row.key)
            fresh.append(row)
    if fresh:
        first = tx.next_number(findings)
        tx.insert(findings, _COLUMNS, [_row(tx, first + i, row, run) for i, row in enumerate(fresh)])
    return outcome


def _row(tx: Tx, n: int, row: NewFinding, run: int | None) -> tuple[Any, ...]:
    origin, post = row.origin, row.post
    return (
        n,
        row.key,
        salt_of(tx, row.key),
        escape(row.event_id),
        None if origin is None else escape(origin),
        row.event_seq,
        row.at,
        escape(row.code),
        escape(row.rule),
        row.rule_hash,
        escape(row.clause),
        escape(row.clause_version),
        row.status,
        row.hypothetical,
        to_json(row.evidence),
        row.subject_kind,
        escape(row.subject),
        escape(row.account),
        None if post is None else escape(post),
        None if post is None else _post_key(origin, post),
        row.case_id,
        run,
    )


def _post_key(origin: str | None, post: str) -> bytes:
    return digest16("" if origin is None else "=" + origin, post)


def salt_of(tx: Tx, key: bytes) -> bytes:
    """Return 16 bytes for a new finding, to hide its content in its leaf of the ledger.

    They are random, so that an erased salt is gone. Only in a store that was made with a given
    secret (tests, shows) do they derive from it, so that equal input gives an equal ledger.
    """
    return tx.secret_digest(b"finding", key) if tx.repeatable else os.urandom(16)


def salts(tx: Tx, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    """Return the salts of kept findings by key; those that were erased are left out."""
    found: dict[bytes, bytes] = {}
    for some in chunks(keys):
        wanted = select(findings.c.key, findings.c.salt).where(findings.c.key.in_(some))
        found.update((bytes(key), bytes(salt)) for key, salt in tx.run(wanted) if salt is not None)
    return found


def leaf(finding: NewFinding | Finding, salt: bytes) -> bytes:
    """Return what a finding adds to its batch's Merkle root: salt and digest, nothing to read.

    It is the SHA-256 of the salt and the finding's fields (those it had when it was
    found, without key and case) as one RFC 8785 object.

    Once salt and text are erased, nobody can tell whose finding it was; the root still holds.
    """
    body = {name: getattr(finding, name) for name in _LEAF}
    return hashlib.sha256(salt + to_canonical(body)).digest()


def assign(tx: Tx, case_id: str, keys: Sequence[bytes]) -> None:
    """Put findings on a case."""
    for some in chunks(keys):
        tx.run(update(findings).where(findings.c.key.in_(some)).values(case_id=case_id))


def of_post(tx: Tx, origin: str | None, post: str) -> list[Finding]:
    """Return the findings on a post that still hold, for an edit to look at again."""
    still = (findings.c.post_key == _post_key(origin, post)) & findings.c.mended_at.is_(None)
    return [_finding(row) for row in tx.run(select(*_SHOWN).where(still).order_by(findings.c.n))]


def judged(tx: Tx, case_id: str, account: str) -> list[Judged]:
    """Return, each once, what a case's decision about an account answers.

    That is every finding of the case against the account, and every other finding under the
    same clause on the same posts: a shadow finding has no case of its own.
    """
    c = findings.c
    what = case((c.subject_kind == "post", func.coalesce(c.post, c.subject)))
    shown = (c.code, c.rule, c.origin, what)
    mine = (c.case_id == case_id, c.account == account, c.hypothetical.is_(False))
    found = {Judged(*row) for row in tx.run(select(*shown).where(*mine).distinct())}
    posts = select(c.code, c.clause, c.post_key).where(*mine, c.subject_kind == "post").distinct()
    for code, clause, key in tx.run(posts).all():
        same = (c.post_key == key, c.code == code, c.clause == clause, c.account == account)
        beside = select(*shown).where(*same, c.hypothetical.is_(False)).distinct()
        found.update(Judged(*row) for row in tx.run(beside))
    return sorted(found, key=lambda each: (each.code, each.rule, each.origin or "", each.post or ""))


def mend(tx: Tx, keys: Sequence[bytes], at: Micros) -> int:
    """Mark findings as no longer holding since an event's time; return how many changed."""
    done = 0
    for some in chunks(keys):
        still = findings.c.key.in_(some) & findings.c.mended_at.is_(None)
        done += tx.run(update(findings).where(still).values(mended_at=at)).rowcount
    return done


def page(
    tx: Tx,
    *,
    after: int = 0,
    limit: int = 100,
    include_mended: bool = True,
    **equal: str | int | bool | None,
) -> list[Finding]:
    """Return findings in order, those numbered above ``after`` that match the filters.

    Args:
        tx: a transaction.
        after: the number of the last one seen.
        limit: how many at most.
        include_mended: whether those that no longer hold are shown.
        equal: column = value, such as ``rule="…"`` or ``case_id="…"``; ``None`` filters nothing.
    """
    wanted = select(*_SHOWN).where(findings.c.n > after).order_by(findings.c.n).limit(limit)
    return [_finding(row) for row in tx.run(_filtered(wanted, include_mended, equal))]


def _filtered(wanted: Select[Any], include_mended: bool, equal: dict[str, Any]) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [
        findings.c[name] == value for name, value in equal.items() if value is not None
    ]
    if not include_mended:
        conditions.append(findings.c.mended_at.is_(None))
    return wanted.where(*conditions)


def get(tx: Tx, n: int) -> Finding | None:
    """Return one finding by its number."""
    row = tx.run(select(*_SHOWN).where(findings.c.n == n)).first()
    return None if row is None else _finding(row)


def count(tx: Tx, **equal: str | int | bool | None) -> int:
    """Return how many findings match the filters."""
    wanted = _filtered(select(func.count()).select_from(findings), True, equal)
    return int(tx.run(wanted).scalar_one())


def count_by_rule(tx: Tx, **equal: str | int | bool | None) -> dict[tuple[str, str], int]:
    """Return how many findings match the filters, by (code, rule)."""
    wanted = _filtered(select(findings.c.code, findings.c.rule, func.count()), True, equal)
    grouped = wanted.group_by(findings.c.code, findings.c.rule).order_by(findings.c.code, findings.c.rule)
    return {(code, rule): n for code, rule, n in tx.run(grouped)}


def _finding(row: Any) -> Finding:
    values = dict(row._mapping)
    values["key"] = bytes(values["key"])
    return Finding(**values)
