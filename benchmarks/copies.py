#!/usr/bin/env python3
"""Speed and memory of ``copies`` and ``recycled`` on ordinary posts of 300 characters.

    python benchmarks/copies.py [--data ../shared/data] [--posts 20000]

CPU time of one process; figures of one machine are indicative. Memory is what Python has
allocated at the end, over the posts held: all of them, for the day is not over.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

from ombud.base.clock import DAY
from ombud.events.envelope import Account, Event, Post
from ombud.signals import copies, recycled
from ombud.signals.base import NoRegisters, SignalSession
from ombud.signals.quality.copies import ordinary, posts
from ombud.signals.sets import read_set as rows


def run(session: SignalSession, events: Sequence[Event]) -> tuple[float, list[float]]:
    """Return events a CPU-second, and the CPU-seconds of each event."""
    each = []
    started = time.process_time()
    for event in events:
        before = time.process_time()
        session.observe(event)
        session.measure(event)
        each.append(time.process_time() - before)
    return len(events) / (time.process_time() - started), each


def memory(session: SignalSession, events: Sequence[Event]) -> float:
    """Return bytes held for each event."""
    tracemalloc.start()
    for event in events:
        session.observe(event)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held / len(events)


def hostile() -> dict[str, list[str]]:
    """Return floods: what an adversary sends to make the work or the memory grow."""
    frame = "恭喜编号{}的用户获得本期奖品一份，请在三天之内联系客服领取，逾期视为放弃，感谢朋友们的支持。"
    told = ordinary([frame * 3], 1)[0]
    return {
        "identical": [told] * 100_000,
        "another number each": [frame.format(i * 7919 % 1_000_003) for i in range(20_000)],
        "another letter each": [
            told[: i % 250] + chr(0x4E00 + i % 9000) + told[i % 250 :] for i in range(20_000)
        ],
        "a megabyte each": [chr(0x4E00 + i) * 1_000_000 for i in range(20)],
        "marks": [("e" + "\u0301\u0316" * 50_000) * 5 + "Ａ" for _ in range(20)],
    }


def main() -> None:
    """Print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--posts", type=int, default=20_000)
    given = parser.parse_args()
    told = [str(row["text"]) for row in rows(given.data / "ced_weibo/dev_posts.jsonl.gz")]
    texts = ordinary(told, given.posts)
    for name, module in (("copies", copies), ("recycled", recycled)):
        rate, _ = run(module.signal().session(NoRegisters()), posts(texts))
        held = memory(module.signal().session(NoRegisters()), posts(texts[:8000]))
        print(f"{name}: {rate:,.0f} posts/CPU-s, {held:,.0f} bytes a held post")
        for what, flood in hostile().items():
            events = [
                Event(
                    str(i),
                    i * (DAY // 200_000),
                    "post",
                    Account(f"a{i}"),
                    audience="public",
                    post=Post(text=t),
                )
                for i, t in enumerate(flood)
            ]
            rate, each = run(module.signal().session(NoRegisters()), events)
            print(f"{name}: {what}: {rate:,.0f} posts/CPU-s, at most {max(each) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
