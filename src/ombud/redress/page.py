"""Calling the people on duty: a case in lane 0 that nobody has taken is told to them, again and again.

However a case came into lane 0 (by a rule, a report, or triage), the next ``ombud tick`` sees
it there. All that wait go into one letter to each person, so that many cases make no storm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ombud.base.clock import MINUTE, Clock, Micros
from ombud.base.errors import OmbudError
from ombud.cases import roles
from ombud.cases.entry import enter
from ombud.cases.errors import refuse
from ombud.cases.priority import SERVICE_LANE_0
from ombud.redress.letter import instant
from ombud.redress.senders import Outgoing, Sender
from ombud.redress.words import say
from ombud.store import Store, Tx, cases, clauses, pages, people
from ombud.store.pages import Page, Urgent

REPEAT: Micros = 15 * MINUTE
"""How long after a call the next one follows, if nobody has taken the case; a starting value."""

AGAIN: Micros = MINUTE
"""How soon a call that reached nobody is tried again."""

SHOWN = 20
"""Cases that one letter lists."""

MOST = 1_000

DUTY = "duty:"
"""Stands before a person's name as a recipient, so that no account is taken for somebody on duty."""


@dataclass(frozen=True, slots=True)
class Called:
    """What a pass over lane 0 came to.

    Attributes:
        waiting: open cases of lane 0 that nobody holds.
        overdue: those of them whose hour is over.
        called: letters that reached somebody on duty.
        failed: letters that did not leave.
        on_duty: how many people are on duty.
    """

    waiting: int = 0
    overdue: int = 0
    called: int = 0
    failed: int = 0
    on_duty: int = 0


def set_duty(tx: Tx, person: str, on: bool, *, by: str, at: Micros) -> None:
    """Put a reviewer on duty for lane 0, or take somebody off.

    Raises:
        CaseError: ``cases/wrong-role``, ``cases/no-such-person``, ``redress/on-duty`` (it is so already).
    """
    roles.acting(tx, by, "operator")
    now = any(each.id == person for each in pages.on_duty(tx))
    if on:
        roles.require(tx, person, "reviewer")
    if now == on:
        raise refuse("redress/on-duty", f"{person[:80]} is {'on' if on else 'off'} duty already")
    if on:
        pages.set_on_call(tx, person, by, at)
    else:
        pages.take_off(tx, person)
    enter(tx, "on-duty", {"person": roles.inner(tx, person), "on": on, "by": roles.inner(tx, by)}, at)


def call(store: Store, clock: Clock, senders: Sequence[Sender]) -> Called:
    """Call the people on duty for every case of lane 0 that nobody has taken and that is due for a call.

    Called twice at once, the second call sends nothing. A letter that a crash made leave twice
    carries the same key.

    Args:
        store: an open store.
        clock: the wall clock.
        senders: every way by which letters leave; one that took it is enough.
    """
    now = clock.now()
    with store.read() as tx:
        waiting = pages.urgent(tx, MOST)
        duty = pages.on_duty(tx)
        due = [each for each in waiting if each.next_at <= now]
        letters = [_letter(tx, each, due, len(waiting), now) for each in duty] if due and senders else []
    overdue = sum(each.opened_at + SERVICE_LANE_0 < now for each in waiting)
    problems = [_hand_over(letter, senders) for letter in letters]
    reached = [each for each in problems if each is None]
    if letters:
        _note(store, due, clock.now(), len(reached), next((p for p in problems if p is not None), None))
    return Called(len(waiting), overdue, len(reached), len(problems) - len(reached), len(duty))


def _letter(tx: Tx, person: people.Person, due: Sequence[Urgent], waiting: int, now: Micros) -> Outgoing:
    """Return what one person on duty is told, in a language that they read."""
    lang = "en" if "en" in person.languages else "zh"
    lines = [_line(tx, each, lang, now) for each in due[:SHOWN]]
    lines += [say("page.more", lang, count=len(due) - SHOWN)] if len(due) > SHOWN else []
    how = say("page.how", lang, person=person.id)
    body = "\n\n".join([say("page.open", lang), "\n".join(lines), how])
    told = "\n".join([person.id, *(f"{each.id} {each.rounds}" for each in due)])
    key = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    title = say("page.title", lang, count=waiting)
    return Outgoing(f"page:{key}", f"page-{key}", DUTY + person.id, lang, title, body)


def _line(tx: Tx, each: Urgent, lang: str, now: Micros) -> str:
    known = clauses.versions(tx, each.code, each.clause)
    due = each.opened_at + SERVICE_LANE_0
    return say(
        "page.line",
        lang,
        case=each.id,
        title=known[-1].body["title"][lang] if known else each.clause,
        code=each.code,
        clause=each.clause,
        severity=each.severity,
        opened=instant(each.opened_at),
        due=instant(due),
        late=say("page.late", lang) if due < now else "",
    )


def _hand_over(letter: Outgoing, senders: Sequence[Sender]) -> str | None:
    """Give a letter to every way out; return what went wrong if none took it."""
    problem = None
    taken = False
    for sender in senders:
        try:
            sender.send(letter)
            taken = True
        except (OSError, OmbudError) as raised:
            problem = f"{type(raised).__name__}: {raised}"[:500]
    return None if taken else problem


def _note(store: Store, due: Sequence[Urgent], now: Micros, reached: int, problem: str | None) -> None:
    """Write down the round: who was called is counted, and each case remembers its calls."""
    with store.begin() as tx:
        tx.alone()
        for each in due:
            before = pages.get(tx, each.id) or Page(each.id, 0, None, None, 0)
            if not reached:
                pages.save(
                    tx, Page(each.id, before.rounds, before.first_at, before.last_at, now + AGAIN, problem)
                )
                continue
            if before.first_at is None:
                cases.note(tx, each.id, now, "people on duty called", {"people": reached})
            first = now if before.first_at is None else before.first_at
            pages.save(tx, Page(each.id, before.rounds + 1, first, now, now + REPEAT))
        if reached:
            enter(tx, "duty-called", {"cases": [each.id for each in due], "people": reached}, now)
