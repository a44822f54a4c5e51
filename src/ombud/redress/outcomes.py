"""What a decision says about the rules that led to it, told as events of kind ``outcome``.

Rules learn from decisions only through these events (``ombud.flow.precision`` reads them):
nothing in ``signals`` or ``rules`` reads a case. An event names the rule, what was decided
about (the post, or the account where the clause is about accounts, in the platform's
``origin``) and whether the clause applies. It names no reviewer and holds no words.

One event goes to each rule that has a finding on the case against the account decided about,
and to each that found on the same post under the same clause without opening a case: an
experimental rule's shadow findings are judged with the others'. An interim hold answers
nothing yet, and what no person looked at teaches nothing: neither a label that a rule set (until
somebody answers an appeal against it) nor a member of a cluster outside its sample is told.
"""

from __future__ import annotations

from ombud.base.clock import Micros
from ombud.cases.entry import name
from ombud.events.decode import encode
from ombud.events.envelope import Account, Event, Target
from ombud.store import Tx, clusters, filed, findings
from ombud.store.decisions import APPLIES, INTERIM, NOT, Decision
from ombud.store.findings import Finding, Judged

HOUSE = "ombud"
"""The account that such events name as who acted."""


def tell_decided(tx: Tx, decision: Decision, at: Micros) -> None:
    """Tell the outcome of a fresh decision."""
    if _unseen(tx, decision.case_id):
        return
    tell(tx, decision, {APPLIES: True, NOT: False}.get(decision.answer), "decision", at)


def tell_appealed(tx: Tx, decision: Decision, outcome: str, at: Micros) -> None:
    """Tell what an appeal's answer makes of a decision.

    ``kept`` says it again; ``reversed`` takes back that a clause applied, and makes of a
    refusal a question that is open until the case is decided afresh.
    """
    first = {APPLIES: True, NOT: False}.get(decision.answer)
    applies = first if outcome == "kept" else (False if first is True else None)
    _tell(tx, decision, applies, f"appeal {outcome}", at)


def tell_reversed(tx: Tx, decision: Decision, at: Micros) -> None:
    """Tell that a person reversed unasked what a clause was said to apply to, also a label by a rule."""
    _tell(tx, decision, False, "reversed", at)


def tell(tx: Tx, decision: Decision, applies: bool | None, on: str, at: Micros) -> None:
    """Put down one event for each rule; the same act told twice is told once.

    Args:
        tx: the transaction of the act.
        decision: what was decided; nothing is told of an interim or automatic one.
        applies: whether the clause applies; ``None`` = nobody can tell.
        on: what the outcome comes from; with the decision's id it names the event.
        at: the wall clock.
    """
    if not decision.automatic:
        _tell(tx, decision, applies, on, at)


def _tell(tx: Tx, decision: Decision, applies: bool | None, on: str, at: Micros) -> None:
    if decision.answer == INTERIM:
        return
    for found in findings.judged(tx, decision.case_id, decision.account):
        _put(tx, (decision.id, on), found, decision.account, applies, at)


def tell_looked(tx: Tx, look_id: str, finding: Finding, applies: bool | None, at: Micros) -> None:
    """Tell what somebody said who looked at a shadow finding."""
    post = (finding.post or finding.subject) if finding.subject_kind == "post" else None
    about = Judged(finding.code, finding.rule, finding.origin, post)
    _put(tx, (look_id, "look"), about, finding.account, applies, at)


def _put(tx: Tx, by: tuple[str, str], found: Judged, account: str, applies: bool | None, at: Micros) -> None:
    whom = ("post", found.post) if found.post is not None else ("account", account)
    rule, origin = f"{found.code}/{found.rule}", found.origin
    event = Event(
        id=name(tx, "o", *by, rule, "" if origin is None else "=" + origin, *whom),
        at=at,
        kind="outcome",
        account=Account(HOUSE),
        origin=origin,
        target=Target(post_id=whom[1]) if whom[0] == "post" else Target(account_id=whom[1]),
        extra={"rule": rule} if applies is None else {"rule": rule, "applies": applies},
    )
    filed.put(tx, encode(event), at)


def _unseen(tx: Tx, case_id: str) -> bool:
    """Say whether a case is decided with its cluster, without having been in the sample."""
    member = clusters.of_case(tx, case_id)
    if member is None or member.sampled or member.state != clusters.WAITING:
        return False
    cluster = clusters.get(tx, member.cluster_id)
    return cluster is not None and cluster.state == clusters.CONFIRMED
