"""Help instead of points: what somebody may do to themselves breaks no clause, and is no breach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ombud.base.clock import Micros
from ombud.cases.errors import refuse
from ombud.cases.roles import acting
from ombud.cases.work import act, holding
from ombud.redress.answer import checked
from ombud.redress.decide import provisional
from ombud.redress.letter import compose, title
from ombud.redress.model import Answer
from ombud.redress.plan import notice_language
from ombud.redress.tell import tell_all
from ombud.redress.words import RECEIPT_MARK, say
from ombud.redress.writer import Entries, Letter, finish, undo, write_decision, write_notice
from ombud.registers.asof import load
from ombud.store import Tx, casework

REGISTER = "hotlines"
MOST = 10


@dataclass(frozen=True, slots=True)
class Helped:
    """What was written: the decision that no clause applies, and the letter with its exact words."""

    decision: str
    notice: str
    title: str
    body: str


def help_instead(
    tx: Tx,
    answer: Answer,
    person: str,
    numbers: Sequence[str],
    *,
    at: Micros,
    language: str | None = None,
) -> Helped:
    """Close a case in which somebody may harm themselves, and tell them whom they can talk to.

    No measure follows and nothing is counted; a hold or a label of the case is undone.

    Args:
        tx: a writing transaction.
        answer: the case's last answer: ``does_not_apply``, by this person.
        person: a reviewer who holds the case.
        numbers: keys of the register ``hotlines``, so that only checked numbers are given.
        at: the wall clock.
        language: of the letter; ``None`` = the content's.

    Raises:
        CaseError: ``redress/no-such-number``, ``redress/no-numbers``, ``redress/not-answered``,
            ``redress/language``, ``cases/…``.
    """
    acting(tx, person, "reviewer")
    holding(tx, answer.case_id, person)
    checked(tx, answer)
    if answer.person != person or answer.verdict != "does_not_apply":
        raise refuse("redress/not-answered", "say first that no clause applies", "--answer no")
    lang = notice_language(tx, answer, language)
    head = title("help", answer, lang)
    body = _body(answer, lang, _lines(tx, numbers, lang, at))
    entries: Entries = []
    decision = write_decision(
        tx,
        answer,
        kind=answer.verdict,
        reasons=say("help.reasons", lang),
        person=person,
        second=None,
        at=at,
        entries=entries,
    )
    notice = write_notice(
        tx, decision, Letter("lifted", "subject", answer.account, lang, head, body), at, entries
    )
    undo(tx, provisional(tx, answer.case_id), notice, at, "help", entries)
    casework.close(tx, answer.case_id)
    finish(tx, entries, at)
    act(tx, answer.case_id, person, "helped", at, {"decision": decision, "answer": answer.verdict})
    tell_all(tx, decision, at=at)
    return Helped(decision, notice, head, body)


def _lines(tx: Tx, numbers: Sequence[str], lang: str, at: Micros) -> list[str]:
    if not 0 < len(numbers) <= MOST:
        raise refuse(
            "redress/no-numbers", f"give 1 to {MOST} numbers that help", "ombud register list hotlines"
        )
    known = {str(row["key"]): row for row in load(tx).rows(REGISTER, at)}
    lines = []
    for number in dict.fromkeys(numbers):
        row = known.get(number)
        if row is None:
            hint = "import it with its source: ombud register import hotlines FILE"
            raise refuse("redress/no-such-number", f"{number[:40]!r} is not in the register {REGISTER}", hint)
        name = (row.get("name_en") if lang == "en" else None) or row.get("name") or number
        lines.append("- " + say("help.line", lang, name=name, number=number))
    return lines


def _body(answer: Answer, lang: str, lines: Sequence[str]) -> str:
    code = answer.clause.body["code_title"][lang]
    opening = say("open.help", lang, subject=say(answer.subject_kind, lang), id=answer.subject, code=code)
    sections = [
        ("help", [*lines, say("help.danger", lang)]),
        ("receipt", [say("receipt", lang, code=RECEIPT_MARK)]),
    ]
    return compose(opening, sections, lang)
