"""The harmonised report as files: JSON, one CSV a sheet, and a page in English and Chinese."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any, Literal

from ombud.base.clock import Clock, Micros, SystemClock, format_time
from ombud.base.errors import Fault, UsageError, Where
from ombud.base.ids import content_hash
from ombud.cases.entry import enter
from ombud.publication.figurepage import STYLE
from ombud.publication.figures import plain
from ombud.publication.template import CURRENT, Line, Report, Sheet, build, data
from ombud.publication.template_count import Cell
from ombud.store import Store
from ombud.store.faults import told

Language = Literal["en", "zh"]
_WORDS = {
    "en": {
        "title": "Transparency report, harmonised template",
        "span": "Reporting period {since} to {until} (UTC, both included)",
        "from": "Counted from a record of {size} entries with root",
        "law": "Implementing Regulation (EU) 2024/2835, Annex I. Empty cells say why they are empty.",
        "nothing": "Nothing in this period.",
        "some": "Rows and columns without anything are left out here; the CSV file has all of them.",
        "queries": "The queries, and the hash of queries and cells",
        "other": '<a href="index.zh.html" lang="zh">中文</a>',
    },
    "zh": {
        "title": "透明度报告（统一模板）",
        "span": "报告期 {since} 至 {until}（UTC，含首尾两日）",
        "from": "统计所依据的账本有 {size} 条，根哈希为",
        "law": "欧盟 2024/2835 号实施条例附件一。空格注明原因。",
        "nothing": "此期间没有。",
        "some": "此处略去全无内容的行与列；CSV 文件列出全部。",
        "queries": "查询语句，以及语句与各格的哈希",
        "other": '<a href="index.html" lang="en">English</a>',
    },
}
_LABELS = {
    "Indicator": "指标",
    "Category label": "编号",
    "Section": "部分",
    "Scope": "范围",
    "Category of illegal content": "类别",
    "Category of content incompatible with the terms and conditions": "类别",
    'Description of the sub-category "Other"': "“其他”的说明",
}


def publish(
    store: Store,
    out: Path,
    since: Micros,
    until: Micros,
    *,
    service: str = "",
    clock: Clock | None = None,
) -> dict[str, Any]:
    """Fill the template, write it to a folder, and enter its hash in the ledger.

    Args:
        store: an open store.
        out: a new folder, or one with an older report.
        since: the first instant of the reporting period.
        until: the instant after its last.
        service: the service's name.
        clock: the wall clock.

    Raises:
        UsageError: ``record/not-template``: the folder holds something else.
        StoreError: what the disk refuses.
    """
    if out.exists() and any(out.iterdir()) and not (out / "template.json").is_file():
        hint = "name a new folder, or one with an older report"
        raise UsageError(Fault("record/not-template", "there is something else already", Where(out), hint))
    now = (clock or SystemClock()).now()
    with store.read() as tx:
        report = build(tx, since, until, now, service)
    value = as_json(report)
    with told(out):
        out.mkdir(parents=True, exist_ok=True)
        for sheet in report.sheets:
            (out / f"{sheet.id}_{sheet.name}.csv").write_text(as_csv(sheet, report), "utf-8")
        (out / "index.html").write_text(page(report, "en"), "utf-8")
        (out / "index.zh.html").write_text(page(report, "zh"), "utf-8")
        (out / "template.json").write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")
    with store.begin() as tx:
        span = {"since": value["since"], "until": value["until"], "size": report.size}
        enter(tx, "template", {**span, "hash": content_hash(value)}, now)
    return value


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as one JSON value; an empty cell is ``null``, with its reason in ``empty``."""
    return {
        "format": f"ombud-{CURRENT}-v1",
        "law": data()["law"],
        "service": report.service,
        "since": format_time(report.since),
        "until": format_time(report.until),
        "ledger": {"size": report.size, "root": report.root},
        "sheets": [
            {
                "id": sheet.id,
                "name": sheet.name,
                "title": dict(sheet.title),
                "labels": list(sheet.labels),
                "columns": [column["en"] for column in sheet.columns],
                "rows": [[*line.labels, *(cell.value for cell in line.cells)] for line in sheet.lines],
                "empty": {
                    f"{i},{j}": cell.why
                    for i, line in enumerate(sheet.lines)
                    for j, cell in enumerate(line.cells)
                    if cell.value is None
                },
                "queries": dict(sheet.queries),
                "hash": sheet.hash,
            }
            for sheet in report.sheets
        ],
        "why": {name: words["en"] for name, words in data()["why"].items()},
    }


def as_csv(sheet: Sheet, report: Report) -> str:
    """Return a sheet with the columns of the Commission's CSV template."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = [column["en"] for column in sheet.columns]
    many = len(columns) > 1
    if sheet.id == "2":
        writer.writerow([*sheet.labels, *columns])
        writer.writerows([*line.labels, line.cells[0].value] for line in sheet.lines)
        return out.getvalue()
    head = ["Applicability", "Service", *(["Reporting period"] if sheet.id != "1" else []), *sheet.labels]
    context = (
        [f"Contextual information on {name}" for name in columns] if many else ["Contextual information"]
    )
    writer.writerow([*head, *columns, *context])
    period = "/".join(_period(report))
    for line in sheet.lines:
        start = [line.applies, plain(report.service), *([period] if sheet.id != "1" else [])]
        values = ["" if cell.value is None else plain(str(cell.value)) for cell in line.cells]
        writer.writerow([*start, *line.labels, *values, *(_why(cell, "en") for cell in line.cells)])
    return out.getvalue()


def _period(report: Report) -> tuple[str, str]:
    return format_time(report.since)[:10], format_time(report.until - 1)[:10]


def _why(cell: Cell, language: Language) -> str:
    return str(data()["why"][cell.why][language]) if cell.why else ""


def page(report: Report, language: Language) -> str:
    """Return the whole page."""
    words = _WORDS[language]
    span = words["span"].format(
        since=format_time(report.since)[:10], until=format_time(report.until - 1)[:10]
    )
    made = words["from"].format(size=f"{report.size:,}")
    parts = "\n".join(_section(sheet, language) for sheet in report.sheets if sheet.id != "2")
    return (
        f'<!doctype html>\n<html lang="{language}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{words['title']}</title>\n<style>{STYLE}</style>\n"
        f"<main>\n<h1>{words['title']}</h1>\n<p>{escape(report.service)}</p>\n"
        f"<p>{span} · {words['other']}</p>\n"
        f'<p class="meta">{words["law"]} {made} <code>{report.root}</code>.</p>\n'
        f'{parts}\n<footer class="meta"><a href="template.json">template.json</a></footer>\n'
        "</main>\n</html>\n"
    )


def _section(sheet: Sheet, language: Language) -> str:
    words = _WORDS[language]
    wide = len(sheet.columns) > 1
    lines = [line for line in sheet.lines if not wide or _says_something(line)]
    shown = [i for i in range(len(sheet.columns)) if not wide or any(_told(line.cells[i]) for line in lines)]
    head = f'<section>\n<h2 id="sheet-{sheet.id}">{sheet.id} · {escape(sheet.title[language])}</h2>\n'
    body = _table(sheet, lines, shown, language) if lines else f'<p class="meta">{words["nothing"]}</p>'
    some = f'<p class="meta">{words["some"]}</p>\n' if wide and lines else ""
    queries = "".join(f"<pre>{escape(sql)}</pre>" for sql in sheet.queries.values())
    link = f'<a href="{sheet.id}_{sheet.name}.csv">CSV</a>'
    behind = (
        f"<details><summary>{words['queries']} · {link}</summary>{queries}"
        f"<code class='meta'>{sheet.hash}</code></details>"
    )
    return f"{head}{body}\n{some}{behind}\n</section>"


def _told(cell: Cell) -> bool:
    return cell.value not in (0, None) or cell.why == "small"


def _says_something(line: Line) -> bool:
    return any(_told(cell) for cell in line.cells)


def _table(sheet: Sheet, lines: Sequence[Line], shown: Sequence[int], language: Language) -> str:
    heads = [_LABELS.get(name, name) if language == "zh" else name for name in sheet.labels]
    heads += [sheet.columns[i][language] for i in shown]
    cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    notes: dict[str, int] = {}
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{escape(_name(word, language))}</td>" for word in _labels(line, language))
        + "".join(f"<td>{_value(line.cells[i], notes, language)}</td>" for i in shown)
        + "</tr>\n"
        for line in lines
    )
    marks = "".join(f"<li>{escape(words)}</li>" for words in notes)
    said = f'\n<ol class="meta">{marks}</ol>' if marks else ""
    return f"<table><thead><tr>{cells}</tr></thead><tbody>\n{rows}</tbody></table>{said}"


def _labels(line: Line, language: Language) -> tuple[str, ...]:
    return line.zh if language == "zh" else line.labels


def _name(word: str, language: Language) -> str:
    """Return a category's name where the label is its code."""
    names = data()["names"]
    return str(names[word][language]) if word in names else word


def _value(cell: Cell, notes: dict[str, int], language: Language) -> str:
    mark = ""
    if cell.why:
        words = _why(cell, language)
        mark = f"<sup>{notes.setdefault(words, len(notes) + 1)}</sup>"
    if cell.value is None:
        return f"—{mark}"
    if isinstance(cell.value, str):
        return escape(cell.zh if language == "zh" and cell.zh else cell.value)
    return f"{cell.value:,}{mark}"
