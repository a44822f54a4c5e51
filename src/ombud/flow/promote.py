"""Checks a rule's status against what is known of it, and raises it by one step where that suffices.

* *draft → experimental*: every test of the rule passes and none waits for a signal that is not there.
* *experimental → stable*: at least :data:`MIN_REVIEWED` findings of the rule as it reads now
  were reviewed, and the lower end of the 95 % Wilson interval of its precision is at least
  :data:`MIN_LOWER`.
* *stable*: the same measurement must still hold. A rule is never lowered here; that it
  does not hold is told.

From experimental on, **blind second looks** (``ombud.redress.agreement``) count too, where there are
at least :data:`MIN_LOOKS` of them. People who were not told the first answer say how often the rule
was wrong; if even the lower end of that error's interval is above 1 - :data:`MIN_LOWER`, its
confirmed findings are not believed. And where people do not agree what the clause means, no
count of their answers measures a rule: Krippendorff's alpha of the clause counts against it when
the upper end of its interval is below .667. Alpha is asked only where both yes and no were given
:data:`MIN_EACH` times: where nearly every answer is the same it says nothing, and the error
rate decides alone. Few looks hold nothing up: they show no error yet.

Both figures of precision are starting values: 50 findings with none wrong have a lower end of .93, and with
one wrong 53 findings are needed.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ombud.base.clock import Clock, SystemClock
from ombud.base.errors import ConductError, Fault, UsageError, Where
from ombud.base.nearest import did_you_mean
from ombud.conduct.find import bundled_home
from ombud.conduct.model import Code, Rule, RuleStatus
from ombud.conduct.yamledit import set_value
from ombud.flow.codes import load_codes
from ombud.flow.precision import Measured, measure
from ombud.measures.agreement import TENTATIVE
from ombud.redress.agreement import Agreement, Rate, report
from ombud.rules.testing import TestResult, run_tests
from ombud.store import Store, ledger

MIN_REVIEWED = 50
"""Reviewed findings that a stable rule needs, at least (a starting value)."""

MIN_LOWER = 0.9
"""What the lower end of the interval must reach (a starting value)."""

MIN_LOOKS = 20
"""Second looks from which they count for or against a rule (a starting value)."""

MIN_EACH = 10
"""Times that yes, and no, must have been given for alpha to say anything (a starting value)."""

NEXT: dict[RuleStatus, RuleStatus | None] = {
    "draft": "experimental",
    "experimental": "stable",
    "stable": None,
}

Lack = Literal[
    "tests-fail", "awaits-signal", "too-few-reviewed", "precision-too-low", "blind-errors", "disagreement"
]


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands in the way: its permanent name, and a sentence with the figures."""

    what: Lack
    text: str


@dataclass(frozen=True, slots=True)
class Promotion:
    """What was found about a rule, and what was done.

    ``now`` is the status before the call and ``next`` the one above it (``None``: there is
    none). ``missing`` is empty where everything is met; ``written`` is the file that was
    changed, if one was. ``measured`` is ``None`` for a draft, which has no findings. ``blind``
    and ``agreement`` are what second looks say of the rule and of its clause, where there are any.
    """

    code: str
    rule: str
    now: RuleStatus
    next: RuleStatus | None
    measured: Measured | None
    missing: tuple[Missing, ...]
    written: Path | None
    blind: Rate | None = None
    agreement: Agreement | None = None

    @property
    def met(self) -> bool:
        """Say whether what the status asks for is there."""
        return not self.missing


def promote(store: Store, name_or_dir: str, rule_id: str, *, clock: Clock | None = None) -> Promotion:
    """Check a rule and, where everything is met, write its next status into its file.

    Args:
        store: the store with the rule's findings and the outcomes; its ledger notes the check.
        name_or_dir: the code.
        rule_id: the rule, as ``rule`` or ``code/rule``.
        clock: the wall clock, for the ledger.

    Raises:
        UsageError: no such code or rule; the code is a bundled one and would have to change.
        ConductError: the code does not hold up.
    """
    code = load_codes([name_or_dir])[0]
    rule = _rule(code, rule_id)
    measured = None if rule.status == "draft" else measure(store, code, rule)
    blind, agreed = (None, None) if rule.status == "draft" else _second_looks(store, code, rule)
    missing = [*_missing(code, rule, measured), *_doubted(blind, agreed)]
    step = NEXT[rule.status]
    written = None
    if not missing and step is not None:
        _refuse_bundled(code)
        written = _write(code, rule, step)
    _record(store, code, rule, not missing, clock or SystemClock())
    return Promotion(code.id, rule.id, rule.status, step, measured, tuple(missing), written, blind, agreed)


def _rule(code: Code, rule_id: str) -> Rule:
    try:
        return code.rule(rule_id.removeprefix(f"{code.id}/"))
    except KeyError:
        known = [rule.id for rule in code.rules]
        hint = did_you_mean(rule_id, known) or f"ombud code test {code.id} lists them"
        raise UsageError(
            Fault("promote/no-such-rule", f"{code.id} has no rule {rule_id!r}", hint=hint)
        ) from None


def _missing(code: Code, rule: Rule, measured: Measured | None) -> list[Missing]:
    if measured is None:
        return _untested(run_tests([code], rule=f"{code.id}/{rule.id}"))
    found: list[Missing] = []
    if measured.reviewed < MIN_REVIEWED:
        text = (
            f"{measured.reviewed} of its {measured.targets} findings were reviewed; "
            f"at least {MIN_REVIEWED} are needed"
        )
        found.append(Missing("too-few-reviewed", text))
    low, high = measured.interval
    if measured.reviewed and low < MIN_LOWER:
        text = (
            f"people confirmed {measured.applies} of {measured.reviewed}; the 95 % interval of its "
            f"precision is {low:.3f} to {high:.3f}, and the lower end must reach {MIN_LOWER}"
        )
        found.append(Missing("precision-too-low", text))
    return found


def _second_looks(store: Store, code: Code, rule: Rule) -> tuple[Rate | None, Agreement | None]:
    """Return what second looks say of a rule and of its clause."""
    with store.read() as tx:
        found = report(tx, code=code.id)
    return found.rules.get(f"{code.id}/{rule.id}"), found.clauses.get((code.id, rule.clause))


def _doubted(blind: Rate | None, agreed: Agreement | None) -> list[Missing]:
    """Return what second looks say against a rule."""
    found: list[Missing] = []
    if blind is not None and blind.looked >= MIN_LOOKS and blind.interval[0] > 1 - MIN_LOWER:
        low, high = blind.interval
        text = (
            f"of {blind.looked} blind second looks {blind.wrong} did not confirm its finding; the 95 % "
            f"interval of the error is {low:.3f} to {high:.3f}, and the lower end may be at most "
            f"{1 - MIN_LOWER:.1f}"
        )
        found.append(Missing("blind-errors", text))
    if agreed is not None and agreed.looks >= MIN_LOOKS and agreed.rarer >= MIN_EACH:
        alpha = agreed.alpha
        if alpha.high is not None and alpha.high < TENTATIVE:
            text = (
                f"people do not agree on the clause: alpha is {alpha.value:.3f} ({alpha.low:.3f} to "
                f"{alpha.high:.3f}) over {agreed.looks} second looks, and must be able to reach {TENTATIVE}"
            )
            found.append(Missing("disagreement", text))
    return found


def _untested(results: Sequence[TestResult]) -> list[Missing]:
    """Return what the tests of a draft leave open; a written todo is no obstacle."""
    failed = [result for result in results if result.passed is False]
    waits = sorted({result.message for result in results if result.passed is None and result.kind != "todo"})
    found = [
        Missing("tests-fail", f"its test fails: {one.kind}: {one.name}: {one.message}") for one in failed
    ]
    return [
        *found,
        *(Missing("awaits-signal", f"its tests cannot be judged: {message}") for message in waits),
    ]


def _refuse_bundled(code: Code) -> None:
    if bundled_home().resolve() in code.path.resolve().parents:
        raise UsageError(
            Fault(
                "promote/bundled", f"{code.id} comes with Ombud and is not changed in place",
                hint=f"make it your own: ombud code fork {code.id} DIR",
            )
        )  # fmt: skip


def raise_status(path: Path, now: RuleStatus, step: RuleStatus) -> Path:
    """Write another status into a rule's file and leave every other character as it is.

    Raises:
        UsageError: ``conduct/unwritable``.
        ConductError: ``conduct/not-editable``.
    """
    try:
        data = path.read_bytes().decode("utf-8")
        mark = "\ufeff" if data.startswith("\ufeff") else ""
        windows = "\r\n" in data
        text = set_value(data.removeprefix(mark).replace("\r\n", "\n"), "status", step, str(path))
        text = mark + (text.replace("\n", "\r\n") if windows else text)
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=".", delete=False) as half:
            half.write(text.encode("utf-8"))
            half.flush()
            os.fsync(half.fileno())
        Path(half.name).chmod(path.stat().st_mode)
        Path(half.name).replace(path)
    except OSError as error:
        place = Where(str(error.filename or path))
        fault = Fault("conduct/unwritable", f"{now} → {step} cannot be written: {error.strerror}", place)
        raise UsageError(fault) from error
    return path


def _write(code: Code, rule: Rule, step: RuleStatus) -> Path:
    """Write the status and read the code again, gate and all; what does not hold up is put back."""
    path = Path(rule.path)
    before = path.read_bytes()
    raise_status(path, rule.status, step)
    try:
        _check(load_codes([str(code.path.absolute())])[0].rule(rule.id), rule, step)
    except BaseException:
        path.write_bytes(before)
        raise
    return path


def _check(again: Rule, rule: Rule, step: RuleStatus) -> None:
    """Hold that the rule has its new status and the same meaning."""
    if (again.status, again.hash) != (step, rule.hash):
        raise ConductError.of(
            "promote/not-as-written", "the file does not read as it was written", where=Where(rule.path)
        )


def _record(store: Store, code: Code, rule: Rule, met: bool, clock: Clock) -> None:
    """Every read of outcomes is in the ledger."""
    body = {"code": code.id, "rule": rule.id, "rule_hash": rule.hash, "status": rule.status, "met": met}
    with store.begin() as tx:
        ledger.append(tx, "promote", body, clock.now())
