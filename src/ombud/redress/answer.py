"""The first question of a decision: does the clause apply to what happened?

Prior standing stays hidden until it is answered: everything that shows standing takes the
:class:`~ombud.redress.model.Answer` that :func:`answer` returns and has written down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ombud.base.clock import Micros, format_time
from ombud.base.ids import digest16
from ombud.cases.clauses import applicable
from ombud.cases.errors import refuse, text
from ombud.cases.reports import SEALED as SEALED
from ombud.cases.roles import acting
from ombud.cases.work import act, free_to_judge, holding
from ombud.redress.letter import EXCERPT
from ombud.redress.model import Answer, Verdict
from ombud.store import Tx, cases, casework, clauses, findings, reports
from ombud.store.clauses import ClauseVersion
from ombud.store.findings import Finding
from ombud.store.reports import Report

VERDICTS = ("applies", "does_not_apply", "cannot_tell")
MOST_FACTS = 200
FACT_LENGTH = 2_000


def answer(
    tx: Tx,
    case_id: str,
    person: str,
    verdict: Verdict,
    *,
    version: int,
    at: Micros,
    findings_: Sequence[int] = (),
    facts: Sequence[str] = (),
    account: str | None = None,
    breach_at: Micros | None = None,
    hijacked: bool = False,
    danger: bool = False,
    no_conflict: bool = False,
) -> Answer:
    """Answer whether the clause applies, from the facts alone.

    Args:
        tx: a writing transaction.
        case_id: a case that the person holds.
        person: a reviewer.
        verdict: ``applies``, ``does_not_apply``, or ``cannot_tell`` (then nothing is done).
        version: the last line of the case's history that the person has seen.
        at: the wall clock.
        findings_: numbers of the findings relied on.
        facts: further facts, in plain words.
        account: whose doing it is, where neither findings nor the case say so.
        breach_at: the event's time, where no finding says so.
        hijacked: somebody else had taken the account.
        danger: a person may be in danger; a late appeal then suspends nothing.
        no_conflict: the person declares to have no conflict of interest.

    Raises:
        CaseError: ``cases/…`` (not held, stale, closed, role), ``redress/declare``,
            ``redress/hypothetical``, ``redress/no-facts``, ``redress/no-such-finding``,
            ``redress/several-accounts``, ``redress/whose``, ``redress/when``,
            ``redress/not-in-force``, ``redress/no-clause``.
    """
    acting(tx, person, "reviewer")
    case = _checked(tx, case_id, person, verdict, version, no_conflict)
    used = [_finding(tx, case, n) for n in dict.fromkeys(findings_)]
    made = resting_on(
        tx,
        case,
        used,
        person,
        verdict,
        n=version + 1,
        at=at,
        words=facts,
        account=account,
        breach_at=breach_at,
        hijacked=hijacked,
        danger=danger,
    )
    number = act(tx, case_id, person, "answered", at, written(made))
    assert number == made.n
    return made


def resting_on(
    tx: Tx,
    case: cases.Case,
    used: Sequence[Finding],
    person: str,
    verdict: str,
    *,
    n: int,
    at: Micros,
    words: Sequence[str] = (),
    account: str | None = None,
    breach_at: Micros | None = None,
    hijacked: bool = False,
    danger: bool = False,
) -> Answer:
    """Return an answer that rests on findings of a case and on further facts; nothing is written.

    ``n`` is the line of the case's history that holds the answer, 0 where an act as a whole
    (a cluster decision, an automatic label) stands for it.

    Raises:
        CaseError: ``redress/no-facts`` and what else :func:`answer` raises about facts and clauses.
    """
    given = _facts(used, words, sealed=_is_sealed(tx, case))
    told = reports.of_case(tx, case.id, limit=1)
    if verdict == "applies" and not given:
        raise refuse(
            "redress/no-facts", "a clause applies to facts; name at least one", "--finding or --fact"
        )
    happened = _when(used, breach_at, at) if verdict == "applies" else None
    return Answer(
        case_id=case.id,
        n=n,
        person=person,
        verdict=verdict,
        account=_whose(tx, case, used, account),
        subject_kind=case.subject_kind,
        subject=case.subject,
        clause=_clause(tx, case, happened, used),
        breach_at=happened,
        facts=(*given, *({"report": each.id, "at": each.at} for each in told)),
        incidents=tuple(sorted({_incident(each) for each in used} or {f"case:{case.id}"})),
        rules=tuple(sorted({f"{each.code}/{each.rule}" for each in used})),
        excerpt=_excerpt(tx, case, used, told),
        hijacked=hijacked,
        danger=danger or case.lane == 0,
    )


def _checked(tx: Tx, case_id: str, person: str, verdict: str, version: int, no_conflict: bool) -> cases.Case:
    if verdict not in VERDICTS:
        hint = "answers: " + ", ".join(VERDICTS)
        raise refuse("redress/bad-answer", f"{verdict[:40]!r} is not an answer", hint)
    case = holding(tx, case_id, person)
    free_to_judge(tx, case_id, person)
    now = casework.version(tx, case_id)
    if version != now:
        message = f"the case has changed since you looked (version {version}, now {now})"
        raise refuse("cases/stale-version", message, f"look again: ombud case show {case_id}")
    if not no_conflict:
        hint = "say that you have no conflict of interest, or: ombud case conflict"
        raise refuse("redress/declare", "declare whether you can judge this case freely", hint)
    if case.hypothetical:
        hint = "it was evaluated as if the clause had been in force; nothing can follow from it"
        raise refuse("redress/hypothetical", "this case is hypothetical", hint)
    return case


def _finding(tx: Tx, case: cases.Case, n: int) -> Finding:
    found = findings.get(tx, n)
    if found is None or found.case_id != case.id:
        raise refuse("redress/no-such-finding", f"finding {n} is not on this case", "ombud case show")
    return found


def _facts(used: Sequence[Finding], words: Sequence[str], *, sealed: bool) -> list[Mapping[str, Any]]:
    if len(used) + len(words) > MOST_FACTS:
        raise refuse("redress/too-many-facts", f"{MOST_FACTS} facts are the most", "name those that matter")
    facts: list[Mapping[str, Any]] = [
        {
            "finding": each.n,
            "rule": f"{each.code}/{each.rule}",
            "at": each.at,
            "evidence": each.evidence if isinstance(each.evidence, dict) and not sealed else {},
        }
        for each in used
    ]
    return facts + [{"words": text(w, "a fact", FACT_LENGTH, code="redress/no-facts")} for w in words]


def _when(used: Sequence[Finding], given: Micros | None, now: Micros) -> Micros:
    """Return the earliest instant of what is relied on: the clause must have been in force for all of it."""
    instants = [each.at for each in used] + ([] if given is None else [given])
    if not instants:
        raise refuse("redress/when", "say when it happened", "--happened-at 2026-09-11T08:00:00Z")
    if given is not None and given > now:
        raise refuse("redress/when", "it cannot have happened later than now")
    return min(instants)


def _whose(tx: Tx, case: cases.Case, used: Sequence[Finding], given: str | None) -> str:
    accounts = {each.account for each in used}
    if not accounts and case.subject_kind == "post":
        accounts = {each.account for each in findings.page(tx, case_id=case.id, limit=50)}
        accounts = accounts or reports.accounts_of(tx, case.id)
    if not accounts and case.subject_kind != "post":
        accounts = {case.subject}
    if given is not None:
        accounts = accounts or {given}
        if given not in accounts:
            raise refuse("redress/whose", "the facts are about another account")
    if len(accounts) > 1:
        hint = "name findings of one account; each is decided and told apart"
        raise refuse("redress/several-accounts", "the facts are about several accounts", hint)
    if not accounts:
        raise refuse("redress/whose", "say whose doing it is", "--account ID")
    return accounts.pop()


def _clause(tx: Tx, case: cases.Case, happened: Micros | None, used: Sequence[Finding]) -> ClauseVersion:
    versions = clauses.versions(tx, case.code, case.clause)
    if not versions:
        hint = "adopt the code: ombud run --code …"
        raise refuse("redress/no-clause", f"clause {case.code} {case.clause} was never adopted here", hint)
    if happened is None:
        return versions[-1]
    if any(each.hypothetical for each in used):
        raise refuse("redress/hypothetical", "a finding made as if the clause had been in force is no fact")
    found = applicable(versions, happened)
    if found is None:
        message = f"the clause was not in force at {format_time(happened)}"
        hint = f"it binds from {format_time(versions[0].in_force_from)}; nothing binds backwards"
        raise refuse("redress/not-in-force", message, hint)
    return found


def _incident(finding: Finding) -> str:
    """Return the key of what happened: two findings on one post (or on one event) are one incident."""
    origin = "" if finding.origin is None else "=" + finding.origin
    what = ("post", finding.post) if finding.post is not None else ("event", finding.event_id)
    return digest16(origin, *what).hex()


def _excerpt(tx: Tx, case: cases.Case, used: Sequence[Finding], told: Sequence[Report]) -> str | None:
    if _is_sealed(tx, case):
        return None
    seen = [each.evidence.get("post.text") for each in used if isinstance(each.evidence, dict)]
    for said in [*seen, *(each.content for each in told)]:
        if isinstance(said, str) and said.strip():
            clean = said.strip()
            return clean if len(clean) <= EXCERPT else clean[: EXCERPT - 1] + "…"
    return ""


def _is_sealed(tx: Tx, case: cases.Case) -> bool:
    """Say whether what was seen must not be copied or shown again."""
    return any(version.harm in SEALED for version in clauses.versions(tx, case.code, case.clause))


def written(made: Answer) -> dict[str, Any]:
    """Return an answer as the case's history keeps it."""
    return {
        "verdict": made.verdict,
        "account": made.account,
        "subject_kind": made.subject_kind,
        "subject": made.subject,
        "clause_id": made.clause.id,
        "breach_at": made.breach_at,
        "facts": [dict(fact) for fact in made.facts],
        "incidents": list(made.incidents),
        "rules": list(made.rules),
        "excerpt": made.excerpt,
        "hijacked": made.hijacked,
        "danger": made.danger,
    }


def recall(tx: Tx, case_id: str) -> Answer | None:
    """Return the last answer that was given in a case, or ``None``."""
    given = [line for line in cases.history(tx, case_id) if line.kind == "answered"]
    if not given:
        return None
    line, body = given[-1], dict(given[-1].body)
    person = body.pop("person")
    body.pop("salt", None)
    clause = clauses.get(tx, body.pop("clause_id"))
    assert clause is not None
    for name in ("facts", "incidents", "rules"):
        body[name] = tuple(body[name])
    return Answer(case_id=case_id, n=line.n, person=person, clause=clause, **body)


def checked(tx: Tx, made: Answer) -> None:
    """Check that an answer is the last one given in its case.

    Raises:
        CaseError: ``redress/not-answered``.
    """
    if recall(tx, made.case_id) != made:
        hint = "answer whether the clause applies first; consequences come after"
        raise refuse("redress/not-answered", "this is not the answer that was given in the case", hint)
