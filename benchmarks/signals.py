"""All signals over a real stream: `python -m benchmarks.signals FILE`.

All five bundled codes with their registers, twice, each in a process and a store of its own: once
as the codes are, whose rules ask a signal where the rest of their condition may hold; once with
`benchmarks.every_signal` beside them, which has every signal measured on every post. Events per
CPU-second from reading the file to the committed ledger, and the peak of memory.
`python -m benchmarks.weibo FILE [--names]` writes the stream of the figures in docs/benchmarks.md.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--rules", type=click.Choice(["bundled", "every"]), multiple=True, default=("bundled", "every"))
def main(file: Path, rules: tuple[str, ...]) -> None:
    """Run FILE through all five codes and print what it took."""
    for which in rules:
        report = once(file, which)
        counts = report["counts"]
        print(f"{which}: {counts['events']:,} events, registers {report['registers']}")
        print(f"  {counts['events'] / report['cpu_s']:,.0f} events/CPU-s, {report['wall_s']:.0f} s in all")
        print(f"  peak memory {report['peak_rss_mb']:,.0f} MiB; {counts['cases']:,} cases; findings:")
        for rule, n in sorted(report["findings_by_rule"].items()):
            print(f"    {rule:<50} {n:>9,}")


def once(file: Path, rules: str) -> dict[str, Any]:
    """Run in a new process and a new store; return the report."""
    folder = Path(tempfile.mkdtemp(prefix="ombud-bench-"))
    command = [sys.executable, "-m", "benchmarks.every_signal", str(folder / "store"), str(file)]
    try:
        done = subprocess.run(
            [*command, "--rules", rules],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            cwd=Path(__file__).parents[1],
        )
        report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return report
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
