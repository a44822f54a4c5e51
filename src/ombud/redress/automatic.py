"""Labels that a rule may set: where the clause allows it and an operator switched it on.

``ombud tick`` sets them, each as a decision marked automatic, with its notice and its label in
one transaction; ``ombud run`` stays the evaluator and finds only. A label counts no points, the
case stays open for a person, and one post gets one label under one clause for ever. A used-up
quota switches the clause back to people until an operator switches it on again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ombud.base.clock import Clock, Micros
from ombud.cases import roles
from ombud.cases.entry import enter
from ombud.cases.errors import CaseError, refuse
from ombud.conduct.harms import harms
from ombud.measures.choose import ladder
from ombud.measures.figures import STARTING, Figures
from ombud.measures.quota import over_quota
from ombud.redress.answer import resting_on
from ombud.redress.letter import automatic_letter
from ombud.redress.model import Answer, Planned
from ombud.redress.plan import notice_language
from ombud.redress.standing import used_today
from ombud.redress.unlabel import HARM, check_in, stands
from ombud.redress.words import say
from ombud.redress.writer import Entries, Letter, finish, write_decision, write_measures, write_notice
from ombud.registers.asof import load
from ombud.signals.claims.session import Checked
from ombud.store import Store, Tx, automation, cases, clauses, decisions, people
from ombud.store.automation import Label, Switch
from ombud.store.findings import Finding

AT_ONCE = 20
"""Findings that one transaction labels, so that people at work never wait long."""

QUOTA = "quota"


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a pass over the findings did.

    Attributes:
        labels: how many labels were set.
        tripped: clauses (``code/clause``) that went back to people because a quota was used up.
        lapsed: clauses whose operator has the role no more, so that nothing is labelled.
    """

    labels: int = 0
    tripped: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()


def switch(tx: Tx, code: str, clause: str, person: str, on: bool, *, at: Micros) -> None:
    """Switch automatic labels on or off for a clause; what was found before is left to people.

    Raises:
        CaseError: ``redress/no-clause``, ``redress/not-automatic`` (the clause does not allow it),
            ``redress/switched`` (it stands so already), ``cases/wrong-role``.
    """
    roles.acting(tx, person, "operator")
    versions = clauses.versions(tx, code, clause)
    if not versions:
        hint = "adopt the code: ombud run --code …"
        raise refuse("redress/no-clause", f"clause {code[:40]} {clause[:40]} was never adopted here", hint)
    last = versions[-1]
    if on and not (last.automation == "label" and harms()[last.harm].label_only):
        message = f"clause {code} {clause} is decided by people alone"
        raise refuse("redress/not-automatic", message, "only a clause that says automation: label may be")
    now = {(each.code, each.clause): each.granted for each in automation.switches(tx)}
    if now.get((code, clause), False) == on:
        raise refuse("redress/switched", f"automatic labels are {'on' if on else 'off'} already")
    _switch(tx, Switch(0, at, code, clause, on, person, automation.last_finding(tx), "person"))


def _switch(tx: Tx, row: Switch) -> None:
    numbered = Switch(
        automation.next_switch(tx),
        *(row.at, row.code, row.clause, row.granted, row.person, row.after, row.why),
    )
    automation.switch(tx, numbered)
    who = None if row.person is None else roles.inner(tx, row.person)
    figures = {"code": row.code, "clause": row.clause, "on": row.granted, "by": who, "why": row.why}
    enter(tx, "automatic-labels", figures, row.at)


def label_all(store: Store, clock: Clock, figures: Figures = STARTING) -> Labelled:
    """Label what stable rules found since the switch; a second call at once does nothing.

    Findings that are hypothetical, mended, on a case that somebody holds or that has a decision,
    and posts that a rule labelled before under this clause are left out.
    """
    with store.read() as tx:
        on = [each for each in automation.switches(tx) if each.granted]
        lapsed = [each for each in on if not _may(tx, each)]
        checked = Checked(load(tx))
    done, tripped = 0, []
    for each in on:
        if each in lapsed:
            continue
        count, quota = _label_clause(store, clock, each, checked, figures)
        done += count
        tripped += [_name(each)] if quota else []
    return Labelled(done, tuple(tripped), tuple(map(_name, lapsed)))


def _name(row: Switch) -> str:
    return f"{row.code}/{row.clause}"


def _may(tx: Tx, row: Switch) -> bool:
    return row.person is not None and "operator" in people.roles(tx, row.person)


def _label_clause(
    store: Store, clock: Clock, on: Switch, checked: Checked, figures: Figures
) -> tuple[int, bool]:
    """Label one clause's findings in small transactions; return how many, and whether a quota stopped it."""
    done, after = 0, on.after
    while True:
        with store.begin() as tx:
            tx.alone()
            if on not in automation.switches(tx) or not _may(tx, on):
                return done, False
            found = automation.waiting(tx, on.code, on.clause, after, AT_ONCE)
            if not found:
                return done, False
            for finding in found:
                after = finding.n
                made = _answer(tx, finding, on)
                if made is None or not _linked(made, checked, clock.now()):
                    continue
                if _over(tx, made, clock.now(), figures):
                    _trip(tx, on, clock.now())
                    return done, True
                _label(tx, made, finding, clock.now(), figures)
                done += 1


def _answer(tx: Tx, finding: Finding, on: Switch) -> Answer | None:
    """Return the answer that a label rests on, or ``None`` where nothing may follow by itself."""
    key = automation.key_of(finding.code, finding.clause, finding.subject_kind, finding.subject)
    case = cases.get(tx, finding.case_id or "")
    if case is None or automation.known(tx, key) or decisions.of_case(tx, case.id):
        return None
    try:
        made = resting_on(tx, case, [finding], on.person or "", decisions.APPLIES, n=0, at=finding.at)
    except CaseError:
        return None
    clause = made.clause
    may = clause.automation == "label" and "label" in ladder(clause) and clause.severity < 4
    return made if may and harms()[clause.harm].label_only else None


def _linked(made: Answer, checked: Checked, at: Micros) -> bool:
    """Say whether the checks that the label would link to stand; other harms rest on none."""
    if made.clause.harm != HARM:
        return True
    check = check_in(made.facts)
    return check is not None and stands(checked, check, at)


def _over(tx: Tx, made: Answer, at: Micros, figures: Figures) -> bool:
    used = used_today(tx, made.rules, at)
    return bool(over_quota(used, ["label"], made.rules, automatic=True, figures=figures))


def _trip(tx: Tx, on: Switch, at: Micros) -> None:
    _switch(tx, Switch(0, at, on.code, on.clause, False, None, automation.last_finding(tx), QUOTA))


def _label(tx: Tx, made: Answer, finding: Finding, at: Micros, figures: Figures) -> None:
    """Write decision, notice and label, all at once; the case stays open."""
    language = notice_language(tx, made, None)
    links = links_in(finding.evidence)
    days = max(figures.appeal_days, made.clause.appeal or 0)
    title, body = automatic_letter(made, language, at, days, ", ".join(links))
    entries: Entries = []
    decision = write_decision(
        tx,
        made,
        kind=decisions.APPLIES,
        reasons=say("why.automatic", language),
        person=made.person,
        second=None,
        at=at,
        entries=entries,
        automatic=True,
    )
    told = Letter("decision", "subject", made.account, language, title, body, ("label",), days)
    notice = write_notice(tx, decision, told, at, entries)
    write_measures(
        tx,
        made,
        decision,
        notice,
        [Planned("label", None, 0, 0)],
        territory="",
        at=at,
        entries=entries,
        details={"links": links} if links else None,
    )
    key = automation.key_of(finding.code, finding.clause, finding.subject_kind, finding.subject)
    automation.add(tx, Label(key, decision, finding.n, at))
    finish(tx, entries, at)
    cases.note(tx, made.case_id, at, "labelled by a rule", {"decision": decision, "notice": notice})


def links_in(evidence: Any) -> list[str]:
    """Return the addresses that signals measured, such as those of the checks of a claim, once each."""
    found: list[str] = []
    for name, value in evidence.items() if isinstance(evidence, Mapping) else ():
        if name.startswith("signal."):
            found += [each for each in _texts(value) if each.startswith(("https://", "http://"))]
    return list(dict.fromkeys(found))[:20]


def _texts(value: Any) -> Iterable[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [each for each in values if isinstance(each, str)]
