"""Precision is measured on what people decided about the rule as it reads now."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.clock import FixedClock, parse_time
from ombud.base.errors import ConductError, UsageError
from ombud.conduct.find import bundled_names
from ombud.conduct.loader import load_code
from ombud.conduct.starter import init_code
from ombud.events.decode import decode, encode
from ombud.flow.precision import measure
from ombud.flow.promote import MIN_LOWER, MIN_REVIEWED, promote
from ombud.measures.sampling import wilson
from ombud.rules.bind import rule_columns
from ombud.store import Store, findings, ledger, looks, pending
from ombud.store.looks import Pair

CLOCK = FixedClock(parse_time("2026-07-01T00:00:00Z"))
AT = 1_780_000_000
RULE = "rules/false-promise.yaml"


@pytest.fixture
def club(tmp_path: Path) -> Path:
    """The example code; its rule is experimental."""
    init_code(tmp_path / "club")
    return tmp_path / "club"


def add_findings(store: Store, club: Path, count: int, *, rule_hash: str | None = None) -> None:
    code = load_code(club, rule_columns())
    rule = code.rules[0]
    used = rule_hash or rule.hash
    rows = [
        findings.NewFinding(
            key=findings.key_of(None, f"e{n}", code.id, rule.id, used), event_id=f"e{n}", origin=None,
            event_seq=n, at=AT, code=code.id, rule=rule.id, rule_hash=used, clause=rule.clause,
            clause_version="1.0.0", status="experimental", hypothetical=False, evidence={},
            subject_kind="post", subject=f"p{n}", account=f"a{n}", post=f"p{n}",
        )
        for n in range(count)
    ]  # fmt: skip
    with store.begin() as tx:
        findings.add_many(tx, rows)


def decide(
    store: Store, answers: list[tuple[str, Any]], *, rule: str = "club/false-promise", first: int = 1
) -> None:
    events = [
        decode(
            msgspec.json.encode(
                {
                    "id": f"o{first + i:05d}",
                    "at": AT + first + i,
                    "kind": "outcome",
                    "account": {"id": "ombud"},
                    "target": {"post_id": post},
                    "extra": {"rule": rule, "applies": answer},
                }
            )
        )
        for i, (post, answer) in enumerate(answers)
    ]
    with store.begin() as tx:
        pending.add(tx, first, [encode(event) for event in events], events[0].at, events[-1].at)


def test_outcomes_are_counted_by_target(store: Store, club: Path) -> None:
    """Yes, no, cannot tell; another rule's outcomes and other posts count for nothing."""
    add_findings(store, club, 6)
    decide(store, [("p0", True), ("p1", False), ("p2", None), ("p3", "yes"), ("p99", True)])
    decide(store, [("p4", True)], rule="club/other", first=100)
    code = load_code(club, rule_columns())
    found = measure(store, code, code.rules[0])
    assert (found.targets, found.reviewed, found.applies) == (6, 2, 1)
    assert (found.undecided, found.elsewhere) == (2, 1)
    assert found.precision == 0.5


def test_a_later_outcome_replaces_an_earlier_one(store: Store, club: Path) -> None:
    """An appeal that reverses a decision corrects the measurement."""
    add_findings(store, club, 1)
    decide(store, [("p0", True), ("p0", False)])
    code = load_code(club, rule_columns())
    assert measure(store, code, code.rules[0]).applies == 0


def test_a_changed_rule_starts_anew(store: Store, club: Path) -> None:
    """Findings of another text of the rule are not this rule's record."""
    add_findings(store, club, 3, rule_hash="0" * 64)
    decide(store, [("p0", True)])
    code = load_code(club, rule_columns())
    found = measure(store, code, code.rules[0])
    assert (found.targets, found.reviewed, found.elsewhere) == (0, 0, 1)
    assert found.precision is None


@pytest.mark.parametrize(
    ("yes", "of", "low", "high"),
    [(50, 50, 0.92865, 1.0), (9, 10, 0.59585, 0.98212), (0, 10, 0.0, 0.27753), (0, 0, 0.0, 1.0)],
)
def test_wilson_known_values(yes: int, of: int, low: float, high: float) -> None:
    """The interval agrees with published values."""
    a, b = wilson(yes, of)
    assert math.isclose(a, low, abs_tol=1e-5)
    assert math.isclose(b, high, abs_tol=1e-5)


@given(st.integers(0, 500), st.integers(0, 500))
def test_wilson_holds_the_share(yes: int, no: int) -> None:
    """The interval lies within 0 and 1 and holds the share; more of the same makes it narrower."""
    low, high = wilson(yes, yes + no)
    assert 0 <= low <= high <= 1
    if yes + no:
        assert low <= yes / (yes + no) <= high
        wider = wilson(2 * yes, 2 * (yes + no))
        assert wider[0] >= low
        assert wider[1] <= high


def test_wilson_refuses_nonsense() -> None:
    """More successes than trials is no share."""
    with pytest.raises(ValueError, match="no share"):
        wilson(2, 1)


def test_a_rule_that_was_right_is_promoted_in_place(store: Store, club: Path) -> None:
    """Only the status token changes; the comment behind it, line ends and everything else stay."""
    path = club / RULE
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = path.read_bytes()
    add_findings(store, club, MIN_REVIEWED)
    decide(store, [(f"p{n}", True) for n in range(MIN_REVIEWED)])
    found = promote(store, str(club), "club/false-promise", clock=CLOCK)
    assert found.met
    assert found.written == path
    assert path.read_bytes() == before.replace(b"status: experimental #", b"status: stable #")
    again = promote(store, str(club), "false-promise", clock=CLOCK)
    assert (again.now, again.next, again.met, again.written) == ("stable", None, True, None)


@pytest.mark.parametrize(
    ("yes", "no", "what"),
    [
        (MIN_REVIEWED - 1, 0, ["too-few-reviewed"]),
        (MIN_REVIEWED - 1, 1, ["precision-too-low"]),
        (20, 5, ["too-few-reviewed", "precision-too-low"]),
        (0, 0, ["too-few-reviewed"]),
    ],
)
def test_what_is_missing_is_said_and_nothing_changes(
    store: Store, club: Path, yes: int, no: int, what: list[str]
) -> None:
    """The figures are told, the file stays, and the check is in the ledger."""
    before = (club / RULE).read_bytes()
    add_findings(store, club, 60)
    answers = [(f"p{n}", n < yes) for n in range(yes + no)]
    if answers:
        decide(store, answers)
    found = promote(store, str(club), "false-promise", clock=CLOCK)
    assert [one.what for one in found.missing] == what
    assert found.written is None
    assert (club / RULE).read_bytes() == before
    with store.read() as tx:
        entry = next(ledger.entries(tx))
    assert (entry.kind, entry.body["met"]) == ("promote", False)


def test_a_draft_needs_its_tests_only(store: Store, club: Path) -> None:
    """A draft has no findings; when its tests pass it becomes experimental, else the failures are told."""
    path = club / RULE
    path.write_text(
        path.read_text("utf-8").replace("status: experimental", "status: draft"), encoding="utf-8"
    )
    good = path.read_text("utf-8")
    path.write_text(
        good.replace("clears: two promises", "matches: two promises").replace("    near", "    # near")
    )
    found = promote(store, str(club), "false-promise", clock=CLOCK)
    assert [one.what for one in found.missing] == ["tests-fail"]
    path.write_text(good, encoding="utf-8")
    found = promote(store, str(club), "false-promise", clock=CLOCK)
    assert (found.now, found.next, found.met, found.measured) == ("draft", "experimental", True, None)
    assert "status: experimental #" in path.read_text("utf-8")


def test_a_stable_rule_that_no_longer_holds_is_told(store: Store, club: Path) -> None:
    """It is not lowered, and the call says that the measurement does not support it."""
    path = club / RULE
    path.write_text(
        path.read_text("utf-8").replace("status: experimental", "status: stable"), encoding="utf-8"
    )
    add_findings(store, club, 60)
    decide(store, [(f"p{n}", n % 2 == 0) for n in range(60)])
    found = promote(store, str(club), "false-promise", clock=CLOCK)
    assert (found.met, found.written) == (False, None)
    assert "status: stable" in path.read_text("utf-8")


def test_unknown_rules_get_a_hint(store: Store, club: Path) -> None:
    """A slip of the pen is answered with the name that was meant."""
    with pytest.raises(UsageError) as caught:
        promote(store, str(club), "false-promises", clock=CLOCK)
    assert caught.value.code == "promote/no-such-rule"
    assert "false-promise" in str(caught.value.faults[0].hint)


def test_bundled_codes_are_not_changed(store: Store, club: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hint says how to make the code one's own; the file stays."""
    assert bundled_names()
    monkeypatch.setattr("ombud.flow.promote.bundled_home", lambda: club.parent)
    add_findings(store, club, MIN_REVIEWED)
    decide(store, [(f"p{n}", True) for n in range(MIN_REVIEWED)])
    before = (club / RULE).read_bytes()
    with pytest.raises(UsageError) as caught:
        promote(store, str(club), "false-promise", clock=CLOCK)
    assert caught.value.code == "promote/bundled"
    assert "ombud code fork" in str(caught.value.faults[0].hint)
    assert (club / RULE).read_bytes() == before


def test_a_rule_that_the_gate_refuses_as_promoted_stays(
    store: Store, club: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the code does not hold up with the new status, the file is put back."""
    from ombud.flow import promote as module

    load, calls = module.load_codes, [0]

    def second_time_fails(names: list[str]) -> Any:
        calls[0] += 1
        if calls[0] == 2:
            raise ConductError.of("gate/refused", "refused")
        return load(names)

    add_findings(store, club, MIN_REVIEWED)
    decide(store, [(f"p{n}", True) for n in range(MIN_REVIEWED)])
    before = (club / RULE).read_bytes()
    monkeypatch.setattr(module, "load_codes", second_time_fails)
    with pytest.raises(ConductError):
        promote(store, str(club), "false-promise", clock=CLOCK)
    assert (club / RULE).read_bytes() == before


def test_the_starting_values_fit_each_other() -> None:
    """The fewest reviews can reach the bound when none is wrong."""
    assert wilson(MIN_REVIEWED, MIN_REVIEWED)[0] >= MIN_LOWER


def look_again(club: Path, monkeypatch: pytest.MonkeyPatch, answers: list[tuple[str, str]]) -> None:
    """Let second looks at the rule's cases have been answered so."""
    code = load_code(club, rule_columns())
    rule = code.rules[0]
    pairs = [Pair(code.id, rule.clause, [f"{code.id}/{rule.id}"], *both) for both in answers]
    monkeypatch.setattr(looks, "pairs", lambda *_: pairs)


YES, NO = "applies", "does_not_apply"


@pytest.mark.parametrize(
    ("answers", "lacks"),
    [
        ([(YES, YES)] * 40, []),
        ([(YES, NO)] * 5, []),
        ([(YES, YES)] * 38 + [(YES, NO)] * 2, []),
        ([(YES, YES)] * 28 + [(YES, NO)] * 12, ["blind-errors", "disagreement"]),
        ([(YES, YES)] * 30 + [(NO, YES)] * 30, ["disagreement"]),
        ([(YES, YES)] * 30 + [(NO, NO)] * 3, []),
    ],
    ids=["all alike", "few looks", "two errors", "many errors", "first answers waver", "true refusals"],
)
def test_second_looks_count(
    store: Store,
    club: Path,
    monkeypatch: pytest.MonkeyPatch,
    answers: list[tuple[str, str]],
    lacks: list[str],
) -> None:
    """Blind errors and disagreement hold a rule back that outcomes alone would promote; few looks do not."""
    add_findings(store, club, MIN_REVIEWED)
    decide(store, [(f"p{n}", True) for n in range(MIN_REVIEWED)])
    look_again(club, monkeypatch, answers)
    found = promote(store, str(club), "false-promise", clock=CLOCK)
    assert [one.what for one in found.missing] == lacks
    assert found.met is (not lacks)
    assert found.blind is not None
    assert found.agreement is not None
    assert found.agreement.looks == len(answers)
