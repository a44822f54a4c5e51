"""Finds in one linear pass which rules a text can concern: one Hyperscan database per text column.

Five databases share their atoms. ``ascii`` holds literals and whole patterns for pure ASCII
texts. Other texts are scanned for literals in scan form
(:func:`ombud.expr.scanform.scan_form`) and, as they are, for whole patterns; and where
rules ask for the folded text, that is scanned in the same two ways. A rule about which
nothing can be promised is listed as always due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import hyperscan
import msgspec

from ombud.expr.hyper import Form
from ombud.expr.needs import Needs, TextNeed, even_gain, literal_chance
from ombud.expr.patterns import encode
from ombud.expr.scanform import even, even_bytes, scan_form

WHOLE_PATTERNS = 120
"""Most whole patterns in one database (compile time grows faster than their number)."""

WHOLE_ABOVE = 0.00002
"""A pattern whose literals are in fewer texts than this (a guess) needs no whole form."""

LONGEST = 16_000
"""Bytes of the longest pattern that Hyperscan takes."""

EVEN_GAIN = 0.5
"""Texts are evened if that saves so many candidates a text: about what evening costs."""

_LITERAL = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS
_MODE = hyperscan.HS_MODE_BLOCK


class TextPlan(msgspec.Struct, frozen=True, array_like=True):
    """The prefilter of one text column, ready to keep on disk.

    ``targets`` gives for each atom the rules it makes candidates; rules in ``ascii_due``
    and ``wide_due`` are candidates for every text of that kind. With ``even`` texts are
    scanned for literals with runs of space made one; patterns then have a database apart.
    """

    column: str
    even: bool
    ascii: bytes | None
    ascii_patterns: bytes | None
    literals: bytes | None
    patterns: bytes | None
    folded_literals: bytes | None
    folded_patterns: bytes | None
    targets: tuple[tuple[int, ...], ...]
    ascii_due: tuple[int, ...]
    wide_due: tuple[int, ...]
    folded: bool


def plan_texts(needs: Mapping[int, Needs]) -> tuple[list[TextPlan], frozenset[TextNeed]]:
    """Return one plan for each text column that ``needs`` (rule number to needs) look into.

    The second value holds the needs that say all their test asks when seen in an ASCII text.
    """
    columns: dict[str, list[tuple[int, TextNeed]]] = {}
    for rule, alternatives in needs.items():
        for need in alternatives:
            if isinstance(need, TextNeed):
                columns.setdefault(need.column, []).append((rule, need))
    planned = [_planned(column, pairs) for column, pairs in sorted(columns.items())]
    return [plan for _, plan in planned], frozenset().union(*(planner.exact() for planner, _ in planned))


def _planned(column: str, pairs: list[tuple[int, TextNeed]]) -> tuple[_Planner, TextPlan]:
    """Plan a column; compiling is dear, so patterns are tried one by one only if they fail together."""
    planner = _Planner(column, pairs, tried=False)
    try:
        return planner, planner.plan()
    except hyperscan.error:
        planner = _Planner(column, pairs, tried=True)
        return planner, planner.plan()


class _Planner:
    """Gathers the atoms of one column; ``tried`` leaves out patterns that Hyperscan does not take."""

    def __init__(self, column: str, pairs: list[tuple[int, TextNeed]], *, tried: bool = False) -> None:
        self.column = column
        self.pairs = pairs
        chosen = _worth_whole([need for _, need in pairs])
        self.whole_ascii = frozenset(_known({need: need.ascii for need in chosen}, utf8=False, tried=tried))
        self.whole_wide = frozenset(_known({need: need.wide for need in chosen}, utf8=True, tried=tried))
        left = [need for _, need in pairs if need not in self.whole_ascii or need not in self.whole_wide]
        self.even = sum(map(even_gain, left)) > EVEN_GAIN
        self.ids: dict[str | tuple[str, Form], int] = {}
        self.targets: list[set[int]] = []

    def atom(self, key: str | tuple[str, Form], rule: int) -> int:
        """Number an atom and note that it makes the rule a candidate."""
        number = self.ids.setdefault(key, len(self.ids))
        if number == len(self.targets):
            self.targets.append(set())
        self.targets[number].add(rule)
        return number

    def literals_of(self, need: TextNeed) -> Iterable[str] | None:
        """Return the literals to scan for; cutting a literal at its ends only makes it less rare."""
        if not self.even:
            return need.literals
        return need.even or (None if need.literals is None else dict.fromkeys(map(even, need.literals)))

    def exact(self) -> frozenset[TextNeed]:
        """Return the needs that say all their test asks when seen in an (even) ASCII text."""
        return frozenset(
            need
            for _, need in self.pairs
            if need.exact
            and (need in self.whole_ascii if need.ascii is not None else self._kept(need.literals or ()))
        )

    def _kept(self, literals: Iterable[str]) -> bool:
        return not self.even or all(even(literal) == literal for literal in literals)

    def gather(self, atoms: _Atoms, rule: int, need: TextNeed, form: Form | None) -> None:
        """Add what one need looks for in one kind of text."""
        if form is not None:
            atoms.forms[form] = self.atom((atoms.kind, form), rule)
            return
        literals = self.literals_of(need)
        if literals is None:
            atoms.due.add(rule)
        for literal in literals or ():
            atoms.literals[literal] = self.atom(literal, rule)

    def plan(self) -> TextPlan:
        """Return the column's plan."""
        plain, wide, folds = _Atoms("ascii"), _Atoms("wide"), _Atoms("folded")
        for rule, need in self.pairs:
            self.gather(plain, rule, need, need.ascii if need in self.whole_ascii else None)
            beyond = folds if need.folded else wide
            self.gather(beyond, rule, need, need.wide if need in self.whole_wide else None)
        plain.literals = {literal: i for literal, i in plain.literals.items() if literal.isascii()}
        return TextPlan(
            self.column,
            self.even,
            _dump(_mixed(plain.literals, {} if self.even else plain.forms)),
            _dump(_mixed({}, plain.forms)) if self.even else None,
            _dump(_mixed(wide.literals, {})),
            _dump(_mixed({}, wide.forms, utf8=True)),
            _dump(_mixed(folds.literals, {})),
            _dump(_mixed({}, folds.forms, utf8=True)),
            tuple(tuple(sorted(rules)) for rules in self.targets),
            tuple(sorted(plain.due)),
            tuple(sorted(wide.due | folds.due)),
            any(need.folded for _, need in self.pairs),
        )


class _Atoms:
    """What is looked for in one kind of text, by atom number, and the rules always due there."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.literals: dict[str, int] = {}
        self.forms: dict[Form, int] = {}
        self.due: set[int] = set()


def _worth_whole(needs: list[TextNeed]) -> list[TextNeed]:
    """Choose the patterns to scan whole: those whose literals are common or missing."""
    rates: dict[TextNeed, float] = {}
    for need in needs:
        if need.ascii is not None or need.wide is not None:
            rate = literal_chance(need)
            if rate > WHOLE_ABOVE:
                rates[need] = rate
    return sorted(rates, key=lambda need: -rates[need])[:WHOLE_PATTERNS]


def _known(forms: Mapping[TextNeed, Form | None], *, utf8: bool, tried: bool) -> list[TextNeed]:
    """Return the needs that have a whole pattern not too long, ``tried``: one that Hyperscan takes."""
    known = {
        need: form
        for need, form in forms.items()
        if form is not None and len(form.pattern.encode()) <= LONGEST
    }
    return [need for need, form in known.items() if not tried or _compiles([form], utf8=utf8)]


def _flags(form: Form, *, utf8: bool) -> int:
    flags = hyperscan.HS_FLAG_SINGLEMATCH
    if form.caseless:
        flags |= hyperscan.HS_FLAG_CASELESS
    if utf8:
        flags |= hyperscan.HS_FLAG_UTF8
    return int(flags)


def _compiles(forms: Sequence[Form], *, utf8: bool) -> bool:
    try:
        _mixed({}, {form: number for number, form in enumerate(forms)}, utf8=utf8)
    except hyperscan.error:
        return False
    return True


def _compile(patterns: list[bytes], ids: list[int], flags: list[int], *, literal: bool = False) -> Any:
    database = hyperscan.Database(mode=_MODE)
    database.compile(expressions=patterns, ids=ids, elements=len(patterns), flags=flags, literal=literal)
    return database


def _mixed(literals: Mapping[str, int], forms: Mapping[Form, int], *, utf8: bool = False) -> Any:
    """Compile literals (whatever their case in ASCII) and patterns into one database."""
    flags = [_LITERAL] * len(literals) + [_flags(form, utf8=utf8) for form in forms]
    ids = [*literals.values(), *forms.values()]
    if not ids:
        return None
    if not forms:
        return _compile([literal.encode() for literal in literals], ids, flags, literal=True)
    escaped = ["".join(f"\\x{byte:02x}" for byte in literal.encode()) for literal in literals]
    return _compile([text.encode() for text in (*escaped, *(form.pattern for form in forms))], ids, flags)


def _dump(database: Any) -> bytes | None:
    return None if database is None else bytes(hyperscan.dumpb(database))


class TextScanner:
    """Scans one column's texts. Not safe for use by two threads at once."""

    def __init__(self, plan: TextPlan) -> None:
        """Load the databases; raises ``hyperscan.error`` if the plan is not of this machine."""
        self.column = plan.column
        self.folded = plan.folded
        self.targets = plan.targets
        self.ascii_due = plan.ascii_due
        self.wide_due = plan.wide_due
        self._every_due = tuple(sorted({*plan.ascii_due, *plan.wide_due}))
        self._even = plan.even
        self._ascii = _scan(plan.ascii)
        self._ascii_patterns = _scan(plan.ascii_patterns)
        self._wide = (_scan(plan.literals), _scan(plan.patterns))
        self._folds = (_scan(plan.folded_literals), _scan(plan.folded_patterns))
        atoms: list[int] = []

        def seen(number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
            atoms.append(number)

        self._atoms = atoms
        self._seen: Callable[..., None] = seen

    def scan(
        self, texts: Iterable[str | None], fold: Callable[[int], str]
    ) -> Iterator[tuple[int, Sequence[int], bool]]:
        """Yield (row, candidate rules, exact) for each text that makes candidates, in row order.

        ``exact`` tells that all candidates come from atoms seen in an ASCII text.

        Args:
            texts: the column's values.
            fold: from a row to its folded text; asked only where a rule folds.
        """
        atoms, seen, targets = self._atoms, self._seen, self.targets
        atoms.clear()  # an abandoned scan may have left some
        scan, even, folds = self._ascii or _nothing, self._even, self.folded
        ascii_due, wide_due = self.ascii_due, self.wide_due
        for row, text in enumerate(texts):
            if text is None:
                continue
            exact = text.isascii()
            if exact:
                data = text.encode()
                if even:
                    data, exact = self._evened(data)
                scan(data, seen)
                due = ascii_due
                if folds and not text.isprintable():
                    self._beyond(fold(row), self._folds)
                    due, exact = self._every_due, False
            else:
                due = wide_due
                self._beyond(text, self._wide)
                if folds:
                    self._beyond(fold(row), self._folds)
            if due:
                yield row, due, False
            if len(atoms) == 1:
                yield row, targets[atoms.pop()], exact
            elif atoms:
                yield row, list({rule for atom in atoms for rule in targets[atom]}), exact
                atoms.clear()

    def _evened(self, data: bytes) -> tuple[bytes, bool]:
        """Scan for patterns; return the evened text, and whether it is the text itself."""
        if self._ascii_patterns is not None:
            self._ascii_patterns(data, self._seen)
        evened = even_bytes(data)
        return evened, evened == data

    def _beyond(self, text: str, scans: tuple[Scan | None, Scan | None]) -> None:
        """Scan a text that is not ASCII, or folded, for literals and patterns."""
        literals, patterns = scans
        if literals is not None:
            data = encode(scan_form(text))
            literals(even_bytes(data) if self._even else data, self._seen)
        if patterns is not None:
            patterns(encode(text), self._seen)


Scan = Callable[[bytes, Callable[..., None]], object]


def _scan(dump: bytes | None) -> Scan | None:
    """Load a database and return its function that scans a text."""
    if dump is None:
        return None
    database = hyperscan.loadb(dump, _MODE)
    database.scratch = hyperscan.Scratch(database)
    scan: Scan = database.scan
    return scan


def _nothing(_data: bytes, _seen: Callable[..., None]) -> None:
    """Scan where no atom can be seen."""
