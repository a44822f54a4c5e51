"""The whole run on a real stream: `python -m benchmarks.stream FILE [--code NAME …]`.

Events per CPU-second from reading the file to the committed ledger, in a process of
its own each time, with the peak of its memory. `python -m benchmarks.weibo FILE`
writes the stream that the README's figure was measured on.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--code", "codes", multiple=True, default=("clear-culture",), show_default=True)
@click.option("--rounds", default=3, show_default=True)
def main(file: Path, codes: tuple[str, ...], rounds: int) -> None:
    """Run codes over FILE several times and print the median."""
    reports = [once(file, codes) for _ in range(rounds)]
    rates = [report["events"] / report["cpu_s"] for report in reports]
    first = reports[0]
    print(f"{first['events']:,} events through {', '.join(codes)} into a durable SQLite store")
    print(f"findings {first['findings']:,} · cases {first['cases']:,} · quarantined {first['quarantined']:,}")
    print(
        f"events per CPU-second: median {statistics.median(rates):,.0f} of {[round(rate) for rate in rates]}"
    )
    print(f"wall {statistics.median(report['wall_s'] for report in reports):.1f} s")
    print(f"peak memory {max(report['peak_rss_mb'] for report in reports):,.0f} MiB")


def once(file: Path, codes: tuple[str, ...]) -> dict[str, Any]:
    """Run in a new process and a new store; return the report."""
    folder = Path(tempfile.mkdtemp(prefix="ombud-bench-"))
    try:
        command = [
            sys.executable,
            "-m",
            "ombud",
            "run",
            "--store",
            str(folder / "store"),
            "--as-if-in-force",
            "--json",
        ]
        for code in codes:
            command += ["--code", code]
        done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=True)
        report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return report
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
