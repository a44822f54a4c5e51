"""The figures as a page that needs no script: tables, and bars drawn here as SVG."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Literal
from unicodedata import east_asian_width

from ombud.base.clock import Clock, Micros, SystemClock
from ombud.base.errors import Fault, UsageError, Where
from ombud.base.ids import content_hash
from ombud.cases.entry import enter
from ombud.conduct.ladder import MEASURES
from ombud.publication.examples import told as public_examples
from ombud.publication.figures import SMALL, Figure, as_csv, as_json, compute
from ombud.publication.statements_schema import read_data
from ombud.store import Store
from ombud.store.faults import told

Language = Literal["en", "zh"]
_WORDS = {
    "en": {
        "title": "Figures of the record",
        "span": "{since} to {until} (UTC, end excluded)",
        "from": "Counted from a record of {size} entries with root",
        "small": f"Cells under {SMALL} are hidden; where one alone would be, the next smallest is too.",
        "nothing": "none in this time",
        "query": "The query, and the hash of query and rows",
        "n": "number",
        "hidden": "hidden",
        "other": '<a href="index.zh.html" lang="zh">中文</a>',
        "examples": "Example cases",
        "about": "Paraphrased by one person, checked by another; each stands for at least five final cases.",
        "stood": "The decision stood.",
        "reversed": "The decision was reversed.",
        "alike": "Final decisions under this clause: {decided}; reversed: {reversed}.",
    },
    "zh": {
        "title": "账本数据",
        "span": "{since} 至 {until}（UTC，不含终点）",
        "from": "统计所依据的账本有 {size} 条，根哈希为",
        "small": f"小于 {SMALL} 的数不予公布；若只有一格如此，次小的一格一并隐去。",
        "nothing": "此期间没有",
        "query": "查询语句，以及语句与结果的哈希",
        "n": "数量",
        "hidden": "隐去",
        "other": '<a href="index.html" lang="en">English</a>',
        "examples": "典型案例",
        "about": "由一人转述、另一人核对；每例代表至少五件已成定局的个案。",
        "stood": "决定维持。",
        "reversed": "决定被撤销。",
        "alike": "该条款已成定局的决定：{decided}；其中被撤销：{reversed}。",
    },
}
STYLE = """
:root { color-scheme: light dark; --bar: #2f6f8f; --line: #8886; }
@media (prefers-color-scheme: dark) { :root { --bar: #6fb3d2; } }
body { font: 16px/1.55 system-ui, "Noto Sans CJK SC", sans-serif; }
body { max-width: 58rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .4rem; }
.meta, summary { opacity: .8; font-size: .9rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-size: .92rem; margin: .4rem 0; }
th, td { text-align: start; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid var(--line); }
td:last-child, th:last-child { text-align: end; padding-right: 0; font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; } svg rect { fill: var(--bar); }
svg text { fill: currentColor; font-size: 13px; }
pre { white-space: pre-wrap; font-size: .8rem; } footer { margin-top: 3rem; }
"""
_LABEL, _WIDE, _ROW = 300, 900, 24  # pixels of the drawing
_CELLS = 40  # half-widths of a label: Chinese characters take two


def publish(
    store: Store, out: Path, since: Micros, until: Micros, clock: Clock | None = None
) -> dict[str, Any]:
    """Count, write ``figures.json``, one CSV a figure and the page in both languages; enter their hash.

    Raises:
        UsageError: ``record/not-figures``: the folder holds something else.
        StoreError: what the disk refuses.
    """
    if out.exists() and any(out.iterdir()) and not (out / "figures.json").is_file():
        hint = "name a new folder, or one with older figures"
        raise UsageError(Fault("record/not-figures", "there is something else already", Where(out), hint))
    now = (clock or SystemClock()).now()
    with store.read() as tx:
        figures = compute(tx, since, until, now)
        value = as_json(tx, figures, since, until) | {"examples": public_examples(tx, now)}
    with told(out):
        out.mkdir(parents=True, exist_ok=True)
        for figure in figures:
            (out / f"{figure.query.name}.csv").write_text(as_csv(figure), "utf-8")
        (out / "index.html").write_text(page(figures, value, "en"), "utf-8")
        (out / "index.zh.html").write_text(page(figures, value, "zh"), "utf-8")
        text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
        (out / "figures.json").write_text(text, "utf-8")
    with store.begin() as tx:
        span = {"since": value["since"], "until": value["until"], "size": value["ledger"]["size"]}
        enter(tx, "figures", {**span, "hash": content_hash(value)}, now)
    return value


def page(figures: Sequence[Figure], value: dict[str, Any], language: Language) -> str:
    """Return the whole page."""
    words = _WORDS[language]
    span = words["span"].format(since=value["since"], until=value["until"])
    made = words["from"].format(size=f"{value['ledger']['size']:,}")
    parts = "\n".join(_section(figure, language) for figure in figures)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{words['title']}</title>\n<style>{STYLE}</style>\n"
        f"<main>\n<h1>{words['title']}</h1>\n<p>{span} · {words['other']}</p>\n"
        f'<p class="meta">{made} <code>{value["ledger"]["root"]}</code>. {words["small"]}</p>\n'
        f"{parts}\n{_examples(value.get('examples', ()), language)}"
        f'<footer class="meta"><a href="figures.json">figures.json</a></footer>\n</main>\n</html>\n'
    )


def _section(figure: Figure, language: Language) -> str:
    words, query = _WORDS[language], figure.query
    title = escape(query.en if language == "en" else query.zh)
    head = f'<section>\n<h2 id="{query.name}">{title}</h2>\n'
    if not figure.rows:
        return f'{head}<p class="meta">{words["nothing"]}</p>\n</section>'
    heads = (*(said(name, language) for name in query.columns), words["n"])
    cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{escape(said(key, language, query.name))}</td>" for key in keys)
        + f"<td>{_number(n)}</td></tr>\n"
        for keys, n in figure.rows
    )
    return (
        f"{head}{_bars(figure, title, language)}\n"
        f"<table><thead><tr>{cells}</tr></thead><tbody>\n{body}</tbody></table>\n"
        f'<details><summary>{words["query"]} · <a href="{query.name}.csv">CSV</a></summary>'
        f"<pre>{escape(query.sql)}</pre><code class='meta'>{figure.hash}</code></details>\n</section>"
    )


def _examples(examples: Sequence[Mapping[str, Any]], language: Language) -> str:
    if not examples:
        return ""
    words = _WORDS[language]
    cases = "".join(
        f"<article>\n<h3>{escape(each['code'])} {escape(each['clause'])} · "
        f"{escape(each['title'][language])}</h3>\n<p>{escape(each['text'][language])}</p>\n"
        f"<p class='meta'>{words[each['outcome']]} "
        + words["alike"].format(decided=_number(each["decided"]), reversed=_number(each["reversed"]))
        + "</p>\n</article>\n"
        for each in examples
    )
    head = f'<h2 id="examples">{words["examples"]}</h2>\n<p class="meta">{words["about"]}</p>\n'
    return f"<section>\n{head}{cases}</section>\n"


def _number(n: int | None) -> str:
    return f"&lt;{SMALL}" if n is None else f"{n:,}"


@cache
def _chinese() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = read_data("figures")
    return found


def said(word: str, language: Language, figure: str = "") -> str:
    """Return a word of a table, in a figure of that name, as the page says it."""
    if figure in ("measures", "reversed") and word in MEASURES:
        return MEASURES[word].title[language]
    if language == "en":
        return word
    words = _chinese()
    first = "columns" if not figure else "entries" if figure == "entries" else "words"
    return words[first].get(word) or words["words"].get(word, word)


def _bars(figure: Figure, title: str, language: Language) -> str:
    """Draw one bar a row; a hidden cell has its label and no bar."""
    most = max((n for _, n in figure.rows if n is not None), default=0) or 1
    height = _ROW * len(figure.rows) + 6
    lines = [f'<svg viewBox="0 0 {_WIDE} {height}" role="img" aria-label="{title}">']
    for i, (keys, n) in enumerate(figure.rows):
        y = i * _ROW
        label = _cut(" · ".join(said(key, language, figure.query.name) for key in keys))
        lines.append(f'<text x="{_LABEL - 10}" y="{y + 17}" text-anchor="end">{escape(label)}</text>')
        width = 0 if n is None else max(2, round((_WIDE - _LABEL - 90) * n / most))
        if n is not None:
            lines.append(f'<rect x="{_LABEL}" y="{y + 4}" width="{width}" height="{_ROW - 8}" rx="2"/>')
        number = _WORDS[language]["hidden"] if n is None else f"{n:,}"
        lines.append(f'<text x="{_LABEL + width + 8}" y="{y + 17}">{number}</text>')
    return "\n".join([*lines, "</svg>"])


def _cut(label: str) -> str:
    """Return a label that fits beside its bar."""
    used = 0
    for i, ch in enumerate(label):
        used += 2 if east_asian_width(ch) in "WF" else 1
        if used > _CELLS:
            return label[: max(i - 1, 1)] + "…"
    return label
