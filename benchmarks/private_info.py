"""How many posts ``private_info`` measures a CPU-second, on ordinary, dense and hostile text.

    python -m benchmarks.private_info

Reads ``ced_weibo`` of the folder that the environment variable ``OMBUD_SHARED`` names (or
``../shared`` beside the repository) for ordinary posts; the rest is made up here. Figures
are CPU time of one process (``time.process_time``), the best of five rounds, and indicative.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from ombud.events.envelope import Account, Event, Post
from ombud.signals.private_info.signal import measure
from ombud.signals.quality.private_info import pieces, speed


def hostile() -> dict[str, str]:
    """Texts of about a million characters that try to make it slow."""
    n = 1_000_000
    return {
        "digits": "1" * n,
        "digits and spaces": "13 " * (n // 3),
        "ten thousand numbers": "".join(
            f"他的电话154{i:08},住人民路{i % 500}号3栋{i % 900}室。" for i in range(10_000)
        ),
        "zalgo": "1\u0301\u0302\u0303" * (n // 4),
        "road without a number": "人民路" * (n // 3),
        "hotels": "酒店住" * (n // 3),
        "flights": "坐CA1234 " * (n // 8),
        "at signs": "a@" * (n // 2),
        "capital words": "Mara Quill " * (n // 11),
        "right to left": "\u202e154\u202c" * (n // 5),
    }


def main() -> None:
    """Print the figures."""
    shared = os.environ.get("OMBUD_SHARED")
    root = Path(shared) if shared else Path(__file__).resolve().parents[2] / "shared"
    path = root / "data" / "ced_weibo" / "dev_posts.jsonl.gz"
    if path.is_file():
        print(f"ordinary posts of 300 characters: {speed(pieces(path)).value:,.0f} a CPU-second")
    for name, text in hostile().items():
        event = Event(id="e", at=0, kind="post", account=Account(id="a"), post=Post(text=text))
        start = time.process_time()
        found = measure(event).evidence.get("found", 0)
        print(f"{name}: {len(text):,} characters, {found:,} found, {time.process_time() - start:.2f} CPU-s")


if __name__ == "__main__":
    main()
