"""What reviewers do with a case before it is decided: claim, release, pass on, note, second opinion.

Each act names the person, is checked against their roles, goes into the case's history
and, as a digest, into the ledger; a refused act changes nothing. ``version`` is the number
of the last line of history that the person has seen: an act on an older view is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ombud.base.clock import Micros
from ombud.cases.entry import digest, enter, new_salt, pseudonym
from ombud.cases.errors import refuse, text
from ombud.cases.priority import HARMS_TO_PERSONS
from ombud.cases.roles import LANGUAGES, acting, require
from ombud.store import Tx, cases, casework, clauses, people

NOTE_LENGTH = 4_000


def claim(tx: Tx, case_id: str, person: str, *, version: int, at: Micros) -> int:
    """Take a case that nobody holds; return the case's new version.

    Raises:
        CaseError: ``cases/no-such-case``, ``cases/closed``, ``cases/stale-version``, ``cases/held``,
            ``cases/conflict-of-interest``, ``cases/wrong-role``.
    """
    acting(tx, person, "reviewer")
    _opened(tx, case_id, version)
    free_to_judge(tx, case_id, person)
    held = casework.claim_of(tx, case_id)
    if held is not None:
        whose = "you hold" if held.person == person else "somebody else holds"
        raise refuse("cases/held", f"{whose} this case already", "ombud case release, or take another one")
    casework.take(tx, casework.Claim(case_id, person, at))
    return act(tx, case_id, person, "claimed", at)


def release(tx: Tx, case_id: str, person: str, *, at: Micros, reason: str = "") -> int:
    """Let a case go, back into the queue; return the case's new version.

    An operator may release a case for somebody else.

    Raises:
        CaseError: ``cases/not-held``, ``cases/wrong-role``, ``cases/no-such-case``.
    """
    held = casework.claim_of(tx, case_id)
    get(tx, case_id)
    if held is None:
        raise refuse("cases/not-held", "nobody holds this case")
    acting(tx, person, "reviewer" if held.person == person else "operator")
    casework.drop(tx, case_id)
    return act(tx, case_id, person, "released", at, {"reason": reason.strip()[:NOTE_LENGTH]})


def pass_on(tx: Tx, case_id: str, person: str, *, to: str, reason: str, at: Micros) -> int:
    """Hand a case to another reviewer, with the reason; return the case's new version.

    Raises:
        CaseError: ``cases/not-held``, ``cases/no-reason``, ``cases/conflict-of-interest``.
    """
    acting(tx, person, "reviewer")
    holding(tx, case_id, person)
    require(tx, to, "reviewer")
    free_to_judge(tx, case_id, to)
    why = text(reason, "the reason", NOTE_LENGTH, code="cases/no-reason")
    casework.take(tx, casework.Claim(case_id, to, at))
    return act(tx, case_id, person, "passed on", at, {"reason": why, "to": pseudonym(tx, case_id, to)})


def note(tx: Tx, case_id: str, person: str, words: str, *, at: Micros) -> int:
    """Write a note on a case, open or closed; return the case's new version.

    Raises:
        CaseError: ``cases/no-such-case``, ``cases/wrong-role``, ``cases/no-words``, ``cases/too-long``.
    """
    acting(tx, person, "reviewer", "appeal_reviewer")
    get(tx, case_id)
    clean = text(words, "the note", NOTE_LENGTH, code="cases/no-words")
    return act(tx, case_id, person, "note", at, {"text": clean})


def ask_opinion(tx: Tx, case_id: str, person: str, question: str, *, at: Micros) -> int:
    """Ask the others for a second opinion; return the case's new version."""
    acting(tx, person, "reviewer")
    holding(tx, case_id, person)
    clean = text(question, "the question", NOTE_LENGTH, code="cases/no-words")
    return act(tx, case_id, person, "opinion asked", at, {"text": clean})


def give_opinion(tx: Tx, case_id: str, person: str, words: str, *, at: Micros) -> int:
    """Give a second opinion on a case that another person holds; return the case's new version.

    Raises:
        CaseError: ``cases/own-opinion``, ``cases/conflict-of-interest`` and those of :func:`note`.
    """
    acting(tx, person, "reviewer")
    _opened(tx, case_id)
    free_to_judge(tx, case_id, person)
    held = casework.claim_of(tx, case_id)
    if held is not None and held.person == person:
        raise refuse("cases/own-opinion", "you hold this case", "a second opinion is another person's")
    clean = text(words, "the opinion", NOTE_LENGTH, code="cases/no-words")
    return act(tx, case_id, person, "opinion", at, {"text": clean})


def declare_conflict(tx: Tx, case_id: str, person: str, why: str, *, at: Micros) -> int:
    """Say that one cannot judge a case freely: it goes back to the queue, and never to this person."""
    acting(tx, person, "reviewer", "appeal_reviewer")
    get(tx, case_id)
    clean = text(why, "the reason", NOTE_LENGTH, code="cases/no-reason")
    casework.bar(tx, case_id, person, clean, at)
    held = casework.claim_of(tx, case_id)
    if held is not None and held.person == person:
        casework.drop(tx, case_id)
    return act(tx, case_id, person, "conflict of interest", at, {"reason": clean})


def triage(
    tx: Tx,
    case_id: str,
    person: str,
    *,
    at: Micros,
    imminent: bool | None = None,
    vulnerable: bool | None = None,
    reach: int | None = None,
    language: str | None = None,
    danger: bool | None = None,
) -> int:
    """Set what a person sees of urgency; return the case's new version.

    Args:
        tx: a writing transaction.
        case_id: the case.
        person: who looked.
        at: the wall clock.
        imminent: harm is about to happen (harms to a person only).
        vulnerable: the person harmed is especially vulnerable (harms to a person only).
        reach: how many people it reached; it only breaks ties.
        language: ``en`` or ``zh``.
        danger: danger to life or to a child: the case enters (or leaves) lane 0.

    Raises:
        CaseError: ``cases/not-a-harm-to-a-person``, ``cases/bad-language``, ``cases/nothing-to-set``.
    """
    acting(tx, person, "reviewer")
    case = _opened(tx, case_id)
    if (imminent or vulnerable or danger) and harm_of(tx, case) not in HARMS_TO_PERSONS:
        message = "imminence, vulnerability and danger count for harms to a person only"
        raise refuse("cases/not-a-harm-to-a-person", message, "see ombud.cases.priority")
    if language is not None and language not in LANGUAGES:
        raise refuse("cases/bad-language", "languages are en and zh")
    if reach is not None and not 0 <= reach < 2**53:
        raise refuse("cases/bad-reach", "reach is a number of people")
    given = {"imminence": imminent, "vulnerable": vulnerable, "reach": reach, "language": language}
    values: dict[str, int | str | None] = {
        name: int(value) if isinstance(value, bool) else value
        for name, value in given.items()
        if value is not None
    }
    if danger is not None:
        values["lane"] = 0 if danger else 1
    if not values:
        raise refuse("cases/nothing-to-set", "nothing was given to set")
    casework.triage(tx, case_id, **values)
    return act(tx, case_id, person, "triage", at, dict(values))


def harm_of(tx: Tx, case: cases.Case) -> str | None:
    """Return the harm of the case's clause, as far as the clause was registered."""
    found = clauses.versions(tx, case.code, case.clause)
    return found[-1].harm if found else None


def get(tx: Tx, case_id: str) -> cases.Case:
    """Return a case.

    Raises:
        CaseError: ``cases/no-such-case``.
    """
    case = cases.get(tx, case_id)
    if case is None:
        raise refuse("cases/no-such-case", f"there is no case {case_id[:40]!r}", "ombud case list")
    return case


def holding(tx: Tx, case_id: str, person: str) -> cases.Case:
    """Return an open case that the person holds.

    Raises:
        CaseError: ``cases/not-held``, and those of an unknown or closed case.
    """
    case = _opened(tx, case_id)
    held = casework.claim_of(tx, case_id)
    if held is None or held.person != person:
        raise refuse("cases/not-held", "you do not hold this case", f"ombud case claim {case_id}")
    return case


def act(
    tx: Tx, case_id: str, person: str, kind: str, at: Micros, body: Mapping[str, Any] | None = None
) -> int:
    """Write an act into the case's history and, as a digest, into the ledger; return the new version."""
    salt = new_salt()
    private = {"person": person, **(body or {})}
    number = cases.note(tx, case_id, at, kind, {**private, "salt": salt.hex()})
    figures = {"case": case_id, "n": number, "act": kind, "by": pseudonym(tx, case_id, person)}
    enter(tx, "case-act", {**figures, "digest": digest(salt, private)}, at)
    return number


def _opened(tx: Tx, case_id: str, version: int | None = None) -> cases.Case:
    case = get(tx, case_id)
    if case.state == cases.CLOSED:
        raise refuse("cases/closed", "this case is closed", "a new finding opens a new one")
    now = casework.version(tx, case_id)
    if version is not None and version != now:
        message = f"the case has changed since you looked (version {version}, now {now})"
        raise refuse("cases/stale-version", message, f"look again: ombud case show {case_id}")
    return case


def free_to_judge(tx: Tx, case_id: str, person: str) -> None:
    """Check that the person declared no conflict of interest in this case.

    Raises:
        CaseError: ``cases/conflict-of-interest``.
    """
    if casework.barred(tx, case_id, person):
        hint = "another reviewer takes it"
        raise refuse("cases/conflict-of-interest", "there is a conflict of interest in this case", hint)


def languages_of(tx: Tx, person: str) -> list[str]:
    """Return the languages that a person reads."""
    found = people.get(tx, person)
    return [] if found is None else found.languages
