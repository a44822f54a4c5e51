"""Everything that a cluster decision would do, member by member. Nothing here writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ombud.base.clock import Micros
from ombud.cases.errors import CaseError, refuse
from ombud.cases.work import free_to_judge
from ombud.measures.figures import STARTING, Figures
from ombud.measures.quota import quota_of
from ombud.redress.answer import recall, resting_on
from ombud.redress.cluster import Measured, in_state, measured, sample_of
from ombud.redress.letter import decision_letter
from ombud.redress.model import Answer, Choice, Plan
from ombud.redress.plan import checked_reasons, digest_of, make_plan, shown_kinds
from ombud.redress.standing import used_today
from ombud.store import Tx, cases, casework, clusters, findings
from ombud.store.clusters import Cluster, Member

QUOTA = "measures/quota"
NO_QUOTA = 1 << 40


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What is planned for one member: the digest of its plan, or the code of what leaves it out."""

    member: Member
    digest: str | None
    why: str | None
    kinds: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    two: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """What a cluster decision will do.

    Attributes:
        measured: the sample's errors and the bound.
        members: what is planned for each.
        digest: what the decision must be confirmed with; it stands for every plan and every letter.
        measures: how many measures of each kind.
        left_out: how many members stay open, by the code of the reason.
        accounts: how many accounts are decided about.
        days: how many days it takes within the daily quotas; 1 = today.
        today: how many decisions the quotas leave for today.
        two: two people must agree.
    """

    measured: Measured
    members: tuple[Foreseen, ...]
    digest: str
    measures: Mapping[str, int]
    left_out: Mapping[str, int]
    accounts: int
    days: int
    today: int
    two: bool

    @property
    def decided(self) -> int:
        """Return how many members would be decided."""
        return sum(each.digest is not None for each in self.members)


def preview_cluster(
    tx: Tx, cluster_id: str, choice: Choice, person: str, at: Micros, figures: Figures = STARTING
) -> Whole:
    """Return everything that a cluster decision would do.

    Raises:
        CaseError: ``redress/no-such-cluster``, ``redress/cluster-state``, ``redress/sample-open``
            (not every case of the sample is answered), ``redress/too-many-errors`` (the bound is over
            the limit: the cluster is refused), ``redress/not-in-the-sample`` (the person answered none of
            it), ``redress/no-reasons``, ``redress/nobody-left``.
    """
    row = in_state(tx, cluster_id, clusters.SAMPLING)
    known = sampled_well(tx, row, person, figures)
    choice = replace(choice, reasons=checked_reasons(choice.reasons))
    members = tuple(
        _foresee(tx, row, each, choice, person, at, figures) for each in clusters.members(tx, row.id)
    )
    if all(each.digest is None for each in members):
        _nobody_left(tx, row, members, choice, person, at, figures)
    listed = [[each.member.case_id, each.digest, each.why] for each in members]
    digest = digest_of([row.id, person, known.errors, known.answered, listed])
    today, days = _time(tx, members, at, figures)
    return Whole(
        measured=known,
        members=members,
        digest=digest,
        measures=Counter(kind for each in members for kind in each.kinds),
        left_out=Counter(each.why for each in members if each.why is not None),
        accounts=len({each.member.who for each in members if each.digest is not None}),
        days=days,
        today=today,
        two=any(each.two for each in members),
    )


def sampled_well(tx: Tx, row: Cluster, person: str, figures: Figures) -> Measured:
    """Return how wrong the cluster is, having checked that its sample lets it be decided.

    Raises:
        CaseError: ``redress/sample-open``, ``redress/too-many-errors``, ``redress/not-in-the-sample``.
    """
    known = measured(tx, row, figures)
    if known.answered < known.sample:
        message = (
            f"{known.sample - known.answered} of {known.sample} cases of the sample are not answered yet"
        )
        raise refuse("redress/sample-open", message, f"ombud case cluster show {row.id}")
    if known.bound > known.limit:
        message = (
            f"{known.errors} of {known.sample} were wrong, so up to {known.bound:.1%} of all may be; "
            f"{known.limit:.0%} is the limit"
        )
        raise refuse("redress/too-many-errors", message, "the cluster is refused: decide one by one")
    if all(each.person != person for each in sample_of(tx, row)):
        message = "you answered no case of the sample"
        raise refuse("redress/not-in-the-sample", message, "one of those who looked at it decides")
    return known


def plan_member(
    tx: Tx, row: Cluster, member: Member, choice: Choice, person: str, at: Micros, figures: Figures
) -> Plan:
    """Return the plan for one member.

    Raises:
        CaseError: what leaves the member out: ``cases/closed``, ``cases/held``,
            ``cases/conflict-of-interest``, ``redress/lane-zero``, ``redress/erased``,
            ``redress/mended``, ``redress/sample-wrong``, or what is wrong with the choice for this account.
    """
    made = _answer(tx, member, person, at)
    incidents = tuple(sorted({*made.incidents, f"cluster:{row.id}"}))  # one operator's act is one strike
    return make_plan(tx, replace(made, person=person, incidents=incidents), choice, at, figures=figures)


def letter_of(
    tx: Tx,
    cluster_id: str,
    case_id: str,
    choice: Choice,
    person: str,
    at: Micros,
    figures: Figures = STARTING,
) -> tuple[str, str]:
    """Return the exact notice of any member, as a decision made now would send it.

    Raises:
        CaseError: ``redress/no-such-member``, and those of :func:`plan_member`.
    """
    row = in_state(tx, cluster_id, clusters.SAMPLING)
    sampled_well(tx, row, person, figures)
    member = clusters.of_case(tx, case_id)
    if member is None or member.cluster_id != row.id:
        raise refuse("redress/no-such-member", f"case {case_id[:40]} is not in this cluster")
    return decision_letter(plan_member(tx, row, member, choice, person, at, without_quota(figures)), at)


def _answer(tx: Tx, member: Member, person: str, at: Micros) -> Answer:
    case = cases.get(tx, member.case_id)
    assert case is not None
    if case.state == cases.CLOSED:
        raise refuse("cases/closed", "the case was decided by itself")
    if case.lane == 0:
        raise refuse("redress/lane-zero", "danger was seen in this case: it is decided by itself")
    free_to_judge(tx, case.id, person)
    rows = [findings.get(tx, n) for n in member.findings]
    kept = [each for each in rows if each is not None and each.salt is not None]
    if not kept:
        raise refuse("redress/erased", "what was found was erased since")
    if member.sampled:
        made = recall(tx, case.id)
        if made is None or made.n <= member.seen or made.verdict != "applies":
            raise refuse("redress/sample-wrong", "the clause was not found to apply")
        return made
    held = casework.claim_of(tx, case.id)
    if held is not None and held.person != person:
        raise refuse("cases/held", "somebody is working on this case")
    used = [each for each in kept if each.mended_at is None]
    if not used:
        raise refuse("redress/mended", "what was found was edited since")
    return resting_on(tx, case, used, person, "applies", n=0, at=at)


def _foresee(
    tx: Tx, row: Cluster, member: Member, choice: Choice, person: str, at: Micros, figures: Figures
) -> Foreseen:
    try:
        plan = plan_member(tx, row, member, choice, person, at, without_quota(figures))
    except CaseError as problem:
        return Foreseen(member, None, problem.code)
    return Foreseen(member, plan.digest, None, tuple(shown_kinds(plan)), plan.answer.rules, plan.two)


def _nobody_left(
    tx: Tx,
    row: Cluster,
    members: tuple[Foreseen, ...],
    choice: Choice,
    person: str,
    at: Micros,
    figures: Figures,
) -> None:
    """Say what is wrong with the choice itself where it fits no member; it always raises."""
    for each in members:
        if each.why is not None and each.why.startswith("measures/"):
            plan_member(tx, row, each.member, choice, person, at, without_quota(figures))
    codes = ", ".join(sorted({each.why or "" for each in members}))
    raise refuse("redress/nobody-left", f"no member could be decided so: {codes}")


def without_quota(figures: Figures) -> Figures:
    """Return the figures with quotas that never end; how long a cluster takes is reckoned apart."""
    return replace(figures, measure_quota={}, other_quota=NO_QUOTA, rule_quota=NO_QUOTA)


def _time(tx: Tx, members: tuple[Foreseen, ...], at: Micros, figures: Figures) -> tuple[int, int]:
    """Return how many decisions the quotas leave for today, and how many days all take."""
    kinds = Counter(kind for each in members for kind in each.kinds)
    rules = Counter(rule for each in members for rule in each.rules)
    used = used_today(tx, rules, at)
    total = sum(each.digest is not None for each in members)
    today, days = total, 1
    bounds = [(n, quota_of(kind, figures), used.measures.get(kind, 0)) for kind, n in kinds.items()]
    bounds += [(n, figures.rule_quota, used.rules.get(rule, 0)) for rule, n in rules.items()]
    for wanted, quota, gone in bounds:
        left = max(0, quota - gone)
        today = min(today, left) if wanted > left else today
        days = max(days, 1 + -(-max(0, wanted - left) // max(1, quota)))
    return today, days
