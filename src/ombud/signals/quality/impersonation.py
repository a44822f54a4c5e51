"""Measure the signal ``impersonation`` on labelled names and planted pictures.

Takes ``names_zh_impersonation/`` (pairs of a protected name and a name that imitates it or not,
with the lists they come from), and our own ``impersonation.jsonl`` with ``impersonation_names.jsonl``
and ``impersonation_avatars.jsonl`` (hashes of planted pictures). An account counts as found with
a score of 0.9 or more that says nothing else of itself.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ombud.events.envelope import Account
from ombud.signals.eval import Score, precision_recall, proportion
from ombud.signals.impersonation.index import Index
from ombud.signals.impersonation.resemble import resembled
from ombud.signals.impersonation.signal import judge
from ombud.signals.sets import Sets

FLOORS = (0.98, 0.95)
"""Least precision and recall."""

SPEED_FLOOR = 10_000.0
"""Profiles a CPU-second against some 4,000 protected names."""

FOUND = 0.9
_NAMES = "names_zh_impersonation"
_ROUNDS = 4

Rows = list[dict[str, Any]]


def evaluate(sets: Sets) -> list[Score]:
    """Return the scores of every task whose data is there."""
    found: list[Score] = []
    pairs = sets.rows(f"{_NAMES}/dev_pairs.jsonl.gz")
    if pairs:
        found += _pairs(pairs, Index(register_of(sets)))
    own, avatars = sets.rows("impersonation.jsonl"), sets.rows("impersonation_avatars.jsonl")
    if own:
        found += _own(own, Index(sets.rows("impersonation_names.jsonl")))
    return found + (_avatars(avatars) if avatars else [])


def poses_as(account: Account, index: Index) -> str | None:
    """Return the key of the protected name that an account takes, as a rule would say."""
    values = judge(account, index).values
    found = values.get("score", 0.0) >= FOUND and not values["is_parody"]
    return str(values["protected"]) if found else None


def register_of(sets: Sets) -> Rows:
    """Return the lists of ``names_zh_impersonation`` as rows of the register."""
    kinds = {"news_source": "media"}
    bodies, divisions = (sets.rows(f"{_NAMES}/{list_}.jsonl.gz") for list_ in ("orgs", "admin_divisions"))
    rows = [{"key": row["name"], "kind": kinds.get(row["kind"], "body")} for row in bodies]
    return rows + [{"key": row["name"], "kind": "division"} for row in divisions]


def _pairs(pairs: Rows, index: Index) -> list[Score]:
    started = time.process_time()
    for turn in range(_ROUNDS):
        for pair in pairs:
            judge(Account(id=str(turn), name=pair["candidate"], bio="记录生活，分享日常"), index)
    speed = _ROUNDS * len(pairs) / (time.process_time() - started)
    counted, by_way = _count_pairs(pairs, index)
    found = _scores("names_zh_impersonation dev", counted)
    found += [
        proportion(f"names_zh_impersonation dev, {way}", "recall", hit, n)
        for way, (hit, n) in sorted(by_way.items())
    ]
    task = f"against {index.size:,} protected names, on one core"
    return [*found, Score(task, _ROUNDS * len(pairs), "profiles/CPU-s", speed, floor=SPEED_FLOOR)]


def _count_pairs(pairs: Rows, index: Index) -> tuple[Counter[str], dict[str, tuple[int, int]]]:
    """A real other body is compared as if its own name were not protected, the harder way."""
    counted: Counter[str] = Counter()
    by_way: dict[str, tuple[int, int]] = {}
    for pair in pairs:
        if pair["transform"] == "other_real_org":
            like = resembled(pair["candidate"], index, without=pair["candidate"])
            poses = like is not None and like.score >= FOUND
        else:
            taken = poses_as(Account(id="a", name=pair["candidate"], bio=""), index)
            poses = taken == pair["protected"] if pair["label"] else taken is not None
        counted[_cell(poses, pair["label"])] += 1
        if pair["label"]:
            hit, n = by_way.get(pair["transform"], (0, 0))
            by_way[pair["transform"]] = hit + poses, n + 1
    return counted, by_way


def _own(rows: Rows, index: Index) -> list[Score]:
    found: list[Score] = []
    for split in ("dev", "test"):
        counted: Mapping[str, Counter[str]] = {"en": Counter(), "zh": Counter()}
        for row in rows:
            if row["split"] == split:
                account = Account(id="a", name=row["name"], bio=row["bio"])
                counted[row["lang"]][_cell(poses_as(account, index) is not None, row["label"])] += 1
        for lang, cells in counted.items():
            found += _scores(f"own set {lang}, {split} templates", cells)
        found += _scores(f"own set, {split} templates", counted["en"] + counted["zh"])
    return found


def _cell(poses: bool, label: int) -> str:
    return "true" if poses and label else "false" if poses else "missed" if label else "clear"


def _scores(task: str, cells: Counter[str]) -> list[Score]:
    true, false, missed = cells["true"], cells["false"], cells["missed"]
    return precision_recall(task, true=true, false=false, missed=missed, floors=FLOORS)


def _avatars(rows: Rows) -> list[Score]:
    """Copies of registered pictures by accounts that claim to be official, and pictures of others."""
    signs = {row["sign"]: row["pdq"] for row in rows if row["edit"] == "original"}
    index = Index({"key": f"Sign {n}", "kind": "company", "avatars": [pdq]} for n, pdq in signs.items())
    found: list[Score] = []
    for name, bio, whose in (
        ("Help", "Official page", "claiming an office"),
        ("Lea", "", "claiming nothing"),
    ):
        hits = _found_pictures(rows, index, name, bio)
        for edit in dict.fromkeys(row["edit"] for row in rows if row["sign"] is not None):
            found.append(proportion(f"planted avatars, {edit}, {whose}", "recall", *_of(hits, edit)))
        small = [hit for edit, hit in hits if edit not in ("another", "crop 10 %")]
        wrong = sum(hit is not None for edit, hit in hits if edit == "another") + small.count(False)
        floors = FLOORS if bio else (FLOORS[0], None)
        task = f"planted avatars, edits and crops of 2 and 5 %, {whose}"
        true = small.count(True)
        found += precision_recall(task, true=true, false=wrong, missed=len(small) - true, floors=floors)
    return found


def _found_pictures(rows: Rows, index: Index, name: str, bio: str) -> list[tuple[str, bool | None]]:
    """Return each picture's edit with: the right one found, another, or none (``None``)."""
    found: list[tuple[str, bool | None]] = []
    for row in rows:
        values = judge(Account(id="a", name=name, bio=bio, avatar=row["pdq"]), index).values
        near = values.get("avatar_distance") is not None
        found.append((row["edit"], values.get("protected") == f"Sign {row['sign']}" if near else None))
    return found


def _of(hits: Iterable[tuple[str, bool | None]], edit: str) -> tuple[int, int]:
    some = [hit for one, hit in hits if one == edit]
    return some.count(True), len(some)
