"""Runs the tests that stand beside each rule.

A test gives one event, or several; the last one is judged. ``matches`` asks for
TRUE, ``clears`` for FALSE or UNKNOWN, ``unknown`` for UNKNOWN exactly; a ``todo`` is
listed and not run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ombud.base.clock import parse_time
from ombud.base.errors import EventError
from ombud.conduct.model import Code, Rule, RuleTest
from ombud.conduct.tests import expand
from ombud.events.decode import decode
from ombud.events.envelope import Event
from ombud.registers.schemas import SCHEMAS
from ombud.rules.bind import BoundRules, bind
from ombud.signals.base import GivenRegisters, Registers

WORDS = {True: "TRUE", False: "FALSE", None: "UNKNOWN"}


@dataclass(frozen=True, slots=True)
class TestResult:
    """What one test asked of one rule and what it got; ``passed`` is ``None`` for a todo."""

    __test__ = False  # not a test class of pytest's

    code: str
    rule: str
    status: str
    kind: str
    name: str
    passed: bool | None
    message: str = ""


def run_tests(codes: Sequence[Code], *, rule: str | None = None) -> list[TestResult]:
    """Run the tests of every rule of ``codes`` (or of the one rule named) and return each result.

    Draft rules are tested too. Where a draft reads a signal, a test that does not hold
    yet is reported as a todo, with what came out: that is what keeps it a draft.
    """
    bound = bind(codes, drafts=True)
    results: list[TestResult] = []
    for item in bound.rules:
        if rule is not None and rule not in (item.rule.id, item.name):
            continue
        awaits = [name for name in sorted(bound.ruleset.reads(item.name)) if _awaited(name, bound)]
        for test in item.rule.tests:
            passed, message = _judge(bound, item.name, test, awaits)
            if passed is False and item.rule.status == "draft" and _measured(item.rule):
                passed, message = None, f"not yet: {message}"
            results.append(
                TestResult(
                    item.code.id, item.rule.id, item.rule.status, test.kind, test.name, passed, message
                )
            )
    return results


def events_of(test: RuleTest) -> list[Event]:
    """Return a test's events, decoded through the same door as a stream's, in (at, id) order.

    Raises:
        EventError: the test writes an event that no stream could deliver.
    """
    events = [decode(msgspec.json.encode(raw)) for raw in expand(test)]
    last = events[-1]
    return [*sorted((e for e in events[:-1]), key=lambda e: (e.at, e.id)), last]


def registers_of(test: RuleTest) -> Registers:
    """Return the registers that a test writes down; instants are RFC 3339 texts or epoch seconds."""
    return given(test.registers)


def given(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> GivenRegisters:
    """Return registers that are written down by name; instants are RFC 3339 texts or epoch seconds."""
    return GivenRegisters({name: [_row(name, row) for row in some] for name, some in rows.items()})


def _row(register: str, row: Mapping[str, Any]) -> dict[str, Any]:
    fields = SCHEMAS[register].fields if register in SCHEMAS else {}
    dated = {"valid_from", "valid_to", "recorded_at"} | {n for n, f in fields.items() if f.kind == "time"}
    return {
        name: parse_time(value) if name in dated and value is not None else value
        for name, value in row.items()
    }


def _measured(rule: Rule) -> bool:
    return any(column.startswith("signal.") for column in rule.reads)


def _awaited(column: str, bound: BoundRules) -> bool:
    return column.startswith("signal.") and column.split(".")[1] not in bound.signals


def _judge(bound: BoundRules, name: str, test: RuleTest, awaits: Sequence[str]) -> tuple[bool | None, str]:
    """Evaluate one test; return whether it passed, and what to tell."""
    if test.kind == "todo":
        return None, "todo"
    try:
        events = events_of(test)
    except EventError as error:
        return False, f"the test's event cannot be read: {error.faults[0].message}"
    session = bound.session(registers_of(test))
    session.match(events)
    value = session.evaluate(events[-1], name)
    ok = (
        value is True
        if test.kind == "matches"
        else value is None
        if test.kind == "unknown"
        else value is not True
    )
    if ok:
        return True, ""
    if awaits and value is None:
        return None, f"awaits {', '.join(awaits)}"
    wanted = {"matches": "TRUE", "clears": "FALSE or UNKNOWN", "unknown": "UNKNOWN"}[test.kind]
    return False, f"expected {wanted}, got {WORDS[value]}"
