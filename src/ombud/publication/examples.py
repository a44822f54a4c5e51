"""Example cases: told in a person's own words, for many like it, when nobody can appeal any more.

An example stands for at least five decided cases of one clause, of five different accounts, whose time
to appeal is over and whose appeals are answered. One person paraphrases it in both languages, another
publishes it; the same gate as for statements reads it, and looks for quotations of all the cases it
stands for. Reversed decisions belong to the picture: where there are enough of them, an example of
a decision that stood is published only beside one of a decision that was reversed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ombud.base.clock import Micros, format_time
from ombud.base.errors import Fault
from ombud.cases.entry import digest, enter, name, new_salt
from ombud.cases.errors import check, refuse, text
from ombud.cases.roles import Role, acting, inner
from ombud.publication.figures import SMALL
from ombud.publication.statements_gate import known_of, tokens, traces
from ombud.store import Tx, clauses, erasing, examples
from ombud.store.examples import Example
from ombud.store.tables.life import appeals, clause_versions, decisions, notices
from ombud.store.tables.outside import disputes
from ombud.store.tables.wider import withdrawals
from ombud.store.transaction import chunks

OUTCOMES = ("stood", "reversed")
LENGTH = 2_000  # characters of an example in one language
LEAST = SMALL
"""The design's k: an example stands for at least five cases."""

MAY: tuple[Role, ...] = ("reviewer", "appeal_reviewer", "code_editor", "operator")


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision by a person that a clause applied, final by now: its case, whose, and what became of it."""

    decision: str
    case: str
    account: str
    outcome: str


def final(tx: Tx, code: str, clause: str, now: Micros) -> list[Decided]:
    """Return the decisions on a clause that nobody can appeal any more, with what became of them.

    ``stood``, ``reversed`` (on appeal, after a dispute outside, or taken back), or ``changed``. Left out
    are those whose time to appeal runs, and those with an appeal or a dispute that is not answered.
    """
    d, k, n, a = decisions.c, clause_versions.c, notices.c, appeals.c
    wanted = (
        select(d.id, d.case_id, d.account)
        .join_from(decisions, clause_versions, k.id == d.clause_id)
        .where(k.code == code, k.clause == clause, d.answer == "applies", ~d.automatic)
        .order_by(d.n)
    )
    rows = [(str(row[0]), str(row[1]), str(row[2])) for row in tx.run(wanted)]
    open_: set[str] = set()
    outcome: dict[str, str] = {}
    for some in chunks([row[0] for row in rows]):
        late = n.decision_id.in_(some) & (n.role == "subject") & (n.appeal_until >= now)
        open_.update(tx.run(select(n.decision_id).where(late)).scalars())
        for decision, said in tx.run(
            select(a.decision_id, a.outcome).where(a.decision_id.in_(some)).order_by(a.n)
        ):
            open_ |= {decision} if said is None else set()
            outcome[decision] = {"reversed": "reversed", "changed": "changed"}.get(
                said, outcome.get(decision, "stood")
            )
        u = disputes.c
        brought = select(u.decision_id, u.outcome, u.implemented).where(u.decision_id.in_(some))
        for decision, said, followed in tx.run(brought):
            open_ |= {decision} if said is None else set()
            if followed:
                outcome[decision] = "reversed"
        taken = withdrawals.c.decision_id.in_(some)
        for decision in tx.run(select(withdrawals.c.decision_id).where(taken)).scalars():
            outcome[decision] = "reversed"
    return [Decided(*row, outcome.get(row[0], "stood")) for row in rows if row[0] not in open_]


def similar(found: Sequence[Decided], outcome: str) -> list[Decided]:
    """Return the final decisions with one outcome."""
    return [each for each in found if each.outcome == outcome]


def add(tx: Tx, *, code: str, clause: str, outcome: str, en: str, zh: str, by: str, at: Micros) -> Example:
    """Keep an example that somebody wrote; it is not public yet.

    Args:
        tx: a writing transaction.
        code: the code of conduct.
        clause: the clause.
        outcome: ``stood`` or ``reversed``: what became of the decisions it stands for.
        en: the example in English, paraphrased, naming and quoting nobody.
        zh: the same in Chinese.
        by: who wrote it.
        at: the wall clock.

    Raises:
        CaseError: ``example/no-such-clause``, ``example/outcome``, ``example/no-words``,
            ``example/language``, ``example/personal``, ``example/too-few``, roles. Nothing was changed.
    """
    acting(tx, by, *MAY)
    versions = clauses.versions(tx, code, clause)
    if not versions:
        said = f"there is no clause {code[:40]} {clause[:40]} here"
        raise refuse("example/no-such-clause", said, "ombud code show CODE")
    if outcome not in OUTCOMES:
        raise refuse("example/outcome", f"{outcome[:40]!r} is no outcome", "one of " + " ".join(OUTCOMES))
    words = {
        "en": text(en, "the English text", LENGTH, code="example/no-words"),
        "zh": text(zh, "the Chinese text", LENGTH, code="example/no-words"),
    }
    _enough(similar(final(tx, code, clause, at), outcome))
    check([*_language(words), *_personal(tx, code, clause, words, at)])
    number, salt = examples.next_number(tx), new_salt()
    row = Example(
        number, name(tx, "e", str(number)), at, code, clause, outcome, words["en"], words["zh"], by, salt
    )
    examples.add(tx, row)
    figures = {"example": row.id, "code": code, "clause": clause, "outcome": outcome, "by": inner(tx, by)}
    enter(tx, "example", {**figures, "digest": digest(salt, words)}, at)
    return row


def publish(tx: Tx, example_id: str, *, by: str, at: Micros) -> Example:
    """Make an example public, as another person than the one who wrote it.

    Raises:
        CaseError: ``example/no-such``, ``example/public``, ``example/withdrawn``, ``example/own``,
            ``example/too-few``, ``example/personal``, ``example/reversed-missing``, roles.
            Nothing was changed.
    """
    acting(tx, by, *MAY)
    row = _get(tx, example_id)
    if row.withdrawn_at is not None or row.salt is None:
        raise refuse("example/withdrawn", "this example was withdrawn", "ombud example add")
    if row.published_at is not None:
        raise refuse("example/public", f"it is public since {format_time(row.published_at)}")
    if row.written_by == by:
        raise refuse("example/own", "you wrote this example", "another person publishes it")
    found = final(tx, row.code, row.clause, at)
    alike = similar(found, row.outcome)
    _enough(alike)
    check(_personal(tx, row.code, row.clause, {"en": row.en, "zh": row.zh}, at))
    if row.outcome == "stood" and not _reversed_is_told(tx, row, found):
        said = "enough decisions on this clause were reversed, and no example of one is public"
        raise refuse("example/reversed-missing", said, "publish an example with --outcome reversed first")
    examples.publish(tx, row.id, at, by, len({each.case for each in alike}))
    done = _get(tx, row.id)
    enter(tx, "example-published", {"example": row.id, "by": inner(tx, by), "cases": done.stands_for}, at)
    return done


def withdraw(tx: Tx, example_id: str, *, by: str, at: Micros, erase: bool = False) -> None:
    """Take an example back; the next page is without it. With ``erase`` its words are gone as well.

    Raises:
        CaseError: ``example/no-such``, ``example/withdrawn``, roles.
    """
    acting(tx, by, *MAY)
    row = _get(tx, example_id)
    if row.withdrawn_at is not None and not (erase and row.salt is not None):
        raise refuse("example/withdrawn", "this example was withdrawn already")
    if row.withdrawn_at is None:
        examples.withdraw(tx, row.id, at, by)
        enter(tx, "example-withdrawn", {"example": row.id, "by": inner(tx, by)}, at)
    if erase:
        examples.empty(tx, row.id, erasing.GONE)


def told(tx: Tx, now: Micros) -> list[dict[str, Any]]:
    """Return the public examples, each with the clause's title and how many like it stood or were reversed.

    Numbers under five are ``None``.
    """
    found = []
    for row in examples.every(tx, public=True):
        if row.salt is None:
            continue
        every = final(tx, row.code, row.clause, now)
        title = clauses.versions(tx, row.code, row.clause)[-1].body["title"]
        found.append(
            {
                "id": row.id,
                "code": row.code,
                "clause": row.clause,
                "title": {"en": title["en"], "zh": title["zh"]},
                "outcome": row.outcome,
                "text": {"en": row.en, "zh": row.zh},
                "decided": _small(len({each.case for each in every})),
                "reversed": _small(len({each.case for each in similar(every, "reversed")})),
            }
        )
    return found


def _small(n: int) -> int | None:
    return n if n == 0 or n >= LEAST else None


def _get(tx: Tx, example_id: str) -> Example:
    row = examples.get(tx, example_id)
    if row is None:
        raise refuse("example/no-such", f"there is no example {example_id[:40]!r}", "ombud example list")
    return row


def _enough(alike: Sequence[Decided]) -> None:
    if len({each.account for each in alike}) < LEAST:
        said = f"an example stands for at least {LEAST} final cases of different accounts; there are fewer"
        raise refuse("example/too-few", said, "ombud example similar shows how many there are")


def _reversed_is_told(tx: Tx, row: Example, found: Sequence[Decided]) -> bool:
    if len({each.account for each in similar(found, "reversed")}) < LEAST:
        return True
    return any(
        (each.code, each.clause, each.outcome) == (row.code, row.clause, "reversed")
        for each in examples.every(tx, public=True)
    )


def _language(words: dict[str, str]) -> list[Fault]:
    hint = "give both texts, each in its language"
    faults = []
    if not any("\u4e00" <= ch <= "\u9fff" for ch in words["zh"]):
        faults.append(Fault("example/language", "the Chinese text is not in Chinese", None, hint))
    if any("\u4e00" <= ch <= "\u9fff" for ch in words["en"]):
        faults.append(Fault("example/language", "the English text has Chinese characters", None, hint))
    return faults


def _personal(tx: Tx, code: str, clause: str, words: dict[str, str], now: Micros) -> list[Fault]:
    """Hold both texts against names, and against the content of every case of the clause."""
    versions = clauses.versions(tx, code, clause)
    own = [
        part[lang] for v in versions for part in (v.body["title"], v.body["asks"]) for lang in ("en", "zh")
    ]
    cases = {each.case for each in final(tx, code, clause, now)}
    known = known_of(tx, cases, tokens(" ".join(own)))
    hint = "paraphrase: say what kind of thing happened, not what was written or who it was"
    return [
        Fault("example/personal", f"the {language} text holds {trace}", None, hint)
        for language, said in (("English", words["en"]), ("Chinese", words["zh"]))
        for trace in traces(said, known)
    ]
