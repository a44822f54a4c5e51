"""Claim, release, pass on, notes and opinions: versioned, checked, recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ombud.cases import work
from ombud.cases.entry import pseudonym
from ombud.cases.errors import CaseError
from ombud.store import Store, Tx, cases, casework, ledger

AT = 5
Open = Callable[..., str]


def fails(code: str, store: Store, act: Callable[[Tx], object]) -> None:
    """Show that an act is refused with a code and leaves no trace."""
    with store.read() as tx:
        before = ledger.root(tx)
    with pytest.raises(CaseError) as caught, store.begin() as tx:
        act(tx)
    assert caught.value.code == code
    with store.read() as tx:
        assert ledger.root(tx) == before


def test_claim(store: Store, opener: Open) -> None:
    """One person holds a case; who comes second, or looked at an older version, is told so."""
    with store.begin() as tx:
        case = opener(tx)
        seen = casework.version(tx, case)
        new = work.claim(tx, case, "ann", version=seen, at=AT)
        assert new == seen + 1 == casework.version(tx, case)
        assert casework.claim_of(tx, case) == casework.Claim(case, "ann", AT)
    fails("cases/stale-version", store, lambda tx: work.claim(tx, case, "bob", version=seen, at=AT))
    fails("cases/held", store, lambda tx: work.claim(tx, case, "bob", version=new, at=AT))
    fails("cases/held", store, lambda tx: work.claim(tx, case, "ann", version=new, at=AT))
    fails("cases/wrong-role", store, lambda tx: work.claim(tx, case, "sam", version=new, at=AT))
    fails("cases/no-such-case", store, lambda tx: work.claim(tx, "c-none", "ann", version=1, at=AT))


def test_release(store: Store, opener: Open) -> None:
    """Who holds a case can let it go, and so can an operator; nobody else."""
    with store.begin() as tx:
        case = opener(tx)
        work.claim(tx, case, "ann", version=1, at=AT)
    fails("cases/wrong-role", store, lambda tx: work.release(tx, case, "bob", at=AT))
    with store.begin() as tx:
        work.release(tx, case, "ann", at=AT, reason="lunch")
        work.claim(tx, case, "bob", version=3, at=AT)
        work.release(tx, case, "olga", at=AT)
        assert casework.claim_of(tx, case) is None
    fails("cases/not-held", store, lambda tx: work.release(tx, case, "bob", at=AT))


def test_pass_on(store: Store, opener: Open) -> None:
    """A case is handed on with a reason, to somebody who may judge it."""
    with store.begin() as tx:
        case = opener(tx)
        work.claim(tx, case, "ann", version=1, at=AT)
    fails("cases/no-reason", store, lambda tx: work.pass_on(tx, case, "ann", to="bob", reason=" ", at=AT))
    fails("cases/wrong-role", store, lambda tx: work.pass_on(tx, case, "ann", to="sam", reason="x", at=AT))
    fails("cases/not-held", store, lambda tx: work.pass_on(tx, case, "bob", to="zoe", reason="x", at=AT))
    with store.begin() as tx:
        work.pass_on(tx, case, "ann", to="bob", reason="it is in a dialect", at=AT)
        assert work.holding(tx, case, "bob").id == case


def test_conflict_of_interest(store: Store, opener: Open) -> None:
    """Who declares a conflict loses the case and cannot come back to it by any door."""
    with store.begin() as tx:
        case = opener(tx)
        work.claim(tx, case, "ann", version=1, at=AT)
        work.declare_conflict(tx, case, "ann", "my brother's post", at=AT)
        assert casework.claim_of(tx, case) is None
        work.claim(tx, case, "bob", version=3, at=AT)
    for act in (
        lambda tx: work.pass_on(tx, case, "bob", to="ann", reason="x", at=AT),
        lambda tx: work.give_opinion(tx, case, "ann", "x", at=AT),
    ):
        fails("cases/conflict-of-interest", store, act)
    with store.begin() as tx:
        work.release(tx, case, "bob", at=AT)
    fails("cases/conflict-of-interest", store, lambda tx: work.claim(tx, case, "ann", version=5, at=AT))


def test_notes_and_opinions(store: Store, opener: Open) -> None:
    """Notes and opinions are kept in the history; an opinion is another person's; length is bounded."""
    with store.begin() as tx:
        case = opener(tx)
        work.claim(tx, case, "ann", version=1, at=AT)
        work.note(tx, case, "zoe", "  seen before \0\ud800 ", at=AT)
        work.ask_opinion(tx, case, "ann", "is this a home address?", at=AT)
        work.give_opinion(tx, case, "bob", "yes", at=AT)
        kinds = [line.kind for line in cases.history(tx, case)]
        assert kinds == ["opened", "claimed", "note", "opinion asked", "opinion"]
        assert cases.history(tx, case)[2].body["text"] == "seen before \0\ud800"
    fails("cases/own-opinion", store, lambda tx: work.give_opinion(tx, case, "ann", "x", at=AT))
    fails("cases/too-long", store, lambda tx: work.note(tx, case, "ann", "x" * 4_001, at=AT))
    fails("cases/no-words", store, lambda tx: work.note(tx, case, "ann", "\n", at=AT))


def test_triage(store: Store, opener: Open) -> None:
    """A person sets urgency; imminence and danger are for harms to a person only."""
    with store.begin() as tx:
        home, numbers = opener(tx), opener(tx, "p2", "2.1", severity=2)
        before = casework.waiting(tx, home)
        work.triage(tx, home, "ann", at=AT, imminent=True, reach=9, danger=True, language="zh")
        after = casework.waiting(tx, home)
        assert before is not None
        assert after is not None
        assert (after.lane, after.reach, after.language) == (0, 9, "zh")
        assert before.rank - after.rank == 240
    refused = {"imminent": True}, {"vulnerable": True}, {"danger": True}
    for given in refused:
        fails(
            "cases/not-a-harm-to-a-person",
            store,
            lambda tx, g=given: work.triage(tx, numbers, "ann", at=AT, **g),  # type: ignore[misc]
        )
    fails("cases/nothing-to-set", store, lambda tx: work.triage(tx, home, "ann", at=AT))
    fails("cases/bad-language", store, lambda tx: work.triage(tx, home, "ann", at=AT, language="fr"))
    fails("cases/bad-reach", store, lambda tx: work.triage(tx, home, "ann", at=AT, reach=-1))


def test_a_closed_case_rests(store: Store, opener: Open) -> None:
    """A closed case is not claimed any more; a note can still be written."""
    with store.begin() as tx:
        case = opener(tx)
        casework.close(tx, case)
        work.note(tx, case, "ann", "for the file", at=AT)
    fails("cases/closed", store, lambda tx: work.claim(tx, case, "ann", version=2, at=AT))


def test_pseudonyms(store: Store, opener: Open) -> None:
    """Outside, a person has another name in each case, and the ledger holds no real one."""
    with store.begin() as tx:
        a, b = opener(tx), opener(tx, "p2")
        for case in (a, b):
            work.claim(tx, case, "ann", version=1, at=AT)
        assert pseudonym(tx, a, "ann") != pseudonym(tx, b, "ann")
        assert pseudonym(tx, a, "ann") == pseudonym(tx, a, "ann")
        acts = [entry.body for entry in ledger.entries(tx) if entry.kind == "case-act"]
        assert [act["by"] for act in acts] == [pseudonym(tx, case, "ann") for case in (a, b)]
        assert all("digest" in act and "ann" not in str(act) for act in acts)
