"""The furnished store of the cases' tests, and the steps of a decision in short."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ombud.base.clock import DAY, HOUR, Micros
from ombud.cases import work
from ombud.measures.choose import Chosen
from ombud.redress import answer as answers
from ombud.redress import decide as decisions_
from ombud.redress.decide import Decided
from ombud.redress.model import Answer, Choice
from ombud.store import Store, Tx, cases, casework, findings


def _load() -> ModuleType:
    place = Path(__file__).parent.parent / "cases" / "conftest.py"
    spec = importlib.util.spec_from_file_location("ombud_tests_cases", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_shared = _load()
furnished, postgres_template = _shared.furnished, _shared.postgres_template
postgres_store, store, opener = _shared.postgres_store, _shared.store, _shared.opener
NOW: Micros = _shared.NOW
CLAUSES = _shared.CLAUSES


@pytest.fixture(scope="session")
def furnish() -> Callable[[Store], None]:
    """Fills a fresh store with clauses and people."""
    found: Callable[[Store], None] = _shared.furnish
    return found


@pytest.fixture
def address(store: Store, request: pytest.FixtureRequest) -> str:
    """Where another process finds the store."""
    if store.backend == "sqlite":
        return store.place
    found: str = request.getfixturevalue("postgres_template").url
    return found


class Life:
    """Shorthand for the steps that tests repeat."""

    now = NOW
    day = DAY
    hour = HOUR

    def __init__(self) -> None:
        self.count = 0

    def finding(self, tx: Tx, case: str, account: str = "a1", post: str = "p1", **more: Any) -> int:
        """Put a finding on a case and return its number."""
        self.count += 1
        given: dict[str, Any] = {
            "key": self.count.to_bytes(16, "big"), "event_id": f"e{self.count}", "origin": None,
            "event_seq": self.count, "at": NOW - DAY, "code": "cc", "rule": "phone", "rule_hash": "h",
            "clause": "4.4", "clause_version": "1.0.0", "status": "stable", "hypothetical": False,
            "evidence": {"post.text": f"call {post} at home" if post.isascii() else post},
            "subject_kind": "post", "subject": post,
            "account": account, "post": post, "case_id": case, **more,
        }  # fmt: skip
        findings.add_many(tx, [findings.NewFinding(**given)])
        return findings.page(tx, limit=100_000)[-1].n

    def case(self, tx: Tx, account: str = "a1", post: str = "p1", clause: str = "4.4", **more: Any) -> str:
        """Open a case with a finding on it."""
        given: dict[str, Any] = {
            "subject_kind": "post", "subject": post, "code": "cc", "clause": clause,
            "clause_version": "1.0.0", "lane": 1, "severity": 3, "at": NOW - DAY,
            "hypothetical": False, **more,
        }  # fmt: skip
        ((case, _),) = cases.open_or_join(tx, [cases.Lead(**given)], NOW)
        self.finding(tx, case, account, post, clause=clause)
        return case

    def answered(
        self, tx: Tx, case: str, verdict: Any = "applies", person: str = "ann", at: Micros = NOW, **more: Any
    ) -> Answer:
        """Claim a case, if nobody holds it, and answer the first question."""
        held = casework.claim_of(tx, case)
        if held is None:
            work.claim(tx, case, person, version=casework.version(tx, case), at=at)
        numbers = [row.n for row in findings.page(tx, case_id=case)]
        given = {"findings_": numbers, "no_conflict": True, **more}
        return answers.answer(tx, case, person, verdict, version=casework.version(tx, case), at=at, **given)

    def choice(self, *kinds: str | Chosen, **more: Any) -> Choice:
        """Return a choice of measures with good reasons."""
        chosen = tuple(Chosen(k) if isinstance(k, str) else k for k in kinds)
        weighty = [c for c in chosen if c.kind not in ("hint", "notice", "label")]
        considered = {"hint": "a hint would leave the number up"} if weighty else {}
        given = {"considered": considered, **more}
        return Choice("The number is a private one.", chosen, **given)

    def decided(self, tx: Tx, answer: Answer, choice: Choice, at: Micros = NOW) -> Decided:
        """Preview and decide, with the second person where two are needed."""
        seen = decisions_.preview(tx, answer, choice, at)
        if seen.plan is not None and seen.plan.two:
            other = "bob" if answer.person != "bob" else "zoe"
            decisions_.agree(tx, answer.case_id, other, seen.digest, at=at, no_conflict=True)
        return decisions_.decide(tx, answer, choice, answer.person, shown=seen.digest, at=at)

    def whole(self, tx: Tx, *kinds: str | Chosen, at: Micros = NOW, **more: Any) -> Decided:
        """Open, claim, answer and decide a case; ``more`` goes to :meth:`case`."""
        case = self.case(tx, **more)
        return self.decided(tx, self.answered(tx, case, at=at), self.choice(*kinds), at=at)


@pytest.fixture
def life() -> Life:
    """The steps of a case's life."""
    return Life()


@pytest.fixture
def fails() -> Callable[..., None]:
    """Show that an act is refused with a code and that nothing changed."""
    from ombud.base.errors import OmbudError
    from ombud.store import ledger

    def check(code: str, store: Store, act: Callable[[Tx], object]) -> None:
        with store.read() as tx:
            before = ledger.root(tx)
        with pytest.raises(OmbudError) as caught, store.begin() as tx:
            act(tx)
        assert code in [fault.code for fault in caught.value.faults], caught.value
        with store.read() as tx:
            assert ledger.root(tx) == before

    return check
