"""Counting for the harmonised template: the rows of its queries become cells, small ones hidden.

A cell is known (a number), hidden, or unknown with the name of the reason why. Hiding is done along
lines, each a list of cells of which one is the sum of the others: a line with exactly one hidden cell
would give it away, so a second one is hidden.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from ombud.base.clock import HOUR
from ombud.conduct.harms import harms
from ombud.conduct.ladder import MEASURES
from ombud.publication.figures import SMALL
from ombud.publication.statements_schema import schema

TOTAL = "TOTAL"
Key = tuple[str, str]
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, or the name of the reason why there is none; words have a Chinese form beside them."""

    value: float | int | str | None
    why: str = ""
    zh: str = ""


@dataclass(slots=True)
class Grid:
    """Counts and times by (row, column); ``unsure`` are rows whose count is not the whole."""

    counts: Counter[Key] = field(default_factory=Counter)
    times: defaultdict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))
    unsure: set[str] = field(default_factory=set)

    def add(self, rows: Iterable[str], column: str, n: int = 1) -> None:
        """Count ``n`` in a column of every row."""
        for row in rows:
            self.counts[row, column] += n

    def took(self, rows: Iterable[str], column: str, time: int | None) -> None:
        """Note how long something took (microseconds), if it has happened."""
        if time is not None:
            for row in rows:
                self.times[row, column].append(int(time))


def category_rows() -> list[str]:
    """Return the rows of a sheet by category: the total, each category, its keywords as ``A/K``."""
    rows = [TOTAL]
    for category, keywords in schema().categories.items():
        rows.append(category)
        rows += [f"{category}/{keyword}" for keyword in keywords] if len(keywords) > 1 else []
    return [*rows[:-1], "STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER", rows[-1]]


def rows_of(grid: Grid, harm: str | None, otherwise: str) -> list[str]:
    """Return the rows that something about a harm is counted in; without a harm, ``otherwise``."""
    if harm is None or harm not in harms() or harms()[harm].ground_only:
        return [TOTAL, otherwise]
    found = harms()[harm]
    category, keywords = found.dsa_category, found.dsa_keywords
    if len(keywords) == 1:
        return [TOTAL, category, f"{category}/{keywords[0]}"]
    grid.unsure |= {f"{category}/{keyword}" for keyword in keywords}
    return [TOTAL, category]


def orders(rows: Sequence[Row]) -> dict[str, Grid]:
    """Count orders by scope: all of them, and each state of the Union that they come from."""
    union = [state for state in schema().allowed["country"] if state not in ("IS", "LI", "NO")]
    grids: dict[str, Grid] = {TOTAL: Grid()}
    for _, asks, territory, harm, took in rows:
        if territory not in union:
            continue
        for grid in (grids[TOTAL], grids.setdefault(territory, Grid())):
            lines = rows_of(grid, harm, "STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER")
            if asks in ("information", "preserve"):
                grid.add(lines, "inform")
            else:
                grid.add(lines, "act")
                grid.took(lines, "effect", took)
    return grids


def notices(rows: Sequence[Row]) -> Grid:
    """Count notices under Article 16, what was done on them, and how long it took."""
    grid = Grid()
    for _, harm, took, actions in rows:
        lines = rows_of(grid, harm, "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE")
        grid.add(lines, "notices")
        grid.add(lines, "by_terms", int(actions))
        grid.took(lines, "took", took)
    return grid


def own_initiative(rows: Sequence[Row], columns: Sequence[Mapping[str, Any]]) -> Grid:
    """Count the measures that no report had asked for, by category and kind of restriction."""
    grid = Grid()
    column_of = {value: each["key"] for each in columns for value in each.get("values", ())}
    for harm, kind, found, _, source, n in rows:
        dsa = MEASURES[kind].dsa
        if source != "own" or dsa is None:
            continue
        lines = rows_of(grid, harm, "STATEMENT_CATEGORY_OTHER_VIOLATION_TC")
        grid.add(lines, "measures", int(n))
        grid.add(lines, column_of[dsa], int(n))
        grid.add(lines, "automated" if found == "rule" else "-by people", int(n))
    return grid


def complaints(rows: Sequence[Row]) -> Grid:
    """Count appeals by what they are against and how they were answered."""
    grid, of = Grid(), {"kept": "upheld", "changed": "partly", "reversed": "reversed"}
    for _, role, announces, outcome, took in rows:
        lines = ["complaints", *(f"complaints/{each}" for each in _about(role, announces))]
        grid.add(lines, "total")
        grid.add(lines, of.get(outcome, "-waiting"))
        grid.took(lines, "median", took)
    return grid


def _about(role: str, announces: str) -> list[str]:
    if role != "subject":
        return ["refused"]
    kinds = [kind for kind in announces.split(",") if kind in MEASURES]
    return sorted({MEASURES[kind].family for kind in kinds} - {"none"})


def disputes(rows: Sequence[Row]) -> Grid:
    """Count disputes before bodies outside; a settled one is partly reversed."""
    of = {"upheld": "upheld", "settled": "partly", "overturned": "reversed", "withdrawn": "omitted"}
    grid = Grid()
    for _, outcome, implemented, took in rows:
        grid.add(["disputes"], "total")
        grid.add(["disputes"], of.get(outcome, "-waiting"))
        grid.took(["disputes"], "median", took)
        if implemented is not None:
            grid.add(["disputes"], "-implemented" if implemented else "-not implemented")
    return grid


def automation(measures_: Sequence[Row], precision: Sequence[Row], notices_: Sequence[Row]) -> Grid:
    """Count measures that rules and people decided, how often people confirmed a rule, and notices."""
    grid = Grid()
    grid.add(["notices_by_people"], "notices", len(notices_))
    for _, _, _, decided, source, n in measures_:
        what = "automatic" if decided == "automatic" else "by_people"
        grid.add([what], "total", int(n))
        grid.add([what], "own" if source == "own" else "-notice", int(n))
    for answer, n in precision:
        grid.add(["precision"], f"-{answer}", int(n))
    return grid


def moderators(rows: Sequence[Row]) -> Grid:
    """Count the people who review, and their languages."""
    grid = Grid()
    for _, languages in rows:
        known = json.loads(languages) if isinstance(languages, str) else languages
        grid.add(["moderators"], "total")
        for language in known:
            grid.add(["moderators"], language)
    return grid


def hide(counts: Mapping[Key, int], lines: Sequence[Sequence[Key]]) -> set[Key]:
    """Return the cells that are not told: those from 1 to 4, and enough others that no sum tells one.

    Args:
        counts: the cells; those that are missing are 0, and told.
        lines: lists of cells of which one is the sum of the others.
    """
    hidden = {key for key, n in counts.items() if 0 < n < SMALL}
    changed = True
    while changed:
        changed = False
        for line in lines:
            dark = [key for key in line if key in hidden]
            if len(dark) != 1:
                continue
            rest = [key for key in line if key not in hidden and counts.get(key, 0) > 0]
            if rest:
                hidden.add(min(rest, key=lambda key: (counts[key], key)))
                changed = True
    return hidden


def cell(grid: Grid, key: Key, hidden: set[Key]) -> Cell:
    """Return a counted cell."""
    if key in hidden:
        return Cell(None, "small")
    if key[0] in grid.unsure:
        return Cell(None, "several_keywords")
    return Cell(grid.counts.get(key, 0))


def middle(grid: Grid, key: Key, *, small: bool) -> Cell:
    """Return the median of a cell's times, in hours; of fewer than five it would tell too much of each."""
    times = grid.times.get(key, [])
    if not times:
        return Cell(None, "none_yet")
    if small and len(times) < SMALL:
        return Cell(None, "small")
    return Cell(round(median(times) / HOUR, 2))


def share(part: int, rest: int) -> Cell:
    """Return a percentage; it is not told where it would tell a number under five."""
    whole = part + rest
    if whole == 0:
        return Cell(None, "none_yet")
    small = any(0 < n < SMALL for n in (part, rest))
    return Cell(None, "small") if small else Cell(round(100 * part / whole, 1))
