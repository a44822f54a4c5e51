"""Do the figures, the statements and the ledger say the same? Where they do not, the ids are named.

The figures are counted from tables, the ledger was written beside them, and statements left in
between. All three tell of the same measures, notices, decisions and appeals, so every id of one
must be in the others, at the same instant and of the same kind.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from ombud.base.clock import Micros
from ombud.base.ids import content_hash
from ombud.conduct.ladder import MEASURES
from ombud.publication import figures
from ombud.publication.statements import between
from ombud.publication.statements_schema import parsed, read_data
from ombud.store import Tx, erasing, ledger, statements
from ombud.store.faults import told

Keys = tuple[str, ...]
NAMED = 20
"""So many ids of one difference are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What does not agree: where, in which way, and the ids (figures name their cells)."""

    where: str
    how: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many things of each kind were held against each other, and what differs."""

    compared: Mapping[str, int]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A kind of entry, the field that names its row, and the rows with the instant they were entered."""

    name: str
    kind: str
    field: str
    sql: str


_PAIRS = (
    _Pair("decisions", "decision", "decision", "SELECT id, at FROM decisions"),
    _Pair("notices", "notice", "notice", "SELECT id, at FROM notices"),
    _Pair("measures", "measure", "measure", "SELECT id, at FROM measures"),
    _Pair(
        "measures undone", "measure-undone", "measure",
        "SELECT id, reversed_at FROM measures WHERE reversed_at IS NOT NULL",
    ),
    _Pair("appeals", "appeal", "appeal", "SELECT id, at FROM appeals"),
    _Pair(
        "appeals answered", "appeal-answered", "appeal",
        "SELECT id, decided_at FROM appeals WHERE outcome IS NOT NULL",
    ),
    _Pair("demands", "demand", "demand", "SELECT id, at FROM demands"),
    _Pair("disclosures", "disclosure", "disclosure", "SELECT id, at FROM disclosures"),
    _Pair("disputes", "dispute", "dispute", "SELECT id, at FROM disputes"),
    _Pair("examples", "example", "example", "SELECT id, at FROM examples"),
)  # fmt: skip
_FIGURES = {
    "measures": "SELECT id, kind FROM measures WHERE at >= :since AND at < :until",
    "reversed": "SELECT id, kind FROM measures WHERE reversed_at >= :since AND reversed_at < :until",
    "decisions": "SELECT id, answer, CASE WHEN automatic THEN 'automatic' ELSE 'people' END FROM decisions"
    " WHERE at >= :since AND at < :until",
    "appeals": "SELECT id, coalesce(outcome, 'waiting') FROM appeals WHERE at >= :since AND at < :until",
}


@dataclass(slots=True)
class _Told:
    """What the ledger says: by kind the instants of each id, and by figure the keys of each id."""

    at: dict[str, dict[str, list[Micros]]] = field(default_factory=lambda: defaultdict(dict))
    keys: dict[str, dict[str, Keys]] = field(default_factory=lambda: {name: {} for name in _FIGURES})
    exported: int = 0


def reconcile(tx: Tx, since: Micros, until: Micros, now: Micros, file: Path | None = None) -> Reconciled:
    """Hold figures, statements and ledger against each other.

    Args:
        tx: a transaction.
        since: the first instant of the figures.
        until: the instant after their last.
        now: the wall clock.
        file: a file of exported statements that is to hold the same.
    """
    found = _read_ledger(tx, since, until)
    compared: dict[str, int] = {}
    differences: list[Difference] = []
    for pair in _PAIRS:
        rows = {str(row[0]): int(row[1]) for row in tx.run(text(pair.sql))}
        compared[pair.name] = len(rows)
        differences += _ids(pair, rows, found.at[pair.kind])
    for name, sql in _FIGURES.items():
        rows_of = _keyed(tx, sql, since, until)
        compared[f"figure {name}"] = len(rows_of)
        differences += _cells(tx, name, rows_of, found.keys[name], since, until, now)
    count, others = _statements(tx, found.exported)
    compared["statements"] = count
    differences += others
    if file is not None:
        differences += _file(tx, file)
    return Reconciled(compared, tuple(differences))


def _read_ledger(tx: Tx, since: Micros, until: Micros) -> _Told:
    found, kinds, appealed = _Told(), {}, {}
    fields = {pair.kind: pair.field for pair in _PAIRS}
    for entry in ledger.entries(tx):
        inside, body = since <= entry.at < until, entry.body
        if entry.kind == "statements":
            found.exported += int(body["n"])
        if entry.kind not in fields:
            continue
        name = str(body[fields[entry.kind]])
        found.at[entry.kind].setdefault(name, []).append(entry.at)
        if entry.kind == "measure":
            kinds[name] = str(body["kind"])
        elif entry.kind == "appeal":
            appealed[name] = inside
        keys = _keys(entry.kind, body, name, kinds)
        figure = _FIGURE_OF.get(entry.kind)
        if (
            figure is not None
            and keys is not None
            and (appealed.get(name) if figure == "appeals" else inside)
        ):
            found.keys[figure][name] = keys
    return found


_FIGURE_OF = {
    "measure": "measures",
    "measure-undone": "reversed",
    "decision": "decisions",
    "appeal": "appeals",
    "appeal-answered": "appeals",
}


def _keys(kind: str, body: Mapping[str, Any], name: str, kinds: Mapping[str, str]) -> Keys | None:
    """Return the cell in which an entry is counted."""
    if kind in ("measure", "measure-undone"):
        return (kinds.get(name, "unknown"),)
    if kind == "decision":
        return (str(body["answer"]), "automatic" if body["automatic"] else "people")
    if kind == "appeal":
        return ("waiting",)
    return (str(body["outcome"]),) if kind == "appeal-answered" else None


def _ids(
    pair: _Pair, rows: Mapping[str, Micros], entered: Mapping[str, list[Micros]]
) -> Iterator[Difference]:
    yield from _named(pair.name, "not in the ledger", rows.keys() - entered.keys())
    yield from _named(pair.name, "in the ledger only", entered.keys() - rows.keys())
    yield from _named(pair.name, "twice in the ledger", {key for key, at in entered.items() if len(at) > 1})
    moved = {key for key, at in rows.items() if key in entered and at not in entered[key]}
    yield from _named(pair.name, "at another time in the ledger", moved)


def _named(where: str, how: str, ids: Any) -> Iterator[Difference]:
    if ids:
        yield Difference(where, how, tuple(sorted(ids)))


def _keyed(tx: Tx, sql: str, since: Micros, until: Micros) -> dict[str, Keys]:
    rows = tx.run(text(sql), {"since": since, "until": until})
    return {str(row[0]): tuple(map(str, row[1:])) for row in rows}


def _cells(
    tx: Tx,
    name: str,
    rows: Mapping[str, Keys],
    entered: Mapping[str, Keys],
    since: Micros,
    until: Micros,
    now: Micros,
) -> Iterator[Difference]:
    """Hold a figure's cells against its rows, and each row against its entry."""
    query = next(each for each in figures.QUERIES if each.name == name)
    counted = dict(figures.count(tx, query, since, until, now))
    expected = Counter(rows.values())
    wrong = {" · ".join(keys) for keys in counted.keys() | expected if counted.get(keys, 0) != expected[keys]}
    yield from _named(f"figure {name}", "counts another number than there are", wrong)
    yield from _named(f"figure {name}", "not in the ledger's count", rows.keys() - entered.keys())
    yield from _named(f"figure {name}", "in the ledger's count only", entered.keys() - rows.keys())
    other = {key for key in rows.keys() & entered.keys() if rows[key] != entered[key]}
    yield from _named(f"figure {name}", "of another kind in the ledger", other)


def _statements(tx: Tx, entered: int) -> tuple[int, list[Difference]]:
    """Hold every statement against its measure and against what it was when it left."""
    seen, wrong, changed = 0, set(), set()
    hashes = statements.hashes(tx)
    families = read_data("statements")["families"]
    for made in between(tx, 0, 1 << 62):
        seen += 1
        row, value = made.measure, MEASURES[made.measure.kind]
        given = made.body.get(families[value.family][0])
        if made.body.get("puid") != row.id or value.dsa not in (
            given if isinstance(given, list) else [given]
        ):
            wrong.add(row.id)
        if made.state == "exported" and content_hash(dict(made.body)) != hashes[row.id]:
            changed.add(row.id)
    found = [*_named("statements", "say another measure", wrong)]
    found += _named("statements", "are not what left", changed)
    if entered != len(hashes):
        said = f"{len(hashes)} left, the ledger says {entered}"
        found.append(Difference("statements", said, ()))
    return seen, found


def _file(tx: Tx, path: Path) -> list[Difference]:
    """Hold a file of statements against those that left."""
    kept, given, other = statements.hashes(tx), set(), set()
    gone = statements.erased(tx, erasing.GONE)
    with told(path), path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            body = parsed(line) or {}
            puid = body.get("puid")
            if not isinstance(puid, str):
                other.add(f"line {number}")
                continue
            given.add(puid)
            if puid not in kept or (puid not in gone and content_hash(body) != kept[puid]):
                other.add(puid[:60])
    name = "statements in the file"
    found = [*_named(name, "are not what left", other)]
    return [*found, *_named(name, "are missing", kept.keys() - given - gone)]


def shown(differences: Sequence[Difference]) -> Iterator[str]:
    """Yield each difference as a sentence."""
    for each in differences:
        ids = ", ".join(each.ids[:NAMED])
        more = f" and {len(each.ids) - NAMED} more" if len(each.ids) > NAMED else ""
        yield f"{each.where}: {each.how}" + (f": {ids}{more}" if each.ids else "")
