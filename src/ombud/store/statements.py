"""Statements of reasons as they were first exported, and the words that people gave to some of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import select, update

from ombud.base.clock import Micros
from ombud.store import rows
from ombud.store.clauses import ClauseVersion
from ombud.store.decisions import Decision
from ombud.store.measures import Measure
from ombud.store.tables.core import cases, findings
from ombud.store.tables.life import clause_versions, decisions, measures
from ombud.store.tables.published import statement_words, statements
from ombud.store.tables.reports import contacts, reports
from ombud.store.tables.wider import cluster_members
from ombud.store.transaction import Tx, chunks


class Statement(msgspec.Struct, frozen=True):
    """A statement as it left; ``hash`` is that of ``body`` on that day."""

    measure_id: str
    schema: str
    at: Micros
    body: Any
    hash: str


class Wording(msgspec.Struct, frozen=True):
    """Words that a person gave to a statement; an empty one leaves the usual words. The last one counts."""

    n: int
    measure_id: str
    at: Micros
    worded_by: str
    facts: str
    explanation: str
    keywords: list[str]
    salt: bytes | None


def next_wording(tx: Tx) -> int:
    """Return the number of the next wording."""
    return tx.next_number(statement_words)


def word(tx: Tx, row: Wording) -> None:
    """Keep a wording."""
    rows.add(tx, statement_words, row)


def wordings(tx: Tx, measure_ids: Sequence[str]) -> dict[str, Wording]:
    """Return the last wording of each measure that has one."""
    c, found = statement_words.c, {}
    for some in chunks(measure_ids):
        every = rows.every(tx, statement_words, Wording, c.measure_id.in_(some), order=[c.n])
        found.update({row.measure_id: row for row in every})
    return found


def exported(tx: Tx, measure_ids: Sequence[str]) -> dict[str, Statement]:
    """Return the statements that left already, by measure."""
    found = {}
    for some in chunks(measure_ids):
        these = statements.c.measure_id.in_(some)
        found.update({row.measure_id: row for row in rows.every(tx, statements, Statement, these)})
    return found


def keep(tx: Tx, new: Sequence[Statement]) -> None:
    """Keep statements that leave for the first time."""
    for row in new:
        rows.add(tx, statements, row)


def measures_between(
    tx: Tx, since: Micros, until: Micros, *, after: int = 0, limit: int = 500
) -> list[Measure]:
    """Return measures made in a stretch of time, numbered above ``after``, in order."""
    m = measures.c
    where = (m.at >= since, m.at < until, m.n > after)
    return rows.every(tx, measures, Measure, *where, order=[m.n], limit=limit)


def empty(tx: Tx, measure_ids: Collection[str], gone: str) -> int:
    """Take people's words out of statements about somebody who is erased; return how many wordings changed.

    The usual words name nobody and stay, and with them the statement.
    """
    w, changed = statement_words.c, 0
    values: dict[str, Any] = {"facts": gone, "explanation": gone, "salt": None}
    for some in chunks(sorted(measure_ids)):
        mine = w.measure_id.in_(some) & w.salt.is_not(None)
        worded = set(tx.run(select(w.measure_id).where(w.measure_id.in_(some))).scalars())
        changed += tx.run(update(statement_words).where(mine).values(**values)).rowcount
        for row in exported(tx, sorted(worded)).values():
            body = {**row.body, "decision_facts": gone, "incompatible_content_explanation": gone}
            tx.run(update(statements).where(statements.c.measure_id == row.measure_id).values(body=body))
    return changed


class Context(msgspec.Struct, frozen=True):
    """What a statement is made of, besides its measure.

    ``notified``: a report was on the case before the decision, ``"law"`` if one of them said that
    the content is illegal (DSA Article 16), else ``"terms"``. ``unseen``: it was decided together
    with others, of which a random sample was looked at, and was not in the sample.
    """

    decision: Decision
    clause: ClauseVersion
    language: str | None
    considered: list[str]
    notified: str | None = None
    unseen: bool = False


def contexts(tx: Tx, of: Sequence[Measure]) -> dict[str, Context]:
    """Return the decision, clause and language of the content behind measures, by measure."""
    d, k, c = decisions.c, clause_versions.c, cases.c
    decided: dict[str, Decision] = {}
    clauses: dict[str, ClauseVersion] = {}
    languages: dict[str, str | None] = {}
    for some in chunks({row.decision_id for row in of}):
        decided.update((row.id, row) for row in rows.every(tx, decisions, Decision, d.id.in_(some)))
    for some in chunks({row.clause_id for row in decided.values()}):
        found = rows.every(tx, clause_versions, ClauseVersion, k.id.in_(some))
        clauses.update((row.id, row) for row in found)
    for some in chunks({row.case_id for row in decided.values()}):
        languages.update((r.id, r.language) for r in tx.run(select(c.id, c.language).where(c.id.in_(some))))
    told = _notified(tx, decided.values())
    unseen: set[str] = set()
    for some in chunks(decided):
        these = cluster_members.c.decision_id.in_(some) & ~cluster_members.c.sampled
        unseen.update(tx.run(select(cluster_members.c.decision_id).where(these)).scalars())
    made = {}
    for row in of:
        decision = decided[row.decision_id]
        considered = sorted(decision.considered) if isinstance(decision.considered, dict) else []
        clause, language = clauses[decision.clause_id], languages.get(decision.case_id)
        ground, with_others = told.get(decision.id), decision.id in unseen
        made[row.id] = Context(decision, clause, language, considered, ground, with_others)
    return made


def _notified(tx: Tx, of: Collection[Decision]) -> dict[str, str]:
    """Return of each decision whether people had reported the case before, and on which ground."""
    r = reports.c
    filed: dict[str, list[tuple[Micros, bool]]] = {}
    for some in chunks({row.case_id for row in of}):
        wanted = select(r.case_id, r.filed_at, r.legal).where(r.case_id.in_(some))
        for case_id, at, legal in tx.run(wanted):
            filed.setdefault(case_id, []).append((at, legal is not None))
    told = {}
    for row in of:
        before = [legal for at, legal in filed.get(row.case_id, ()) if at <= row.at]
        if before:
            told[row.id] = "law" if any(before) else "terms"
    return told


def hashes(tx: Tx) -> dict[str, str]:
    """Return the hash of each statement as it left, by measure."""
    return {row[0]: row[1] for row in tx.run(select(statements.c.measure_id, statements.c.hash))}


def erased(tx: Tx, gone: str) -> set[str]:
    """Return the statements out of which a person's words were taken since they left."""
    w = statement_words.c
    return set(tx.run(select(w.measure_id).where(w.facts == gone)).scalars())


def told_of(tx: Tx, case_ids: Collection[str]) -> tuple[set[str], list[Any]]:
    """Return who reported cases (ids, names, addresses), and all content: findings, decisions, reports."""
    d, f, r, c = decisions.c, findings.c, reports.c, contacts.c
    names: set[str] = set()
    texts: list[Any] = []
    for some in chunks(sorted(case_ids)):
        texts += tx.run(select(f.evidence).where(f.case_id.in_(some))).scalars()
        for row in tx.run(select(d.facts, d.reasons).where(d.case_id.in_(some))):
            texts += [row.facts, row.reasons]
        mine = r.case_id.in_(some)
        for told in tx.run(select(r.reporter, r.text, r.content, r.evidence).where(mine)):
            names.add(told.reporter)
            texts += [told.text, told.content, told.evidence]
        reached = select(c.name, c.email).join_from(contacts, reports, r.id == c.report_id).where(mine)
        names.update(word for row in tx.run(reached) for word in row)
    return names, texts
