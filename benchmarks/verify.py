"""Entries per CPU-second that ``ombud verify`` checks: ``python -m benchmarks.verify [--json]``.

CPU time of this process, single core. Figures are indicative: they depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from ombud.publication import bundle, verify
from ombud.publication.notes import Signer
from ombud.store import ledger, open_store

AT = 1_790_000_000_000_000
BATCH = 5_000


def body(i: int) -> dict[str, object]:
    """Return the body of an entry of the usual size (a batch or a decision)."""
    digest = f"{i:064x}"
    if i % 2:
        return {"cases": i % 7, "events": 512, "findings": i % 11, "findings_root": digest, "first": i * 512}
    return {"answer": "applies", "case": digest[:32], "clause": "clear-culture/4.4/1.0.0", "digest": digest}


def measure(n: int) -> dict[str, float]:
    """Fill a ledger, write its bundle and check it; return sizes, CPU seconds and rates."""
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "s") as store:
        for first in range(0, n, BATCH):
            items = [("batch" if i % 2 else "decision", body(i)) for i in range(first, min(n, first + BATCH))]
            with store.begin() as tx:
                ledger.append_many(tx, items, AT + first)
        signer = Signer("example.org/record", bytes(32))
        start = time.process_time()
        bundle.export(store, Path(folder) / "b", signer)
        exported = time.process_time() - start
        size = (Path(folder) / "b" / "entries.jsonl").stat().st_size
        start = time.process_time()
        outcome = verify.verify_bundle(Path(folder) / "b", signer.verifier)
        checked = time.process_time() - start
    assert outcome.holds, outcome.faults
    return {
        "entries": n,
        "bytes_per_entry": round(size / n),
        "export_cpu_s": round(exported, 3),
        "verify_cpu_s": round(checked, 3),
        "export_per_cpu_s": round(n / exported),
        "verify_per_cpu_s": round(n / checked),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.entries)
    if options.json:
        json.dump(figures, sys.stdout)
        sys.stdout.write("\n")
        return
    for name, value in figures.items():
        print(f"{name:>18}  {value:>12,}")


if __name__ == "__main__":
    main()
