"""The town's second act: people decide, letters go out, appeals are heard, and some decisions are undone.

The people's parts are played by a script that knows the answer sheet; everything they do
goes through the same doors as in real life, and nothing here can do what a person cannot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from ombud.base.clock import DAY, HOUR, MINUTE, Micros
from ombud.cases import roles, work
from ombud.cases.roles import Role
from ombud.conduct.ladder import MEASURES, rung
from ombud.measures.choose import FIRST_TO_WEIGH, Chosen, ladder
from ombud.redress import answer as answers
from ombud.redress import judge
from ombud.redress.appeal import file_appeal
from ombud.redress.correct import judge_correction
from ombud.redress.decide import Decided, agree, decide, preview
from ombud.redress.model import Answer, Choice
from ombud.redress.plan import notice_language
from ombud.redress.senders import FolderSender
from ombud.store import (
    Store,
    Tx,
    appeals,
    cases,
    casework,
    clauses,
    decisions,
    findings,
    measures,
    notices,
)
from ombud.store.cases import Case
from ombud.store.clauses import ClauseVersion
from ombud.store.notices import Notice
from ombud.town.build import Town
from ombud.town.lines import Lines, lines
from ombud.town.platform import platform
from ombud.town.sheet import Sheet

OPERATOR = "olga"
STAFF: Mapping[str, Role] = {
    OPERATOR: "operator",
    "ann": "reviewer",
    "lin": "reviewer",
    "ada": "appeal_reviewer",
    "wen": "appeal_reviewer",
}
EACH_CLAUSE = 4
"""How many cases of a clause are decided; the others stay in the queue."""

EVERY_APPEAL = 3
"""One decision in so many is appealed."""

OUTCOMES = ("kept", "reversed", "changed", "kept", "unanswered")
"""How the appeals of the script end, in turn; one is left lying until it is late."""

WANTED: Mapping[int, tuple[str, ...]] = {
    1: ("label", "notice"),
    2: ("notice", "label", "rename", "disable"),
    3: ("rename", "disable", "rate_limit", "label"),
    4: ("disable", "rename", "label"),
}
"""The measures that the script's reviewers look for first, by severity."""


@dataclass(frozen=True, slots=True)
class Office:
    """What the town's people did, in counts, and where the letters are.

    Attributes:
        waiting: cases left in the queue.
        decided: decisions by their answer.
        measures: measures by kind.
        letters: notices sent, by language.
        appeals: appeals by outcome (``late`` = not answered in time).
        undone: measures undone on appeal.
        corrected: corrections made in time.
        platform: what the platform did, by the state of each measure there.
        folder: where the letters lie.
        example: a letter that announces a measure.
    """

    waiting: int
    decided: Mapping[str, int]
    measures: Mapping[str, int]
    letters: Mapping[str, int]
    appeals: Mapping[str, int]
    undone: int
    corrected: int
    platform: Mapping[str, int]
    folder: Path
    example: Path | None


def hold_office(store: Store, letters: Path, place: Town, *, seed: int = 1) -> Office:
    """Let the town's people decide a part of its cases, and live with what follows for a month.

    Args:
        store: an open store in which the codes have run.
        letters: the folder that takes the notices.
        place: the town; its people begin when its stream ends, and know the answer sheet.
        seed: chooses the cases.
    """
    start = place.start + place.days * DAY
    sheet = Sheet(place)
    with store.begin() as tx:
        _hire(tx, start)
        chosen = list(_choose(tx, Random(seed)))  # noqa: S311 - a made-up town
    at = start
    done = []
    for case in chosen:
        at += 10 * MINUTE
        with store.begin() as tx:
            done.append(_decide(tx, case, sheet, at))
    with platform(store, letters.with_name("platform.db"), OPERATOR, at) as carry_out:
        mail = [FolderSender(letters)]
        carry_out(at, mail)
        corrected = _correct(store, at + 20 * HOUR)
        undone = _hear(store, [each.notice for each in done if each.notice and each.measures], at + DAY)
        states = carry_out(at + 30 * DAY, mail)
    return _counted(store, letters, done, undone, corrected, states)


def _hire(tx: Tx, at: Micros) -> None:
    for person, role in STAFF.items():
        roles.add(tx, person, ["en", "zh"], by=OPERATOR, at=at)
        roles.grant(tx, person, role, by=OPERATOR, at=at)


def _choose(tx: Tx, random: Random) -> Iterator[Case]:
    """Yield a few open cases of each clause, the most urgent clauses first."""
    by_clause: dict[tuple[str, str], list[Case]] = {}
    last: Case | None = None
    while page := cases.page(tx, after=last, limit=1_000, hypothetical=False):
        for case in page:
            by_clause.setdefault((case.code, case.clause), []).append(case)
        last = page[-1]
    for _, group in sorted(by_clause.items(), key=lambda item: (-item[1][0].severity, item[0])):
        yield from random.sample(group, min(EACH_CLAUSE, len(group)))


def _decide(tx: Tx, case: Case, sheet: Sheet, at: Micros) -> Decided:
    """Claim, answer, look at the consequences, agree where two are needed, confirm."""
    person, other = ("ann", "lin") if case.n % 2 else ("lin", "ann")
    work.claim(tx, case.id, person, version=casework.version(tx, case.id), at=at)
    found = findings.page(tx, case_id=case.id, limit=50)
    own = [row for row in found if row.account == found[0].account]
    harm = clauses.versions(tx, case.code, case.clause)[-1].harm
    item = None if own else sheet.item(case.subject)
    seen_events = [row.event_id for row in own] or [item.event if item else ""]
    breach = any(sheet.breaches(event, harm) for event in seen_events)
    made = answers.answer(
        tx,
        case.id,
        person,
        "applies" if breach else "does_not_apply",
        version=casework.version(tx, case.id),
        at=at,
        findings_=[row.n for row in own],
        facts=[lines(item.language).seen] if item else (),
        account=item.account if item else None,
        breach_at=item.at if item else None,
        no_conflict=True,
    )
    choice = _choice(made, lines(notice_language(tx, made, None)))
    seen = preview(tx, made, choice, at)
    if seen.plan is not None and seen.plan.two:
        agree(tx, case.id, other, seen.digest, at=at, no_conflict=True)
    return decide(tx, made, choice, person, shown=seen.digest, at=at)


def _choice(made: Answer, say: Lines) -> Choice:
    if made.verdict != "applies":
        return Choice(say.refused)
    chosen = _measure(made.clause)
    milder = [kind for kind in ladder(made.clause) if rung(kind) < rung(chosen.kind)]
    considered = {milder[-1]: say.milder} if milder and rung(chosen.kind) >= FIRST_TO_WEIGH else {}
    return Choice(say.reasons, (chosen,), considered)


def _measure(clause: ClauseVersion) -> Chosen:
    """Return what a careful person would choose from a clause's ladder."""
    allowed = ladder(clause)
    kind = next((name for name in WANTED[clause.severity] if name in allowed), allowed[-1])
    longest = MEASURES[kind].longest
    return Chosen(kind, None if longest is None else min(72, longest))


def _correct(store: Store, at: Micros) -> int:
    """Find half of what was to be corrected corrected."""
    done = 0
    with store.begin() as tx:
        for notice in notices.page(tx, limit=1_000):
            asked = notices.correction_of(tx, notice.id)
            if asked is not None and notice.n % 2:
                judge_correction(tx, notice.id, "ann", done=True, reasons=lines(notice.language).done, at=at)
                done += 1
    return done


def _hear(store: Store, decided: Sequence[str], at: Micros) -> int:
    """File appeals, and answer all but one two days later; return how many measures were undone."""
    filed = []
    for i, notice_id in enumerate(decided[::EVERY_APPEAL]):
        outcome = OUTCOMES[i] if i < len(OUTCOMES) else OUTCOMES[i % (len(OUTCOMES) - 1)]
        with store.begin() as tx:
            notice = notices.get(tx, notice_id)
            assert notice is not None
            say = lines(notice.language)
            plea = say.hijacked if outcome == "reversed" else say.plea
            appeal = file_appeal(tx, notice_id, plea, at=at + i * MINUTE)
        filed.append((appeal.id, notice, outcome))
    undone = 0
    for i, (appeal_id, notice, outcome) in enumerate(filed):
        if outcome != "unanswered":
            with store.begin() as tx:
                undone += _answer(tx, appeal_id, notice, outcome, at + 2 * DAY + i * MINUTE)
    return undone


def _answer(tx: Tx, appeal: str, notice: Notice, outcome: str, at: Micros) -> int:
    """Answer an appeal and return how many measures it undid."""
    say = lines(notice.language)
    if outcome == "reversed":
        return len(judge.reverse(tx, appeal, "ada", say.reversed, at=at, no_conflict=True).undone)
    milder = _milder(tx, notice) if outcome == "changed" else None
    if milder is None:
        judge.keep(tx, appeal, "wen", say.kept, at=at, no_conflict=True)
        return 0
    choice = Choice(say.changed, (milder,))
    decision = decisions.get(tx, notice.decision_id)
    assert decision is not None
    plan = judge.changed_plan(tx, decision, "ada", choice, at)
    if plan.two:
        judge.agree_to_change(tx, appeal, "wen", plan.digest, at=at, no_conflict=True)
    return len(judge.change(tx, appeal, "ada", choice, at=at, no_conflict=True).undone)


def _milder(tx: Tx, notice: Notice) -> Chosen | None:
    """Return a measure below the one that was announced, if the clause has one that needs no weighing."""
    decision = decisions.get(tx, notice.decision_id)
    assert decision is not None
    clause = clauses.get(tx, decision.clause_id)
    assert clause is not None
    top = max(rung(row.kind) for row in measures.of_decision(tx, decision.id))
    below = [kind for kind in ladder(clause) if kind in ("notice", "label") and rung(kind) < top]
    return Chosen(below[-1]) if below else None


def _counted(
    store: Store,
    letters: Path,
    made: Sequence[Decided],
    undone: int,
    corrected: int,
    states: Mapping[str, int],
) -> Office:
    with store.read() as tx:
        told = notices.page(tx, limit=10_000)
        first = [decisions.get(tx, each.decision) for each in made]
        rows = [row for each in made for row in measures.of_decision(tx, each.decision)]
        heard = appeals.page(tx, limit=1_000, open_only=False)
        by_state = cases.count_by_state(tx)
    example = next((each for each in told if each.kind == "decision" and each.announces != ","), None)
    return Office(
        waiting=sum(n for state, n in by_state.items() if state != cases.CLOSED),
        decided=_count(each.answer for each in first if each is not None),
        measures=_count(row.kind for row in rows),
        letters=_count(each.language for each in told),
        appeals=_count(each.outcome or ("late" if each.late_at else "open") for each in heard),
        undone=undone,
        corrected=corrected,
        platform=dict(states),
        folder=letters,
        example=None if example is None else letters / f"{example.id}.json",
    )


def _count(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(names))
