"""Measures ``copies``: pairs of ``neardup_zh``, pairs written by hand, a planted day, speed.

The pairs written by hand are our own set ``copies.jsonl``.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

from ombud.base.clock import DAY
from ombud.events.envelope import Account, Event, Post
from ombud.signals.base import NoRegisters
from ombud.signals.copies import signal
from ombud.signals.copies.facts import compare
from ombud.signals.copies.written import plain_text
from ombud.signals.eval import Score, bootstrap, precision_recall
from ombud.signals.sets import Sets

Pair = tuple[float, bool, bool]
"""How alike two texts are, whether they are called the same, and whether they are."""


def average_precision(ranked: Sequence[tuple[float, bool]]) -> float:
    """Return the area under precision and recall; items of one score are taken together."""
    by_score: dict[float, list[bool]] = defaultdict(list)
    for score, right in ranked:
        by_score[score].append(right)
    true, place, area = 0, 0, 0.0
    for score in sorted(by_score, reverse=True):
        here = sum(by_score[score])
        true, place = true + here, place + len(by_score[score])
        area += here * true / place
    return area / true if true else float("nan")


def pairs(found: Iterable[dict[str, Any]], group: str) -> dict[Any, list[Pair]]:
    """Compare labelled pairs; they come back by what they were made from."""
    by: dict[Any, list[Pair]] = defaultdict(list)
    for row in found:
        compared = compare(plain_text(row["a"]), plain_text(row["b"]))
        by[row[group]].append((compared.likeness, compared.same, bool(row["label"])))
    return by


def _scores(task: str, by: dict[Any, list[Pair]], floors: tuple[float, float, float]) -> list[Score]:
    if not by:
        return []
    everything = [pair for group in by.values() for pair in group]

    def area(some: Sequence[Pair]) -> float:
        return average_precision([(likeness, label) for likeness, _, label in some])

    true = sum(same and label for _, same, label in everything)
    false = sum(same and not label for _, same, label in everything)
    missed = sum(label and not same for _, same, label in everything)
    return [
        bootstrap(task, "AP", list(by.values()), area, floors[0], rounds=100),
        *precision_recall(task, true=true, false=false, missed=missed, floors=floors[1:]),
    ]


def ordinary(texts: Sequence[str], count: int, seed: int = 5) -> list[str]:
    """Return texts of 300 characters that run like ordinary ones and differ; a tenth come again
    as they are, and a tenth edited."""
    rng = Random(seed)  # noqa: S311 - made-up data
    told = "".join(texts)
    after: dict[str, list[str]] = defaultdict(list)
    for i in range(len(told) - 2):
        after[told[i : i + 2]].append(told[i + 2])
    made: list[str] = []
    for _ in range(count):
        chance = rng.random()
        if chance < 0.2 and made:
            text = rng.choice(made[-500:])
            place = rng.randrange(1, 250)
            made.append(
                text
                if chance < 0.1
                else text[:place] + text[place + 1 : place + 99] + " 转" + text[place + 99 :]
            )
            continue
        start = rng.randrange(len(told) - 2)
        text = told[start : start + 2]
        while len(text) < 300:
            text += rng.choice(after.get(text[-2:]) or [rng.choice(told)])
        made.append(text)
    return made


def posts(texts: Sequence[str], per_day: int = 20_000) -> list[Event]:
    """Return one post for each text, evenly over the day."""
    return [
        Event(
            str(i),
            i * (DAY // per_day),
            "post",
            Account(f"a{i % 5000}"),
            audience="public",
            post=Post(text=text),
        )
        for i, text in enumerate(texts)
    ]


def speed(events: Sequence[Event]) -> float:
    """Return events a CPU-second, observed and measured."""
    session = signal().session(NoRegisters())
    started = time.process_time()
    for event in events:
        session.observe(event)
        session.measure(event)
    return len(events) / (time.process_time() - started)


def quality(sets: Sets) -> list[Score]:
    """Return how well pairs are told apart."""
    labelled = pairs(sets.rows("neardup_zh/dev_pairs.jsonl.gz"), "post_id")
    own = pairs(sets.rows("copies.jsonl"), "template")
    scores = _scores("same text: neardup_zh", labelled, (0.96, 0.97, 0.95))
    return scores + _scores("same text: own pairs", own, (0.96, 0.97, 0.9))


def evaluate(sets: Sets) -> list[Score]:
    """Return what each task gives; a set that is absent is left out."""
    scores = quality(sets)
    told = [str(row["text"]) for row in sets.rows("ced_weibo/dev_posts.jsonl.gz")]
    if told:
        events = posts(ordinary(told, 20_000))
        task = "a rolling day, 300 characters"
        scores.append(Score(task, len(events), "posts/CPU-s", speed(events), floor=12_000))
    return scores
