"""Measure the signal ``credentials`` on our own set.

Takes our own set ``credentials.jsonl``; the split ``test`` counts. An item is found
where the signal sees a claim and advice to one person and no licence is shown.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ombud.events.envelope import Account, Event, Post
from ombud.signals.base import NoRegisters
from ombud.signals.credentials.signal import measure
from ombud.signals.eval import Score, precision_recall, proportion
from ombud.signals.sets import Sets

FLOORS = (0.95, 0.85)
"""Least precision and recall."""


def evaluate(sets: Sets) -> list[Score]:
    """Return the scores, none where the set is absent."""
    rows = [row for row in sets.rows("credentials.jsonl") if row["split"] == "test"]
    if not rows:
        return []
    scores: list[Score] = []
    for lang in ("", "zh", "en"):
        scores += _scores(
            [row for row in rows if not lang or row["lang"] == lang],
            lang,
            FLOORS if not lang else (None, None),
        )
    near = [row for row in rows if row["label"] != "F"]
    quiet = sum(not found(row["text"]) for row in near)
    return [*scores, proportion("own set, near misses left alone", "share", quiet, len(near), FLOORS[0])]


def found(text: str) -> bool:
    """Tell whether a text claims a licence and advises one person, with nothing shown."""
    account = Account(id="a", credentials=[])
    event = Event(id="e", at=0, kind="comment", account=account, post=Post(text=text))
    values = measure(event, NoRegisters()).values
    return bool(values.get("advice")) and values.get("shown") is False


def _scores(rows: list[dict[str, Any]], lang: str, floors: tuple[float | None, float | None]) -> list[Score]:
    n = Counter((row["label"] == "F", found(row["text"])) for row in rows)
    task = f"own set{', ' + lang if lang else ''}: claim with advice"
    return precision_recall(
        task, true=n[True, True], false=n[False, True], missed=n[True, False], floors=floors
    )
