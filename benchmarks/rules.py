"""How fast rules run: `python -m benchmarks.rules [common] [plain] [schemes] [one]` (all by default).

Events per second of CPU time (``time.process_time``), one core, the median of five runs
over the common benchmark's 20,000 events, which are decoded to dicts beforehand.

``common``   the 10 and 100 rules of rules100.csv; every answer is compared with DuckDB's
``plain``    the same rules written as plain Python functions with ``re``
``schemes``  1,000 and 10,000 rules of benchmarks/schemes.py, and compiling them cold and cached
``one``      one event at a time, 100 rules, the median in microseconds of wall time
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import events_gen, schemes
from ombud.expr import compile_rules, parse_rule
from ombud.expr.ast import And, Call, Cmp, Col, Expr, In, Lit, Not, Or, Regex, Text

RUNS = 5
EVENTS = 20_000
BATCH = 1_000
SEED = 20260901
HERE = Path(__file__).parent

Row = dict[str, Any]


def events() -> list[Row]:
    """Return the common benchmark's events, as its generator writes them."""
    rng = random.Random(SEED)
    start = datetime(2026, 9, 1, tzinfo=UTC)
    return [json.loads(json.dumps(events_gen.event(rng, i, start))) for i in range(EVENTS)]


def columns(rows: Sequence[Row]) -> dict[str, type]:
    """Return the columns' types; the two that may be null are texts."""
    return {name: str if value is None else type(value) for name, value in rows[0].items()} | {
        "link_domain": str,
        "reply_to": str,
    }


def common_rules(only: bool) -> dict[str, str]:
    """Return the 10 (``only``) or all 100 rules of the common benchmark."""
    with (HERE / "rules100.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    return {rule["name"]: rule["condition"] for rule in found if not only or rule["in_set10"] == "1"}


def rate(run: Callable[[], Any]) -> float:
    """Return events per CPU-second, the median of five runs."""
    spent: list[float] = []
    for _ in range(RUNS):
        start = time.process_time()
        run()
        spent.append(time.process_time() - start)
    return EVENTS / statistics.median(spent)


def matcher(rules: Mapping[str, str], rows: Sequence[Row]) -> Callable[[], int]:
    """Return a run of the compiled rules over all rows, in batches; it counts findings."""
    compiled = compile_rules(rules, columns(rows))

    def run() -> int:
        session = compiled.session()
        batches = (rows[at : at + BATCH] for at in range(0, len(rows), BATCH))
        return sum(sum(map(len, session.match(batch))) for batch in batches)

    return run


def mismatches(rules: Mapping[str, str], rows: Sequence[Row], found: Sequence[Sequence[str]]) -> int:
    """Return how many of all answers differ from DuckDB's over the same events."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
        asked = ", ".join(f'({condition}) AS "{name}"' for name, condition in rules.items())
        query = f"SELECT {asked} FROM read_json_auto('{path}') ORDER BY event_id"
        answers = duckdb.connect().execute(query).fetchall()
    expected = [[name for name, answer in zip(rules, row, strict=True) if answer] for row in answers]
    return sum(len(set(a) ^ set(b)) for a, b in zip(expected, found, strict=True))


def plain_python(rules: Mapping[str, str], rows: Sequence[Row]) -> Callable[[], int]:
    """Return a run of the same rules as one plain Python function with ``re``."""
    space: dict[str, Any] = {}
    lines = ["def match(row):", "  found = []"]
    for name, condition in rules.items():
        code = _python(parse_rule(condition, columns(rows)).tree, space)
        lines.append(f"  if {code}: found.append({name!r})")
    exec("\n".join([*lines, "  return found"]), space)
    return lambda: sum(len(space["match"](row)) for row in rows)


def _python(node: Expr, space: dict[str, Any]) -> str:
    match node:
        case And(args=args) | Or(args=args):
            word = " and " if isinstance(node, And) else " or "
            return "(" + word.join(_python(arg, space) for arg in args) + ")"
        case Not(x=x):
            return f"(not {_python(x, space)})"
        case Cmp(op=op, a=a, b=b):
            return f"({_python(a, space)} {'==' if op == '=' else op} {_python(b, space)})"
        case In(x=x, values=values):
            return f"({_python(x, space)} in {values!r})"
        case Text(x=x, y=y):
            return f"({_python(y, space)} in {_python(x, space)})"
        case Regex(x=x, pattern=pattern, fold=fold):
            name = f"search{len(space)}"
            space[name] = re.compile(pattern, re.ASCII | (re.IGNORECASE if fold else re.NOFLAG)).search
            return f"({name}({_python(x, space)}) is not None)"
        case Call(x=x) if node.fn == "lower":
            return f"{_python(x, space)}.lower()"
        case Call(x=x):
            return _python(x, space)
        case Col(name=name):
            return f"row[{name!r}]"
        case Lit(value=value):
            return repr(value)
    raise NotImplementedError(type(node).__name__)


def show(what: str, value: str, target: str = "") -> None:
    """Print one line of the table."""
    print(f"{what:<58}{value:>14}   {target}", flush=True)


def run_common(rows: list[Row]) -> None:
    """The common benchmark, checked against DuckDB."""
    for only, target in ((True, 400_000), (False, 110_000)):
        rules = common_rules(only)
        run = matcher(rules, rows)
        wrong = mismatches(rules, rows, compile_rules(rules, columns(rows)).match(rows))
        show(
            f"{len(rules)} rules: mismatches with DuckDB in {EVENTS * len(rules):,} answers", f"{wrong}", "0"
        )
        show(f"{len(rules)} rules: events per CPU-second", f"{rate(run):,.0f}", f">= {target:,}")


def run_plain(rows: list[Row]) -> None:
    """The same rules in plain Python."""
    for only in (True, False):
        rules = common_rules(only)
        show(f"{len(rules)} rules as plain Python with re", f"{rate(plain_python(rules, rows)):,.0f}")


def run_schemes(rows: list[Row]) -> None:
    """Large rule sets, and compiling them."""
    for size, target in ((1_000, 50_000), (10_000, 20_000)):
        rules = schemes.rules(size, rows)
        run = matcher(rules, rows)
        findings = run() / EVENTS
        show(f"{size:,} rules: findings an event", f"{findings:.2f}", "<= 5")
        show(f"{size:,} rules: events per CPU-second", f"{rate(run):,.0f}", f">= {target:,}")
    with tempfile.TemporaryDirectory() as folder:
        for word, limit in (("cold", 10), ("cached", 1)):
            start = time.process_time()
            compile_rules(rules, columns(rows), cache_dir=Path(folder))
            spent = time.process_time() - start
            show(f"{size:,} rules: compiling {word}, CPU seconds", f"{spent:.2f}", f"<= {limit}")


def run_one(rows: list[Row]) -> None:
    """One event at a time."""
    session = compile_rules(common_rules(only=False), columns(rows)).session()
    spent: list[int] = []
    for row in rows:
        start = time.perf_counter_ns()
        session.match([row])
        spent.append(time.perf_counter_ns() - start)
    show(
        "100 rules, one event at a time: median, microseconds",
        f"{statistics.median(spent) / 1000:.1f}",
        "< 15",
    )


def main() -> None:
    """Run the named measurements, all by default."""
    parts = {"common": run_common, "plain": run_plain, "schemes": run_schemes, "one": run_one}
    parser = argparse.ArgumentParser(description="How fast rules run.")
    parser.add_argument("part", nargs="*", help=f"{', '.join(parts)}; all by default")
    names = parser.parse_args().part
    if unknown := set(names) - set(parts):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    rows = events()
    for name in names or parts:
        parts[name](rows)


if __name__ == "__main__":
    main()
