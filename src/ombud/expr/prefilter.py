"""Finds in one linear pass which rules a text can concern: one Hyperscan database per text column.

Two databases share their atoms: ``ascii`` holds literals and whole patterns for pure
ASCII texts, ``wide`` literals alone for all other texts, which are scanned in scan
form (:func:`ombud.expr.regex.scan_form`) and, where a rule asks for it, folded as well.
A rule about which a database can promise nothing is listed as always due there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import hyperscan
import msgspec

from ombud.expr.needs import Needs, TextNeed, guess
from ombud.expr.patterns import encode
from ombud.expr.regex import scan_form

WHOLE_PATTERNS = 120
"""Most whole patterns in one database (compile time grows faster than their number)."""

WHOLE_ABOVE = 0.00002
"""A pattern whose literals are in fewer texts than this (a guess) needs no whole form."""

_FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS
_MODE = hyperscan.HS_MODE_BLOCK

Form = tuple[str, bool]
"""A Hyperscan pattern for ASCII texts, and whether it ignores case."""


class TextPlan(msgspec.Struct, frozen=True, array_like=True):
    """The prefilter of one text column, ready to keep on disk.

    ``targets`` gives for each atom the rules it makes candidates; rules in ``ascii_due``
    and ``wide_due`` are candidates for every text of that kind.
    """

    column: str
    ascii: bytes | None
    wide: bytes | None
    targets: tuple[tuple[int, ...], ...]
    ascii_due: tuple[int, ...]
    wide_due: tuple[int, ...]
    folded: bool


def plan_texts(needs: Mapping[int, Needs]) -> list[TextPlan]:
    """Return one plan for each text column that ``needs`` (rule number to needs) look into."""
    columns: dict[str, list[tuple[int, TextNeed]]] = {}
    for rule, alternatives in needs.items():
        for need in alternatives:
            if isinstance(need, TextNeed):
                columns.setdefault(need.column, []).append((rule, need))
    return [_plan_column(column, pairs) for column, pairs in sorted(columns.items())]


def _plan_column(column: str, pairs: list[tuple[int, TextNeed]]) -> TextPlan:
    whole = _whole(pairs)
    ids: dict[str | Form, int] = {}
    targets: list[set[int]] = []
    in_ascii: dict[str | Form, int] = {}
    in_wide: dict[str, int] = {}
    ascii_due: set[int] = set()
    wide_due: set[int] = set()

    def add(atom: str | Form, rule: int) -> int:
        number = ids.setdefault(atom, len(ids))
        if number == len(targets):
            targets.append(set())
        targets[number].add(rule)
        return number

    for rule, need in pairs:
        form = (need.ascii or "", need.caseless)
        if form in whole:
            in_ascii[form] = add(form, rule)
        elif need.literals is None:
            ascii_due.add(rule)
        if need.literals is None:
            wide_due.add(rule)
        for literal in need.literals or ():
            in_wide[literal] = add(literal, rule)
            if form not in whole and literal.isascii():
                in_ascii[literal] = in_wide[literal]
    plain = {atom: number for atom, number in in_ascii.items() if isinstance(atom, str)}
    return TextPlan(
        column,
        _dump(_mixed(in_ascii) if whole else _literals(plain)),
        _dump(_literals(in_wide)),
        tuple(tuple(sorted(rules)) for rules in targets),
        tuple(sorted(ascii_due)),
        tuple(sorted(wide_due)),
        any(need.folded for _, need in pairs),
    )


def _whole(pairs: list[tuple[int, TextNeed]]) -> frozenset[Form]:
    """Choose the patterns to scan whole: those whose literals are common or missing."""
    rates: dict[Form, float] = {}
    for _, need in pairs:
        if need.ascii:
            rate = 1.0 if need.literals is None else guess(need)
            if rate > WHOLE_ABOVE:
                rates[need.ascii, need.caseless] = rate
    chosen = sorted(rates, key=lambda form: (-rates[form], form))[:WHOLE_PATTERNS]
    if not chosen or _compiles(chosen):
        return frozenset(chosen)
    return frozenset(form for form in chosen if _compiles([form]))


def _pattern_flags(form: Form) -> int:
    return int(_FLAGS if form[1] else hyperscan.HS_FLAG_SINGLEMATCH)


def _compiles(forms: Sequence[Form]) -> bool:
    try:
        _compile([f.encode() for f, _ in forms], list(range(len(forms))), [_pattern_flags(f) for f in forms])
    except hyperscan.error:
        return False
    return True


def _compile(patterns: list[bytes], ids: list[int], flags: list[int], *, literal: bool = False) -> Any:
    database = hyperscan.Database(mode=_MODE)
    database.compile(expressions=patterns, ids=ids, elements=len(patterns), flags=flags, literal=literal)
    return database


def _literals(atoms: Mapping[str, int]) -> Any:
    if not atoms:
        return None
    patterns = [atom.encode() for atom in atoms]
    return _compile(patterns, list(atoms.values()), [_FLAGS] * len(patterns), literal=True)


def _mixed(atoms: Mapping[str | Form, int]) -> Any:
    patterns: list[bytes] = []
    flags: list[int] = []
    for atom in atoms:
        if isinstance(atom, str):
            patterns.append("".join(f"\\x{ord(sign):02x}" for sign in atom).encode())
            flags.append(_FLAGS)
        else:
            patterns.append(atom[0].encode())
            flags.append(_pattern_flags(atom))
    return _compile(patterns, list(atoms.values()), flags)


def _dump(database: Any) -> bytes | None:
    return None if database is None else bytes(hyperscan.dumpb(database))


def _load(dump: bytes | None) -> Any:
    if dump is None:
        return None
    database = hyperscan.loadb(dump, _MODE)
    database.scratch = hyperscan.Scratch(database)
    return database


class TextScanner:
    """Scans one column's texts. Not safe for use by two threads at once."""

    def __init__(self, plan: TextPlan) -> None:
        """Load the databases; raises ``hyperscan.error`` if the plan is not of this machine."""
        self.column = plan.column
        self.folded = plan.folded
        self.targets = plan.targets
        self.ascii_due = plan.ascii_due
        self.wide_due = plan.wide_due
        self._ascii = _load(plan.ascii)
        self._wide = _load(plan.wide)

    def scan(self, texts: Sequence[str | None], fold: Callable[[int], str]) -> list[tuple[int, list[int]]]:
        """Return (row, candidate rules) for each text that makes candidates, in row order.

        Args:
            texts: the column's values.
            fold: from a row to its folded text; asked only where a rule folds.
        """
        atoms: list[int] = []

        def seen(number: int, *_: object) -> None:
            atoms.append(number)

        found: list[tuple[int, list[int]]] = []
        targets = self.targets
        scan = self._ascii.scan if self._ascii is not None else None
        for row, text in enumerate(texts):
            if text is None:
                continue
            if text.isascii():
                if scan is not None:
                    scan(text.encode(), seen)
                if self.folded and not text.isprintable():
                    self._scan_wide(fold(row), seen)
                due = self.ascii_due
            else:
                self._scan_wide(text, seen)
                if self.folded:
                    self._scan_wide(fold(row), seen)
                due = self.wide_due
            if atoms:
                if len(atoms) == 1 and not due:
                    found.append((row, list(targets[atoms[0]])))
                else:
                    rules = set(due)
                    for atom in atoms:
                        rules.update(targets[atom])
                    found.append((row, list(rules)))
                atoms.clear()
            elif due:
                found.append((row, list(due)))
        return found

    def _scan_wide(self, text: str, seen: Callable[..., None]) -> None:
        if self._wide is not None:
            self._wide.scan(encode(scan_form(text)), seen)
