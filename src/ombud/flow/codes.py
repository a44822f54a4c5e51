"""Loads codes of conduct for a store: found, linted, gated, pinned, compiled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ombud.base.clock import Micros, format_time
from ombud.base.settings import cache_folder
from ombud.cases.clauses import register
from ombud.conduct.loader import load_code
from ombud.conduct.model import Code
from ombud.rules.bind import BoundRules, bind, rule_columns
from ombud.rules.gate.gate import GateResult, run_gate
from ombud.store import Store, Tx, ledger, pins


@dataclass(frozen=True, slots=True)
class Adopted:
    """Codes as a store works with them.

    ``in_force`` gives the instant from which each code binds.
    """

    codes: tuple[Code, ...]
    bound: BoundRules
    in_force: Mapping[str, Micros | None]
    notes: tuple[str, ...]


def load_codes(names: Sequence[str]) -> list[Code]:
    """Load each named code and put all of them through the gate.

    Args:
        names: bundled codes' names or folders.

    Raises:
        UsageError: no such code.
        ConductError: a code has faults, or fails the gate.
    """
    codes = [load_code(name, rule_columns()) for name in names]
    gate(codes).require()
    return codes


def gate(codes: Sequence[Code]) -> GateResult:
    """Return the gate's judgment, remembered by content in the user's cache."""
    return run_gate(codes, cache_dir=cache_folder())


def adopt(
    store: Store,
    codes: Sequence[Code],
    *,
    now: Micros,
    in_force_from: Micros | None,
    next_seq: int,
    accept_change: bool,
) -> Adopted:
    """Pin the codes in the store and compile their rules.

    A code whose date of effect is its adopter's counts from ``in_force_from``, or
    from ``now``; the date is kept with the pin and does not move at later runs.

    Raises:
        StoreError: the store has another text of a code pinned and ``accept_change``
            is not given.
    """
    in_force: dict[str, Micros | None] = {}
    notes: list[str] = []
    judged = gate(codes)
    with store.begin() as tx:
        for code in codes:
            since, fresh = _pin(tx, code, judged, now, in_force_from, next_seq, accept_change)
            in_force[code.id] = since
            if fresh:
                notes.append(f"adopted {code.id} {code.version}, in force from {format_time(since)}")
    return Adopted(tuple(codes), bind(codes, cache_dir=cache_folder()), in_force, tuple(notes))


def _pin(
    tx: Tx,
    code: Code,
    judged: GateResult,
    now: Micros,
    in_force_from: Micros | None,
    next_seq: int,
    accept_change: bool,
) -> tuple[Micros, bool]:
    """Pin one code; return its date of effect and whether it was adopted just now."""
    earlier = pins.get(tx, code.id)
    if code.effective_from is not None:
        since = code.effective_from
    elif earlier is not None:
        since = int(earlier.payload["in_force_from"])
    else:
        since = now if in_force_from is None else in_force_from
    pin, fresh = pins.pin(
        tx,
        code.id,
        version=code.version,
        hash=code.hash,
        payload=snapshot(code, since),
        at=now,
        seq=next_seq,
        adopt=accept_change,
    )
    if fresh:
        body = {
            "code": code.id,
            "version": code.version,
            "hash": code.hash,
            "from_event": next_seq,
            "in_force_from": format_time(since),
            "gate": {"version": judged.version, "hash": judged.hash},
        }
        ledger.append(tx, "code-adopted", body, now)
    since = int(pin.payload["in_force_from"])
    register(tx, code, ordinal=pin.ordinal, since=since, now=now)
    return since, fresh


def snapshot(code: Code, in_force_from: Micros) -> dict[str, object]:
    """Return what must outlive the folder to explain an old finding: clauses and rules as they read."""
    return {
        "in_force_from": in_force_from,
        "titles": {"en": code.titles.en, "zh": code.titles.zh},
        "binding": code.binding,
        "clauses": {
            clause.id: {
                "title": clause.title,
                "title_zh": clause.title_zh,
                "version": clause.version,
                "subject": clause.subject,
                "harm": clause.harm,
                "severity": clause.severity,
                "en": clause.body_en.markdown,
                "zh": clause.body_zh.markdown,
            }
            for clause in code.clauses
        },
        "rules": {
            rule.id: {
                "clause": rule.clause,
                "when": rule.when,
                "status": rule.status,
                "hash": rule.hash,
                "explains": {"en": rule.explains.en, "zh": rule.explains.zh},
            }
            for rule in code.rules
        },
    }
