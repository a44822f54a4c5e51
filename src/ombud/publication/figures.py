"""The published figures: each one query over the store, with its hash, small cells suppressed.

A cell that counts people or their doings and is under :data:`SMALL` is not told; when that leaves
one hidden cell in a figure, the next smallest is hidden with it, so that no sum gives it away.
Bodies that make demands are no people: their small numbers are told.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from ombud.base.clock import Micros, format_time
from ombud.base.ids import content_hash
from ombud.store import Tx, ledger

SMALL = 5
"""The design's threshold (section 9): cells under 5 are suppressed."""


@dataclass(frozen=True, slots=True)
class Query:
    """A figure: name, titles, the SQL that counts (last column ``n``), and whether small cells are hidden."""

    name: str
    en: str
    zh: str
    sql: str
    columns: tuple[str, ...]
    suppressed: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """A counted figure; a cell of ``None`` is hidden. ``hash`` covers query, bounds and told rows."""

    query: Query
    rows: tuple[tuple[tuple[str, ...], int | None], ...]
    hash: str


QUERIES: tuple[Query, ...] = (
    Query(
        "entries",
        "Entries in the record, by kind",
        "账本条目（按种类）",
        "SELECT kind, count(*) AS n FROM ledger WHERE at >= :since AND at < :until"
        " GROUP BY kind ORDER BY kind",
        ("kind",),
        suppressed=False,
    ),
    Query(
        "findings",
        "Findings, by code and clause",
        "发现（按准则与条款）",
        "SELECT code, clause, count(*) AS n FROM findings"
        " WHERE NOT hypothetical AND at >= :since AND at < :until"
        " GROUP BY code, clause ORDER BY code, clause",
        ("code", "clause"),
    ),
    Query(
        "cases",
        "Cases opened, by code and clause",
        "立案（按准则与条款）",
        "SELECT code, clause, count(*) AS n FROM cases WHERE NOT hypothetical"
        " AND opened_at >= :since AND opened_at < :until GROUP BY code, clause ORDER BY code, clause",
        ("code", "clause"),
    ),
    Query(
        "decisions",
        "Decisions by people and by label rules, by answer",
        "决定（按结论；人工或自动标注）",
        "SELECT answer, CASE WHEN automatic THEN 'automatic' ELSE 'people' END AS made_by, count(*) AS n"
        " FROM decisions WHERE at >= :since AND at < :until"
        " GROUP BY answer, made_by ORDER BY answer, made_by",
        ("answer", "made by"),
    ),
    Query(
        "speed",
        "From the opening of a case to its first decision",
        "从立案到首次决定所需时间",
        "SELECT CASE WHEN hours < 24 THEN '1: within a day' WHEN hours < 72 THEN '2: within three days'"
        " WHEN hours < 168 THEN '3: within a week' ELSE '4: later' END AS took, count(*) AS n"
        " FROM (SELECT (min(d.at) - c.opened_at) / 3600000000 AS hours FROM decisions d"
        " JOIN cases c ON c.id = d.case_id WHERE d.at >= :since AND d.at < :until"
        " GROUP BY c.id, c.opened_at) AS waits GROUP BY took ORDER BY took",
        ("took",),
    ),
    Query(
        "measures",
        "Measures, by kind",
        "措施（按种类）",
        "SELECT kind, count(*) AS n FROM measures WHERE at >= :since AND at < :until"
        " GROUP BY kind ORDER BY kind",
        ("kind",),
    ),
    Query(
        "reversed",
        "Measures undone, by kind",
        "已撤销的措施（按种类）",
        "SELECT kind, count(*) AS n FROM measures WHERE reversed_at >= :since AND reversed_at < :until"
        " GROUP BY kind ORDER BY kind",
        ("kind",),
    ),
    Query(
        "appeals",
        "Appeals, by outcome",
        "申诉（按结果）",
        "SELECT coalesce(outcome, 'waiting') AS result, count(*) AS n FROM appeals"
        " WHERE at >= :since AND at < :until GROUP BY result ORDER BY result",
        ("outcome",),
    ),
    Query(
        "taken_back",
        "Decisions taken back without an appeal, by ground (own: by the house itself)",
        "未经申诉而收回的决定（按事由；own 为平台主动撤销）",
        "SELECT ground, count(*) AS n FROM withdrawals WHERE at >= :since AND at < :until"
        " GROUP BY ground ORDER BY ground",
        ("ground",),
    ),
    Query(
        "second_looks",
        "Decided cases judged twice, blind",
        "双盲复核的个案（按第二人是否得出同样结论）",
        "SELECT CASE WHEN s.answer IS NULL THEN 'waiting' WHEN s.answer = d.answer THEN 'same answer'"
        " ELSE 'other answer' END AS second, count(*) AS n FROM second_looks s"
        " JOIN decisions d ON d.id = s.decision_id WHERE s.drawn_at >= :since AND s.drawn_at < :until"
        " GROUP BY second ORDER BY second",
        ("second person",),
    ),
    Query(
        "disputes",
        "Disputes before bodies outside, by outcome",
        "庭外争议（按结果）",
        "SELECT coalesce(outcome, 'waiting') AS result, count(*) AS n FROM disputes"
        " WHERE at >= :since AND at < :until GROUP BY result ORDER BY result",
        ("outcome",),
    ),
    Query(
        "dispute_answers",
        "What we did with what bodies outside overturned, or what was settled there",
        "对庭外机构推翻或和解结果的处理",
        "SELECT CASE WHEN implemented THEN 'carried out' WHEN implemented IS NULL THEN 'waiting'"
        " ELSE 'not followed' END AS done, count(*) AS n FROM disputes"
        " WHERE outcome IN ('overturned', 'settled') AND at >= :since AND at < :until"
        " GROUP BY done ORDER BY done",
        ("answer",),
    ),
    Query(
        "dispute_days",
        "Days that bodies outside took, the median by outcome, where there are five or more",
        "庭外机构所用天数（按结果的中位数，仅列五件及以上者）",
        "SELECT outcome, CAST(sum(days) AS BIGINT) / count(*) AS n FROM (SELECT outcome, days,"
        " row_number() OVER (PARTITION BY outcome ORDER BY days) AS place,"
        " count(*) OVER (PARTITION BY outcome) AS of FROM (SELECT outcome,"
        " (decided_at - brought_at) / 86400000000 AS days FROM disputes"
        " WHERE outcome IS NOT NULL AND at >= :since AND at < :until) AS each_one) AS placed"
        " WHERE of >= 5 AND (place = (of + 1) / 2 OR place = (of + 2) / 2) GROUP BY outcome ORDER BY outcome",
        ("outcome",),
        suppressed=False,
    ),
    Query(
        "reports",
        "Reports by people, by ground and door",
        "举报（按依据与途径）",
        "SELECT CASE WHEN legal IS NULL OR legal = 'null' THEN 'terms' ELSE 'law' END AS basis, door,"
        " count(*) AS n FROM reports WHERE filed_at >= :since AND filed_at < :until"
        " GROUP BY basis, door ORDER BY basis, door",
        ("ground", "door"),
    ),
    Query(
        "demands",
        "Demands by public bodies, by what they ask and how they came",
        "公共机构的要求（按内容与途径；封口令有效期内不列明细）",
        "SELECT CASE WHEN gag_until > :now THEN 'not yet told' ELSE asks END AS what,"
        " CASE WHEN gag_until > :now THEN 'not yet told' ELSE door END AS way, count(*) AS n FROM demands"
        " WHERE at >= :since AND at < :until GROUP BY what, way ORDER BY what, way",
        ("asks", "door"),
        suppressed=False,
    ),
    Query(
        "disclosures",
        "Emergency disclosures, by ground",
        "紧急披露（按事由）",
        "SELECT ground, count(*) AS n FROM disclosures WHERE at >= :since AND at < :until"
        " GROUP BY ground ORDER BY ground",
        ("ground",),
        suppressed=False,
    ),
    Query(
        "erasures",
        "Erasures, by what was erased",
        "抹除（按对象）",
        "SELECT kind, count(*) AS n FROM erasures WHERE at >= :since AND at < :until"
        " GROUP BY kind ORDER BY kind",
        ("of",),
    ),
)


def compute(tx: Tx, since: Micros, until: Micros, now: Micros) -> list[Figure]:
    """Count every figure for a stretch of time.

    Args:
        tx: a transaction.
        since: the first instant (microseconds).
        until: the instant after the last.
        now: the wall clock; demands under a gag are counted without their detail.
    """
    return [_figure(tx, query, since, until, now) for query in QUERIES]


def count(
    tx: Tx, query: Query, since: Micros, until: Micros, now: Micros
) -> list[tuple[tuple[str, ...], int]]:
    """Return what a query counts, small cells among it: for checks, never for publication."""
    bounds = {"since": since, "until": until}
    asked = bounds | ({"now": now} if ":now" in query.sql else {})
    return [(tuple(map(str, row[:-1])), int(row[-1])) for row in tx.run(text(query.sql), asked)]


def _figure(tx: Tx, query: Query, since: Micros, until: Micros, now: Micros) -> Figure:
    found = count(tx, query, since, until, now)
    rows = _suppress(found) if query.suppressed else [(keys, n) for keys, n in found]
    told = [[list(keys), n] for keys, n in rows]
    covered = {"sql": query.sql, "since": format_time(since), "until": format_time(until), "rows": told}
    return Figure(query, tuple(rows), content_hash(covered))


def _suppress(rows: Sequence[tuple[tuple[str, ...], int]]) -> list[tuple[tuple[str, ...], int | None]]:
    hidden = {i for i, (_, n) in enumerate(rows) if n < SMALL}
    if len(hidden) == 1 and len(rows) > 1:
        rest = [i for i in range(len(rows)) if i not in hidden]
        hidden.add(min(rest, key=lambda i: rows[i][1]))
    return [(keys, None if i in hidden else n) for i, (keys, n) in enumerate(rows)]


def as_json(tx: Tx, figures: Sequence[Figure], since: Micros, until: Micros) -> dict[str, Any]:
    """Return the figures as one JSON value, with the size and root of the ledger they were counted from."""
    return {
        "format": "ombud-figures-v1",
        "since": format_time(since),
        "until": format_time(until),
        "ledger": {"size": ledger.size(tx), "root": ledger.root(tx).hex()},
        "suppressed_under": SMALL,
        "figures": [
            {
                "name": figure.query.name,
                "title": {"en": figure.query.en, "zh": figure.query.zh},
                "sql": figure.query.sql,
                "hash": figure.hash,
                "columns": [*figure.query.columns, "n"],
                "rows": [[*keys, n] for keys, n in figure.rows],
            }
            for figure in figures
        ],
    }


def as_csv(figure: Figure) -> str:
    """Return one figure as CSV; a hidden cell is ``<5``."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*figure.query.columns, "n"])
    for keys, n in figure.rows:
        writer.writerow([*map(plain, keys), f"<{SMALL}" if n is None else n])
    return out.getvalue()


def plain(cell: str) -> str:
    """Keep a spreadsheet from reading a cell as a formula."""
    return "'" + cell if cell[:1] in "=+-@\t\r" else cell
