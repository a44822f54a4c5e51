"""Measures ``claims``: ranking of published checks, match or none, the gate, and speed.

Of a Chinese check the wording is the claim as registered and as its text quotes it, which is
what an operator would register; only checks older than the post are asked.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Sequence
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


def _none(task: str, floor: float | None, best: list[tuple[float, bool, bool]]) -> list[Score]:
    """Score match or none: (how much the best check is covered, there is a match, it is the right one)."""
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


def english(sets: Sets, year: str, made_by: Any = None) -> list[Score]:
    """Return the scores on one year of the English sets."""
    ids, ranker = checks_of(sets, year, made_by)
    if not ids:
        return []
    task = f"claims {year}{', with the extra' if made_by is not None else ''}"
    scores, said, best = [], [], []
    for part in ("dev_dev", "dev_train"):
        queries = sets.rows(f"claims_clef{year}_snopes/{part}.jsonl.gz")
        each = []
        for row in queries:
            hits, query = ranker.search(row["text"]), words(row["text"])
            gold = {ids[ranker.same_as[ids.index(one)]] for one in row["gold"]}
            each.append(precision_at_5([ids[hit.number] for hit in hits], gold))
            found, covered = best_of(ranker.index, hits[:SHOWN], query)
            best.append((covered, True, found is not None and ids[found.number] in gold))
            said.append(query)
        scores.append(bootstrap(f"{task} {part}", "MAP@5", [[one] for one in each], mean, FLOORS[year]))
    scores.append(_speed(task, ranker.index, said))
    told = [row["text"] for name in ORDINARY for row in sets.rows(name)[:3000]]
    if told:
        plain = [words(text) for text in told]
        best += [
            (best_of(ranker.index, ranker.search(text, SHOWN), words(text))[1], False, False)
            for text in told[::4]
        ]
        scores += [*_none(task, 0.9, best), *_gate(ranker.index, task, plain, said)]
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


def chinese(sets: Sets, made_by: Any = None) -> list[Score]:
    """Return the scores on the Chinese set."""
    checks = sets.rows("claims_zh_checked/dev_kb.jsonl.gz")
    if not checks:
        return []
    task = f"claims zh{', with the extra' if made_by is not None else ''}"
    ranker = Ranker([[row["claim"], _quoted(row["analysis"])] for row in checks], made_by)
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
    """Return what each task gives, and again with the extra ``claims`` where it is installed."""
    scores: list[Score] = []
    for made_by in (None, encoder()) if encoder() is not None else (None,):
        scores += [*english(sets, "2020", made_by), *english(sets, "2021", made_by), *chinese(sets, made_by)]
    return scores
