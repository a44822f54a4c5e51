"""Every signal on every post: the five bundled codes and one more, which reads all that signals say.

    python -m benchmarks.every_signal STORE FILE [--rules bundled|every]

Bundled rules ask a signal only where the rest of their condition may hold. The rules here ask
without such a condition, so that each signal is measured on every post whose audience is known.
Their clause is borrowed from ``clear-culture``, they are experimental and open no case. Prints the
run's report as JSON. `python -m benchmarks.signals FILE` calls it in processes of its own.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from benchmarks import impersonation
from benchmarks.weibo import folder
from ombud.base.clock import SystemClock
from ombud.conduct.find import bundled_names
from ombud.conduct.loader import load_code
from ombud.conduct.model import Code
from ombud.expr import parse_rule
from ombud.flow.codes import load_codes
from ombud.flow.embedded import run_codes
from ombud.flow.options import RunOptions
from ombud.registers.importing import import_file
from ombud.registers.starters import STARTERS, starter
from ombud.rules.bind import rule_columns
from ombud.store import open_store

_KINDS = "event.kind IN ('post', 'comment', 'repost', 'edit', 'profile')"

EVERY: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "text": (
            "signal.text.canonical LIKE '%加微信%'"
            " OR any(signal.text.mentions, name -> name LIKE 'u_000%')"
            " OR any(signal.text.links, link -> link LIKE '%.exe')"
            " OR any(signal.text.hashtags, tag -> tag LIKE '%谣言%')"
            " OR signal.text.lang = 'en'",
            ("lang",),
        ),
        "private_info": (
            "any(signal.private_info.kinds, kind -> kind <> '') OR signal.private_info.selling",
            ("kinds", "spans"),
        ),
        "impersonation": (
            "signal.impersonation.score >= 0.8 OR signal.impersonation.renamed_into",
            ("protected", "score", "spans"),
        ),
        "credentials": ("signal.credentials.claim IS NOT NULL", ("claim", "advice", "shown")),
        "copies": (
            "signal.copies.cluster_size >= 20 OR signal.copies.template_size >= 50",
            ("cluster_size", "template_size", "cluster_first_seen"),
        ),
        "recycled": ("signal.recycled.age_days >= 2", ("first_seen_in", "age_days", "days_seen")),
        "claims": ("signal.claims.score >= 0.6", ("check", "publishers", "score")),
        "secrets": (
            "signal.secrets.kind IS NOT NULL OR signal.secrets.registered_file IS NOT NULL",
            ("kind", "spans"),
        ),
    }
)
"""Signal -> a condition that needs it on every post and finds on few, and what it keeps of it."""


def every_signal(conditions: Mapping[str, tuple[str, tuple[str, ...]]] = EVERY) -> Code:
    """Return a code of conduct whose rules read every signal on every post."""
    columns = rule_columns()
    base = load_code("clear-culture", columns)
    rules = []
    for name, (condition, kept) in conditions.items():
        when = f"{_KINDS} AND ({condition})"
        rules.append(
            replace(
                base.rules[0],
                id=f"every-{name.replace('_', '-')}",
                when=when,
                status="experimental",
                evidence=tuple(f"signal.{name}.{part}" for part in kept),
                reads=parse_rule(when, columns).reads,
                tests=(),
                lists=(),
                hash=f"every-{name}",
            )
        )
    return replace(base, id="every-signal", rules=tuple(rules), hash="every-signal")


def registers() -> Iterator[tuple[str, str, bytes]]:
    """Yield (register, file name, content): starters, 4,000 made-up names, and published checks.

    The checks are those of the developers' data, where that is there.
    """
    for name in STARTERS:
        register, file, data = starter(name)
        yield register, str(file), data
    names = impersonation.register(random.Random(1))
    yield "protected_names", "names.json", json.dumps(names).encode()
    checks = [
        {
            "key": f"{path.parent.name}-{i}",
            "claim": claim[:2000],
            "publisher": "A desk",
            "kind": "check",
            "method_published": True,
            "verdict": "false",
            "rating": "false",
            "url": f"https://checks.example/{path.parent.name}/{i}",
        }
        for path in (
            folder().parent / "claims_zh_checked" / "dev_kb.jsonl.gz",
            folder().parent / "claims_clef2021_snopes" / "claims.jsonl.gz",
        )
        if path.is_file()
        for i, claim in enumerate(_claims(path))
    ]
    if checks:
        yield "fact_checks", "checks.json", json.dumps(checks).encode()


def _claims(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield str(row.get("claim") or row.get("text") or row.get("title"))


def prepared(place: Path, clock_at: int) -> dict[str, int]:
    """Make a store with all registers; return how many rows each has got."""
    counts: dict[str, int] = {}
    with open_store(place) as store:
        for register, name, data in registers():
            done = import_file(store, register, Path(name), at=clock_at, source="benchmark", data=data)
            counts[register] = counts.get(register, 0) + done.added
    return counts


@click.command()
@click.argument("place", metavar="STORE", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--rules", type=click.Choice(["bundled", "every"]), default="every", show_default=True)
def main(place: Path, file: Path, rules: str) -> None:
    """Run FILE into STORE and print the report as JSON."""
    codes = load_codes(bundled_names())
    if rules == "every":
        codes.append(every_signal())
    rows = prepared(place, SystemClock().now())
    report = run_codes(place, codes, [file], options=RunOptions(as_if_in_force=True), in_force_from=0)
    told: dict[str, Any] = {**asdict(report), "registers": rows}
    print(json.dumps(told, default=dict))


if __name__ == "__main__":
    main()
