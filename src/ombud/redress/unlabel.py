"""Labels go when what they rest on goes: a fact-check that no longer stands, a text that was mended."""

from __future__ import annotations

from typing import Any

from ombud.base.clock import Clock
from ombud.measures.figures import STARTING, Figures
from ombud.redress.withdraw import first_notice, withdraw
from ombud.redress.words import say
from ombud.registers.asof import load
from ombud.signals.claims.session import REGISTER, Checked
from ombud.store import Store, Tx, automation, clauses, decisions, measures, state
from ombud.store.decisions import Decision

HARM = "checked_false_claim"
"""The harm whose labels rest on published fact-checks (design, section 2.6)."""

PUBLISHERS = 2
"""So many independent publishers must stand by a check (design, section 2.6)."""

AT_ONCE = 20
_STATE = "labels.checked"


def lift_mended(store: Store, clock: Clock, figures: Figures = STARTING) -> int:
    """Take back labels that a rule set on a text which was edited so that the rule holds no more."""
    done = 0
    while True:
        with store.begin() as tx:
            tx.alone()
            found = automation.mended(tx, AT_ONCE)
            if not found:
                return done
            for each in found:
                decision = decisions.get(tx, each)
                assert decision is not None
                why = say("why.mended", first_notice(tx, decision).language)
                if withdraw(tx, decision, "mended", why, at=clock.now(), figures=figures) is None:
                    return done
                done += 1


def lift_unchecked(store: Store, clock: Clock, figures: Figures = STARTING) -> int:
    """Take back every label, set by a rule or by a person, whose fact-check no longer stands.

    Labels are looked at once, and all of them again when the register ``fact_checks`` changes.
    """
    with store.read() as tx:
        registers = load(tx)
        known: Any = state.load(tx, _STATE, {"revision": "", "after": 0})
    revision = registers.revision(REGISTER)
    after = known["after"] if known["revision"] == revision else 0
    checked, done = Checked(registers), 0
    while True:
        with store.begin() as tx:
            tx.alone()
            found = automation.labelled(tx, after, AT_ONCE)
            for n, decision_id in found:
                after = n
                decision = decisions.get(tx, decision_id)
                assert decision is not None
                gone = _gone(tx, decision, checked, clock.now())
                if gone is not None:
                    why = say("why.fact-check", first_notice(tx, decision).language, check=gone)
                    told = withdraw(tx, decision, "fact-check", why, at=clock.now(), figures=figures)
                    done += told is not None
            now = {"revision": revision, "after": after}
            if now != known:
                state.save(tx, _STATE, now)
            if not found:
                return done


def _gone(tx: Tx, decision: Decision, checked: Checked, at: int) -> str | None:
    """Return the check that a label rests on and that stands no more, or ``None``."""
    clause = clauses.get(tx, decision.clause_id)
    if clause is None or clause.harm != HARM:
        return None
    check = check_in(decision.facts) or _linked(tx, decision)
    return None if check is None or stands(checked, check, at) else check


def _linked(tx: Tx, decision: Decision) -> str | None:
    """Return what a rule's label links to: it says so itself, also when the facts were erased."""
    rows = [row for row in measures.of_decision(tx, decision.id) if row.kind == "label"]
    links = [link for row in rows for link in (row.details or {}).get("links", ())]
    return str(links[0]) if links else None


def check_in(facts: Any) -> str | None:
    """Return the published check that the first fact with one names, or ``None``."""
    for fact in facts or ():
        check = fact.get("evidence", {}).get("signal.claims.check")
        if isinstance(check, str):
            return check
    return None


def stands(checked: Checked, check: str, at: int) -> bool:
    """Say whether two independent publishers still stand by the check of a claim."""
    found = checked.agreement_on(check, at)
    return found is not None and found.publishers >= PUBLISHERS and not found.retracted
