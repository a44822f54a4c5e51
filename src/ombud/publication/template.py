"""The harmonised transparency report of Implementing Regulation (EU) 2024/2835, as the record fills it.

Rows, columns and queries are data (``data/template-2024-2835.yaml``); counting stands in
``template_count``. A cell that cannot be known is empty and says why, and so is a small one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import text

from ombud.base.clock import Micros, format_time
from ombud.base.ids import content_hash
from ombud.publication import template_count as counting
from ombud.publication.statements_schema import read_data
from ombud.publication.template_count import TOTAL, Cell, Grid, Key, Row
from ombud.store import Tx, ledger

CURRENT = "template-2024-2835"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet: its labels as the template has them, Chinese ones, and its cells."""

    labels: tuple[str, ...]
    zh: tuple[str, ...]
    cells: tuple[Cell, ...]
    applies: str = "All"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: names of label columns and value columns as the template has them, and its rows.

    ``queries`` are the SQL behind it; ``hash`` covers them, their bounds and all cells.
    """

    id: str
    name: str
    title: Mapping[str, str]
    labels: tuple[str, ...]
    columns: tuple[Mapping[str, str], ...]
    lines: tuple[Line, ...]
    queries: Mapping[str, str] = field(default_factory=dict)
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report, and the ledger's size and root on that day."""

    service: str
    since: Micros
    until: Micros
    made_at: Micros
    size: int
    root: str
    sheets: tuple[Sheet, ...]


@cache
def data() -> Any:
    """Return the template as data."""
    return read_data(CURRENT)


def build(tx: Tx, since: Micros, until: Micros, now: Micros, service: str = "") -> Report:
    """Fill the template.

    Args:
        tx: a transaction.
        since: the first instant of the reporting period.
        until: the instant after its last.
        now: the wall clock; demands under a gag are left out until it ends.
        service: the service's name.
    """
    bounds = {"since": since, "until": until, "now": now}
    rows = {name: _ask(tx, sql, bounds) for name, sql in data()["queries"].items()}
    sheets = [_identification(tx, service, since, until, now), _categories()]
    sheets += [_table(each, rows) for each in data()["tables"]]
    sheets += [_list(each, rows) for each in data()["lists"]]
    sheets.append(_qualitative())
    told = tuple(_hashed(sheet, since, until) for sheet in sheets)
    return Report(service, since, until, now, ledger.size(tx), ledger.root(tx).hex(), told)


def _ask(tx: Tx, sql: str, bounds: Mapping[str, Micros]) -> list[Row]:
    return [tuple(row) for row in tx.run(text(sql), {k: v for k, v in bounds.items() if f":{k}" in sql})]


def _hashed(sheet: Sheet, since: Micros, until: Micros) -> Sheet:
    covered = {
        "queries": dict(sheet.queries),
        "since": format_time(since),
        "until": format_time(until),
        "rows": [[*line.labels, *(each.value for each in line.cells)] for line in sheet.lines],
    }
    return Sheet(
        sheet.id, sheet.name, sheet.title, sheet.labels, sheet.columns, sheet.lines, sheet.queries,
        content_hash(covered),
    )  # fmt: skip


def _identification(tx: Tx, service: str, since: Micros, until: Micros, now: Micros) -> Sheet:
    earlier = tx.run(text("SELECT max(at) FROM ledger WHERE kind = 'template'")).scalar_one()
    values = (
        ("Name of the service provider", "服务名称", Cell(service) if service else Cell(None, "no_name")),
        ("Date of the publication of the report", "发布日期", _day(now)),
        ("Date of the publication of the latest previous report", "上一份报告的发布日期", _day(earlier)),
        ("Starting date of reporting period", "报告期开始", _day(since)),
        ("Ending date of reporting period", "报告期结束", _day(until - 1)),
    )
    lines = [Line((en,), (zh,), (shown,)) for en, zh, shown in values]
    title = {"en": "Report identification", "zh": "报告信息"}
    value = {"en": "Value", "zh": "内容"}
    return Sheet("1", "report_identification", title, ("Indicator",), (value,), tuple(lines))


def _day(at: Micros | None) -> Cell:
    return Cell(None, "no_previous") if at is None else Cell(format_time(at)[:10])


def _categories() -> Sheet:
    lines, n, letter = [], 0, 0
    for row in counting.category_rows():
        category, _, keyword = row.partition("/")
        if row == TOTAL:
            label = TOTAL
        elif keyword:
            letter += 1
            label = f"Category {n}{chr(96 + letter)}"
        else:
            n, letter = n + 1, 0
            label = f"Category {n}"
        lines.append(Line((label,), (label,), (Cell(keyword or category),)))
    title = {"en": "Names of the categories", "zh": "类别名称"}
    column = {
        "en": "Category of illegal content / incompatible with the terms and conditions",
        "zh": "类别",
    }
    return Sheet("2", "categories_names", title, ("Category label",), (column,), tuple(lines))


def _table(entry: Mapping[str, Any], rows: Mapping[str, Sequence[Row]]) -> Sheet:
    found = rows[entry["query"]]
    columns = data()["measures"] if entry["columns"] == "measures" else entry["columns"]
    category = entry.get("category", "Category of illegal content")
    labels: tuple[str, ...] = (category, 'Description of the sub-category "Other"')
    if entry["query"] == "orders":
        grids, labels = counting.orders(found), (*labels, "Scope")
    elif entry["query"] == "notices":
        grids = {TOTAL: counting.notices(found)}
    elif "zero" in entry:
        grids = {TOTAL: Grid()}
    else:
        grids = {TOTAL: counting.own_initiative(found, columns)}
    lines = [
        line for scope, grid in sorted(grids.items(), key=_total_first)
        for line in _rows(entry, grid, columns, scope if "scoped" in entry else None)
    ]  # fmt: skip
    return Sheet(
        entry["id"], entry["name"], entry["title"], labels,
        tuple({"en": each["en"], "zh": each["zh"]} for each in columns), tuple(lines),
        {entry["query"]: data()["queries"][entry["query"]]},
    )  # fmt: skip


def _total_first(item: tuple[str, Grid]) -> tuple[bool, str]:
    return item[0] != TOTAL, item[0]


def _rows(
    entry: Mapping[str, Any], grid: Grid, columns: Sequence[Mapping[str, Any]], scope: str | None
) -> Iterator[Line]:
    every = counting.category_rows()
    hidden = counting.hide(grid.counts, _lines_of(every, columns)) if "hidden" in entry else set()
    for row in every:
        category, _, keyword = row.partition("/")
        labels: tuple[str, ...] = (keyword or category, "")
        labels = labels if scope is None else (*labels, scope)
        cells = tuple(_cell(grid, row, column, hidden, "hidden" in entry) for column in columns)
        yield Line(labels, labels, cells, entry["applies"])


def _cell(grid: Grid, row: str, column: Mapping[str, Any], hidden: set[Key], small: bool) -> Cell:
    if "why" in column:
        return Cell(None, column["why"])
    if "zero" in column:
        return Cell(0, column["zero"])
    key = (row, column.get("same_as", column["key"]))
    if "median" in column:
        return counting.middle(grid, key, small=small)
    return counting.cell(grid, key, hidden)


def _lines_of(rows: Sequence[str], columns: Sequence[Mapping[str, Any]]) -> list[list[Key]]:
    """Return the lines along which cells of a sheet by category add up."""
    names = [each["key"] for each in columns]
    kinds = [each["key"] for each in columns if "values" in each]
    categories = [row for row in rows if "/" not in row]
    lines = [[(row, name) for row in categories] for name in [*names, "-by people"]]
    for category in categories[1:]:
        parts = [row for row in rows if row.startswith(f"{category}/")]
        lines += [[(category, name), *((row, name) for row in parts)] for name in names if parts]
    if kinds:
        lines += [[(row, name) for name in ["measures", *kinds]] for row in rows]
        lines += [[(row, "measures"), (row, "automated"), (row, "-by people")] for row in rows]
    return lines


def _list(entry: Mapping[str, Any], rows: Mapping[str, Sequence[Row]]) -> Sheet:
    grid = _merged(entry["queries"], rows)
    hidden = counting.hide(grid.counts, _sums(grid))
    lines = []
    for section in entry["sections"]:
        for each in section["indicators"]:
            for scope in each["scopes"]:
                said = data()["scopes"][scope]
                labels = (section["section"]["en"], each["en"], said["en"])
                zh = (section["section"]["zh"], each["zh"], said["zh"])
                lines.append(Line(labels, zh, (_indicator(grid, each, scope, hidden),)))
    queries = {name: data()["queries"][name] for name in entry["queries"]}
    value = {"en": "Value", "zh": "数值"}
    labels_ = ("Section", "Indicator", "Scope")
    return Sheet(entry["id"], entry["name"], entry["title"], labels_, (value,), tuple(lines), queries)


def _merged(names: Sequence[str], rows: Mapping[str, Sequence[Row]]) -> Grid:
    """Return what the queries of a sheet count, in one grid."""
    grid = Grid()
    if "disputes" in names:
        grid = counting.complaints(rows["complaints"])
        other = counting.disputes(rows["disputes"])
        grid.counts.update(other.counts)
        grid.times.update(other.times)
    elif "measures" in names:
        grid = counting.automation(rows["measures"], rows["precision"], rows["notices"])
        other = counting.complaints(rows["complaints"])
        if any(row == "complaints" for row, _ in counting.hide(other.counts, _sums(other))):
            grid.unsure.add("precision")  # it counts reversals: it would tell what another sheet hides
    elif "moderators" in names:
        grid = counting.moderators(rows["moderators"])
    return grid


def _sums(grid: Grid) -> list[list[Key]]:
    """Return, for each group of cells, the line of its total and its parts."""
    parts = ("upheld", "partly", "reversed", "omitted", "-waiting")
    groups = {row for row, _ in grid.counts}
    lines = [[(row, name) for name in ("total", *parts)] for row in groups]
    return lines + [[(row, name) for name in ("total", "own", "-notice")] for row in groups]


def _indicator(grid: Grid, each: Mapping[str, Any], scope: str, hidden: set[Key]) -> Cell:
    if "why" in each:
        return Cell(None, each["why"])
    what = each["what"]
    if what == "precision":
        return counting.share(
            grid.counts["precision", "-applies"], grid.counts["precision", "-does_not_apply"]
        )
    if what.startswith("suspensions/"):
        return Cell(None, "no_suspension")
    if scope == "median":
        return counting.middle(grid, (what, "median"), small=True)
    if scope == "implemented":
        done, not_done = grid.counts[what, "-implemented"], grid.counts[what, "-not implemented"]
        return counting.share(done, not_done)
    return counting.cell(grid, (what, scope), hidden)


def _qualitative() -> Sheet:
    entry = data()["qualitative"]
    lines = []
    for each in entry["indicators"]:
        said = each.get("say")
        shown = Cell(said["en"], zh=said["zh"]) if said else Cell(None, each["why"])
        lines.append(Line((each["ask"]["en"],), (each["ask"]["zh"],), (shown,)))
    value = {"en": "Value", "zh": "内容"}
    return Sheet("11", entry["name"], entry["title"], ("Indicator",), (value,), tuple(lines))
