"""Measure the signal ``private_info``: spans of private data, whose they are, and speed.

Takes ``pii_en_zh/`` (labelled spans, files ``*zh*`` and ``*en*``), ``private_info.jsonl`` (our own
set, of which the split ``test`` counts) and ``ced_weibo/`` (ordinary posts for the speed). A span
counts as found with the exact kind and an overlap (intersection over union) of at least 80 %; what
shares a character with a labelled span of its kind is told beside it ("part of one").
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ombud.events.envelope import Account, Event, Post
from ombud.signals.eval import Score, precision_recall, proportion
from ombud.signals.private_info.found import Page
from ombud.signals.private_info.prefilter import looks
from ombud.signals.private_info.signal import find, measure
from ombud.signals.sets import Sets, read_set

ZH_FLOORS, OWN_FLOORS = (0.97, 0.92), (0.92, 0.85)
"""Least precision and recall: for each kind of span in Chinese, and on our own set."""

SPEED_FLOOR = 80_000.0
"""Posts of 300 characters a CPU-second."""

OVERLAP = 0.8
_ZH = {
    "phone": "PHONE",
    "landline": "LANDLINE",
    "email": "EMAIL",
    "bank_card": "BANK_CARD",
    "address": "ADDRESS",
    "id_number": "ID_CARD",
    "qq": "QQ",
    "wechat": "WECHAT",
    "plate": "PLATE",
    "passport": "PASSPORT",
}
_EN = {
    "phone": "PHONE_NUMBER",
    "email": "EMAIL_ADDRESS",
    "bank_card": "CREDIT_CARD",
    "address": "STREET_ADDRESS",
    "id_number": "US_SSN",
}
_TOLD = frozenset({"PASSPORT"})
"""Kinds that are reported without a floor."""

_ROUNDS = 5

Rows = list[dict[str, Any]]
Place = tuple[int, int, str]


def evaluate(sets: Sets) -> list[Score]:
    """Return the scores of every task whose data is there."""
    scores: list[Score] = []
    for path in sets.paths("pii_en_zh/*zh*.jsonl.gz"):
        scores += _spans(path, _ZH, ZH_FLOORS)
    for path in sets.paths("pii_en_zh/*en*.jsonl.gz"):
        scores += _spans(path, _EN, (None, None))
    own = sets.rows("private_info.jsonl")
    if own:
        scores += _own(own)
    for path in sets.paths("ced_weibo/*posts.jsonl.gz")[:1]:
        scores += [speed(pieces(path))]
    return scores


def speed(posts: list[str]) -> Score:
    """Return posts a CPU-second: the best of five rounds, for the machine is shared."""
    events = [_event(text) for text in posts]
    best = float("inf")
    for _ in range(_ROUNDS):
        start = time.process_time()
        for event in events:
            measure(event)
        best = min(best, time.process_time() - start)
    return Score(
        "posts of 300 characters", len(posts), "posts a CPU-second", len(posts) / best, floor=SPEED_FLOOR
    )


def pieces(path: Path, length: int = 300) -> list[str]:
    """Return a file's posts, joined and cut into pieces of equal length."""
    joined = " ".join(row["text"] for row in read_set(path) if row["text"])
    return [joined[i : i + length] for i in range(0, len(joined) - length, length)]


def _event(text: str, account: Mapping[str, Any] | None = None) -> Event:
    return Event(id="e", at=0, kind="post", account=Account(id="a", **(account or {})), post=Post(text=text))


def _spans(path: Path, names: Mapping[str, str], floors: tuple[float | None, float | None]) -> list[Score]:
    counts = {name: Counter[str]() for name in names.values()}
    for row in read_set(path):
        text = row["text"]
        found = [(f.start, f.end, names[f.kind]) for f in find(Page(text), looks(text)) if f.kind in names]
        _count([tuple(s) for s in row["spans"] if s[2] in counts], found, counts)
    scores = []
    for name, n in counts.items():
        held = (None, None) if name in _TOLD else floors
        task = f"{path.name.partition('.')[0]} {name}"
        scores += precision_recall(task, true=n["true"], false=n["false"], missed=n["missed"], floors=held)
        if n["part"]:
            called, right = n["true"] + n["false"], n["true"] + n["part"]
            scores.append(proportion(f"{task}, part of one", "precision", right, called))
    return scores


def _count(gold: list[Place], found: list[Place], counts: Mapping[str, Counter[str]]) -> None:
    left = list(found)
    for place in gold:
        match = next((f for f in left if f[2] == place[2] and _overlap(f, place) >= OVERLAP), None)
        counts[place[2]]["true" if match else "missed"] += 1
        if match:
            left.remove(match)
    for f in left:
        counts[f[2]]["false"] += 1
        counts[f[2]]["part"] += any(f[2] == place[2] and _overlap(f, place) > 0 for place in gold)


def _overlap(a: Place, b: Place) -> float:
    return (min(a[1], b[1]) - max(a[0], b[0])) / (max(a[1], b[1]) - min(a[0], b[0]))


def _own(rows: Rows) -> list[Score]:
    rows = [row for row in rows if row["split"] == "test"]
    counts = {task: Counter[str]() for task in ("whose", "whose: another", "flight", "hotel", "selling")}
    for row in rows:
        values = measure(_event(row["text"], row.get("account"))).values
        whose = values.get("whose")
        _tally(counts["whose"], row["whose"], whose)
        _tally(counts["whose: another"], _if(row["whose"], "another"), _if(whose, "another"))
        for kind in ("flight", "hotel"):
            _tally(counts[kind], kind in row["kinds"] or None, kind in values["kinds"] or None)
        _tally(counts["selling"], row["selling"] or None, values["selling"] or None)
    scores = []
    for task, n in counts.items():
        floors = (None, None) if task == "selling" else OWN_FLOORS
        scores += precision_recall(
            f"own set, {task}", true=n["true"], false=n["false"], missed=n["missed"], floors=floors
        )
    return [*scores, _quiet(rows)]


def _quiet(rows: Iterable[Mapping[str, Any]]) -> Score:
    """Return the share of items with nothing private of which nothing is said to be exposed."""
    clear = [row for row in rows if row["whose"] != "another" and not row["selling"]]
    quiet = sum(not measure(_event(row["text"], row.get("account"))).values["exposed"] for row in clear)
    return proportion("own set, near misses left alone", "share", quiet, len(clear), OWN_FLOORS[0])


def _if(value: str | None, wanted: str) -> str | None:
    return value if value == wanted else None


def _tally(n: Counter[str], gold: object, found: object) -> None:
    if gold is not None and gold == found:
        n["true"] += 1
        return
    n["missed"] += gold is not None
    n["false"] += found is not None
