"""Measures ``claims``: ranking of published checks, match or none, the gate, and speed.

Of a Chinese check the wording is the claim as registered and as its text quotes it, which is
what an operator would register; only checks older than the post are asked.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from ombud.signals.claims.index import Index
from ombud.signals.claims.meaning import encoder
from ombud.signals.claims.rank import CONSIDERED, Ranker
from ombud.signals.claims.session import MATCH, SHOWN, best_of
from ombud.signals.claims.words import words
from ombud.signals.eval import Score, bootstrap, proportion
from ombud.signals.quality.copies import average_precision
from ombud.signals.sets import Sets

_QUOTED = re.compile('[称“"]+[“"](.{6,200}?)[”"]')

PARTS = ("dev_dev", "dev_train")
"""Of an English set: what was held out, and what taught the weights."""

FLOORS = {"2020": 0.88, "2021": 0.85}
ORDINARY = ("olid_en/dev_train.jsonl.gz", "davidson_hate_en/dev.jsonl.gz")


def precision_at_5(ranked: Sequence[str], gold: Collection[str]) -> float:
    """Return the average precision of the first five."""
    right, total = 0, 0.0
    for place, found in enumerate(ranked[:5], 1):
        if found in gold:
            right += 1
            total += right / place
    return total / min(len(gold), 5)


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean."""
    return sum(values) / len(values)


def _gate(index: Index, task: str, plain: list[list[str]], repeats: list[list[str]]) -> list[Score]:
    stopped = sum(not index.passes(said) for said in plain)
    kept = sum(index.passes(said) for said in repeats)
    return [
        proportion(f"{task}: ordinary posts", "stopped by the gate", stopped, len(plain), 0.97),
        proportion(f"{task}: posts with a claim", "pass the gate", kept, len(repeats)),
    ]


def _none(task: str, floor: float | None, best: Best) -> list[Score]:
    """Score match or none."""
    ranked = [[(covered, wanted)] for covered, wanted, _ in best]
    called = [(wanted, right) for covered, wanted, right in best if covered >= MATCH]
    right, there = sum(right for _, right in called), sum(wanted for _, wanted, _ in best)
    return [
        bootstrap(f"{task}: match or none", "AP", ranked, average_precision, floor, rounds=100),
        proportion(f"{task}: matched", "right", right, len(called)),
        proportion(f"{task}: matched", "recall", right, there),
    ]


def checks_of(sets: Sets, year: str, made_by: Any = None) -> tuple[list[str], Ranker]:
    """Return the ids of one year's English checks, and what finds them."""
    checks = sets.rows(f"claims_clef{year}_snopes/claims.jsonl.gz")
    forms = [[row["claim"], f"{row['title']} {row.get('subtitle', '')}"] for row in checks]
    return [row["claim_id"] for row in checks], Ranker(forms, made_by)


Best = list[tuple[float, bool, bool]]
"""Of each post: how much of the best check is covered, is there a match, and is it the right one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was found for the posts of one part of a set: average precisions, best checks, words."""

    precisions: list[float]
    best: Best
    said: list[list[str]]


def ask(sets: Sets, year: str, part: str, ids: Sequence[str], ranker: Ranker) -> Asked:
    """Search the checks for each post of one part of a year's English set."""
    found = Asked([], [], [])
    for row in sets.rows(f"claims_clef{year}_snopes/{part}.jsonl.gz"):
        hits, query = ranker.search(row["text"]), words(row["text"])
        gold = {ids[ranker.same_as[ids.index(one)]] for one in row["gold"]}
        hit, covered = best_of(ranker.index, hits[:SHOWN], query)
        found.precisions.append(precision_at_5([ids[hit.number] for hit in hits], gold))
        found.best.append((covered, True, hit is not None and ids[hit.number] in gold))
        found.said.append(query)
    return found


def ranking(task: str, found: Asked, floor: float | None) -> Score:
    """Return MAP@5 of what was found."""
    return bootstrap(task, "MAP@5", [[one] for one in found.precisions], mean, floor)


def english(sets: Sets, year: str, made_by: Any = None, floor: float | None = None) -> list[Score]:
    """Return the scores on one year of the English sets.

    Args:
        sets: the labelled data.
        year: ``2020`` or ``2021``.
        made_by: an encoder of meanings; first stage and gate, which know none, are left out then.
        floor: the least that MAP@5 is to be.
    """
    ids, ranker = checks_of(sets, year, made_by)
    if not ids:
        return []
    task = f"claims {year}{', with the extra' if made_by is not None else ''}"
    scores: list[Score] = []
    best: Best = []
    said: list[list[str]] = []
    for part in PARTS:
        found = ask(sets, year, part, ids, ranker)
        scores.append(ranking(f"{task} {part}", found, floor))
        best += found.best
        said += found.said
    told = [row["text"] for name in ORDINARY for row in sets.rows(name)[:3000]]
    for text in told[::4]:
        covered = best_of(ranker.index, ranker.search(text, SHOWN), words(text))[1]
        best.append((covered, False, False))
    scores += _none(task, 0.9, best) if told else []
    if made_by is None:
        scores.append(_speed(task, ranker.index, said))
        scores += _gate(ranker.index, task, [words(text) for text in told], said) if told else []
    return scores


def _speed(task: str, index: Index, asked: Sequence[Sequence[str]]) -> Score:
    started = time.process_time()
    for query in asked:
        index.search(query, CONSIDERED)
    rate = len(asked) / (time.process_time() - started)
    return Score(f"{task}, first stage", len(asked), "queries/CPU-s", rate, floor=1500)


def _quoted(analysis: str) -> str:
    found = _QUOTED.search(analysis)
    return found.group(1) if found else ""


def chinese(sets: Sets) -> list[Score]:
    """Return the scores on the Chinese set, which is searched by words alone."""
    checks = sets.rows("claims_zh_checked/dev_kb.jsonl.gz")
    if not checks:
        return []
    task = "claims zh"
    ranker = Ranker([[row["claim"], _quoted(row["analysis"])] for row in checks])
    best, said, right = [], [], 0
    for row in sets.rows("claims_zh_checked/dev_queries.jsonl.gz"):
        query, now = words(row["text"]), row["ts"]
        hits = ranker.search(row["text"], SHOWN, lambda number: bool(checks[number]["first_ts"] <= now))  # noqa: B023
        found, covered = best_of(ranker.index, hits, query)
        best.append(
            (
                covered,
                bool(row["gold"]),
                found is not None and checks[found.number]["claim_id"] in row["gold"],
            )
        )
        if row["gold"]:
            said.append(query)
            right += bool(hits) and checks[hits[0].number]["claim_id"] in row["gold"]
    scores = [proportion(task, "hit@1", right, len(said), 0.92), *_none(task, 0.9, best)]
    plain = [words(row["text"]) for row in sets.rows("ced_weibo/dev_posts.jsonl.gz")]
    return scores + (_gate(ranker.index, task, plain, said) if plain else [])


def evaluate(sets: Sets) -> list[Score]:
    """Return what each task gives, the English ones again with the extra ``claims`` where it is installed.

    The ranking is held to its floors in the best form that is installed.
    """
    extra = encoder()
    scores: list[Score] = []
    for year, floor in FLOORS.items():
        scores += english(sets, year, floor=floor if extra is None else None)
        scores += english(sets, year, extra, floor) if extra is not None else []
    return scores + chinese(sets)
