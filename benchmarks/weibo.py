"""Turn the developers' Weibo set into one stream of events, in time order.

    python -m benchmarks.weibo OUT.jsonl [--names]

Reads ``ced_weibo`` of the folder that the environment variable ``OMBUD_SHARED`` names (or
``../shared`` beside the repository): original posts and their reposts. The label of a post
never goes into its event. The set has no names of accounts; ``--names`` gives each account a made-up
name, bio and picture hash, so that signals that look at those have something to look at. Prints
how many events were written.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import time
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq

from benchmarks.impersonation import PROFILES, profiles, register
from ombud.base.clock import format_time
from ombud.events.envelope import Account

LETTERS = "小大阿老安宁乐可晴雨雪林星月晨静欣然子木"
"""Signs of which most made-up names begin with four; the others begin with a number."""


def folder() -> Path:
    """Return where the set lies; the shared folder is named by ``OMBUD_SHARED``."""
    shared = os.environ.get("OMBUD_SHARED")
    root = Path(shared) if shared else Path(__file__).resolve().parents[2] / "shared"
    return root / "data" / "ced_weibo"


def _rfc3339(seconds: int | None) -> str | None:
    return None if seconds is None else format_time(seconds * 1_000_000)


def posts(path: Path) -> Iterator[tuple[int, str, bytes]]:
    """Yield the original posts as (second, id, line)."""
    with gzip.open(path, "rb") as lines:
        for line in lines:
            row = msgspec.json.decode(line)
            name = str(row["post_id"])
            account: dict[str, Any] = {
                "id": row["actor"] or f"u_post_{name}",
                "created_at": _rfc3339(row.get("actor_created_ts")),
                "followers": row.get("followers"),
                "following": row.get("friends"),
                "posts": row.get("statuses"),
                "verified": row.get("actor_verified"),
            }
            post = {"id": name, "text": row["text"], "lang": "zh", "root_id": name}
            yield row["ts"], name, _line(name, row["ts"], "post", account, post)


def _reposts(path: Path) -> Iterator[tuple[int, str, bytes]]:
    for batch in pq.ParquetFile(path).iter_batches(batch_size=65_536):
        columns = [
            batch.column(name).to_pylist() for name in ("post_id", "seq", "ts", "actor", "parent_seq", "text")
        ]
        for root, seq, ts, actor, parent, text in zip(*columns, strict=True):
            name = f"{root}:{seq}"
            post = {"id": name, "text": text, "lang": "zh", "root_id": str(root)}
            post["parent_id"] = f"{root}:{parent}" if parent >= 0 else str(root)
            yield ts, name, _line(name, ts, "repost", {"id": f"u_{actor.hex()}"}, post)


def _named(line: bytes) -> bytes:
    """Give the account of an event a made-up name, bio and picture, always the same."""
    event = msgspec.json.decode(line)
    event["account"] |= _profile(event["account"]["id"])
    return msgspec.json.encode(event)


def _profile(account: str) -> dict[str, Any]:
    """Return a profile of the benchmark of impersonation; one in twenty poses, the others are unique."""
    number = zlib.crc32(account.encode())
    made = _profiles()[number % PROFILES]
    signs = "".join(LETTERS[number // 20**i % 20] for i in range(7))
    own = str(number % 10_000) if number % 3 == 0 else signs[:4]
    poses = number % PROFILES % 20 == 0
    return {"name": made.name if poses else f"{own}{made.name}", "bio": made.bio, "avatar": made.avatar}


@cache
def _profiles() -> list[Account]:
    rng = random.Random(1)
    return profiles(rng, register(rng), pictures=True)


def _line(name: str, ts: int, kind: str, account: dict[str, Any], post: dict[str, Any]) -> bytes:
    event = {
        "id": name,
        "at": _rfc3339(ts),
        "kind": kind,
        "origin": "weibo",
        "audience": "public",
        "account": {key: value for key, value in account.items() if value is not None},
        "post": {key: value for key, value in post.items() if value is not None},
    }
    return msgspec.json.encode(event)


def main() -> None:
    """Write the stream to the path given and say how many events it has."""
    parser = argparse.ArgumentParser(description="Turn the developers' Weibo set into one stream of events.")
    parser.add_argument("out", type=Path, metavar="OUT.jsonl", help="the file to write")
    parser.add_argument("--names", action="store_true", help="give each account a made-up profile")
    args = parser.parse_args()
    source = folder()
    started = time.process_time()
    events = [*posts(source / "dev_posts.jsonl.gz"), *_reposts(source / "dev_reposts.parquet")]
    events.sort(key=lambda event: event[:2])
    with args.out.open("wb") as out:
        for start in range(0, len(events), 10_000):
            lines = (_named(line) if args.names else line for _, _, line in events[start : start + 10_000])
            out.write(b"".join(line + b"\n" for line in lines))
    print(f"{len(events):,} events, {time.process_time() - started:.1f} CPU-s")


if __name__ == "__main__":
    main()
