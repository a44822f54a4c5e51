#!/usr/bin/env python3
"""Speed of ``claims``: the gate on ordinary posts, and ranking, against published checks.

    python benchmarks/claims.py [--data ../shared/data]

CPU time of one process; figures of one machine are indicative.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from ombud.events.envelope import Account, Event, Post
from ombud.signals.base import GivenRegisters
from ombud.signals.claims import signal
from ombud.signals.claims.index import Index
from ombud.signals.claims.words import words
from ombud.signals.sets import read_set as rows


def main() -> None:
    """Print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    given = parser.parse_args()
    folder = given.data / "claims_clef2021_snopes"
    checks = [
        {"key": str(i), "claim": row["claim"]} for i, row in enumerate(rows(folder / "claims.jsonl.gz"))
    ]
    queries = [row["text"] for row in rows(folder / "dev_train.jsonl.gz")]
    posts = [row["text"] for row in rows(given.data / "olid_en/dev_train.jsonl.gz")][:5000]
    started = time.process_time()
    index = Index([[words(row["claim"])] for row in checks])
    print(f"index of {len(checks):,} checks: {time.process_time() - started:.2f} CPU-s")
    asked = [words(text) for text in queries]
    started = time.process_time()
    for query in asked:
        index.search(query)
    print(f"ranking: {len(asked) / (time.process_time() - started):,.0f} queries/CPU-s")
    session = signal().session(GivenRegisters({"fact_checks": checks}))
    for name, texts in (
        ("ordinary posts", posts),
        ("posts with a claim", queries),
        ("a megabyte", ["谣言" * 500_000] * 20),
    ):
        events = [
            Event("e", 1, "post", Account("a"), audience="public", post=Post(text=text)) for text in texts
        ]
        session.measure(events[0])
        started = time.process_time()
        for event in events:
            session.measure(event)
        print(f"{name}: {len(events) / (time.process_time() - started):,.0f} posts/CPU-s")


if __name__ == "__main__":
    main()
