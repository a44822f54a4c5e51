"""Exporting statements, once and for all, and giving words to those that were refused."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ombud.base.clock import Clock, Micros, SystemClock
from ombud.base.errors import Fault, UsageError, Where
from ombud.base.ids import content_hash
from ombud.cases.entry import digest, enter, new_salt
from ombud.cases.errors import check as raise_all
from ombud.cases.errors import refuse, text
from ombud.cases.roles import Role, acting, inner
from ombud.conduct.harms import harms
from ombud.publication.statements import Made, between, body_of, gate, made
from ombud.publication.statements_gate import known_of, tokens, traces
from ombud.publication.statements_schema import CURRENT, check, check_lines, parsed, schema
from ombud.store import Store, Tx, measures, statements
from ombud.store.faults import told
from ombud.store.measures import Measure
from ombud.store.statements import Context, Statement, Wording

FACTS, EXPLANATION = 5_000, 2_000
MAY: tuple[Role, ...] = ("operator", "reviewer", "appeal_reviewer")


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did: how many statements are in each state, and those that were refused."""

    counts: dict[str, int]
    new: int
    refused: tuple[Made, ...]


def export(store: Store, out: Path, since: Micros, until: Micros, clock: Clock | None = None) -> Exported:
    """Write the statement of every measure of a stretch of time, one JSON object a line.

    What is written is kept and never changes afterwards; a second call writes the same file. The
    number of new statements and the hash of their hashes go into the ledger.

    Args:
        store: an open store.
        out: the file; it is replaced as a whole.
        since: the first instant at which a measure was made.
        until: the instant after the last.
        clock: the wall clock.

    Raises:
        StoreError: what the disk refuses.
    """
    now = (clock or SystemClock()).now()
    counts: Counter[str] = Counter()
    refused: list[Made] = []
    draft = out.with_name(out.name + ".part")
    with told(out), store.begin() as tx:
        tx.alone()
        new: list[Statement] = []
        with draft.open("w", encoding="utf-8") as file:
            for each in between(tx, since, until):
                counts[each.state] += 1
                if each.state == "ready":
                    new.append(_statement(each, now))
                if each.state in ("ready", "exported"):
                    file.write(json.dumps(each.body, ensure_ascii=False) + "\n")
                elif each.state == "refused":
                    refused.append(each)
            file.flush()
            os.fsync(file.fileno())
        statements.keep(tx, new)
        if new:
            root = content_hash([row.hash for row in new])
            enter(tx, "statements", {"n": len(new), "schema": CURRENT, "hash": root}, now)
    with told(out):
        draft.replace(out)
    return Exported(dict(counts), len(new), tuple(refused))


def _statement(each: Made, now: Micros) -> Statement:
    body = dict(each.body)
    return Statement(each.measure.id, CURRENT, now, body, content_hash(body))


def reword(
    tx: Tx,
    measure_id: str,
    *,
    by: str,
    at: Micros,
    facts: str = "",
    explanation: str = "",
    keywords: Sequence[str] = (),
) -> Made:
    """Give a statement that has not left yet other words, and return it.

    Args:
        tx: a writing transaction.
        measure_id: the measure.
        by: who writes: an operator, a reviewer or an appeal reviewer.
        at: the wall clock.
        facts: in place of the usual facts; empty = the usual ones.
        explanation: in place of the usual explanation; empty = the usual one.
        keywords: of the harm's category.

    Raises:
        CaseError: ``statement/no-such-measure``, ``statement/left``, ``statement/no-words``,
            ``statement/personal`` and what the schema refuses; roles. Nothing was changed.
    """
    acting(tx, by, *MAY)
    row = measures.get(tx, measure_id)
    if row is None:
        raise refuse(
            "statement/no-such-measure", f"there is no measure {measure_id[:40]!r}", "ombud statement list"
        )
    if statements.exported(tx, [row.id]):
        hint = "the database takes no changes; a new measure has its own statement"
        raise refuse("statement/left", "this statement was exported already", hint)
    if not (facts.strip() or explanation.strip() or keywords):
        raise refuse("statement/no-words", "no words are given", "--facts, --explanation or --keyword")
    given = [
        text(words, "the text", most, code="statement/no-words") if words.strip() else ""
        for words, most in ((facts, FACTS), (explanation, EXPLANATION))
    ]
    of = statements.contexts(tx, [row])[row.id]
    words = Wording(
        statements.next_wording(tx), row.id, at, by, given[0], given[1], list(keywords), new_salt()
    )
    raise_all(
        [*_keyword_faults(of, keywords), *_personal(tx, row, of, words), *check(body_of(row, of, words))]
    )
    statements.word(tx, words)
    private = {"facts": given[0], "explanation": given[1]}
    figures = {"measure": row.id, "by": inner(tx, by), "digest": digest(words.salt or b"", private)}
    enter(tx, "statement-reworded", figures, at)
    return made(tx, [row])[0]


def _keyword_faults(of: Context, keywords: Sequence[str]) -> list[Fault]:
    category = harms()[of.clause.harm].dsa_category
    allowed = schema().categories[category]
    hint = "its keywords: " + " ".join(allowed)
    return [
        Fault("statement/not-allowed", f"{word[:60]!r} is no keyword of {category}", None, hint)
        for word in keywords
        if word not in allowed
    ]


def _personal(tx: Tx, row: Measure, of: Context, words: Wording) -> list[Fault]:
    usual = body_of(row, of)
    ordinary = tokens(" ".join(value for value in usual.values() if isinstance(value, str)))
    known = known_of(tx, [of.decision.case_id], ordinary)
    known = replace(known, names=known.names | {row.account, row.subject})
    return [
        Fault("statement/personal", f"the {name} hold {trace}", None, "say it without naming or quoting")
        for name, said in (("facts", words.facts), ("explanation", words.explanation))
        for trace in traces(said, known)
    ]


def check_file(path: Path) -> tuple[int, list[Fault]]:
    """Check a file of statements, one a line: the schema, and personal data that patterns show.

    Raises:
        UsageError: ``statement/unreadable``: it is no UTF-8 text.
    """
    faults: list[Fault] = []
    try:
        with told(path), path.open(encoding="utf-8") as file:
            count, faults = check_lines(file, path)
        with told(path), path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                value = parsed(line)
                faults += [replace(fault, where=Where(path, number)) for fault in gate(value or {})]
    except UnicodeDecodeError as problem:
        said = f"this is no UTF-8 text: {problem.reason}"
        raise UsageError(Fault("statement/unreadable", said, Where(path))) from problem
    return count, sorted(faults, key=lambda fault: (fault.where.line or 0) if fault.where else 0)
