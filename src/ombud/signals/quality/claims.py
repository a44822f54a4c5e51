"""Measures ``claims``: ranking of published checks, match or none, the gate, and speed.

Of a Chinese check the wording is the claim as registered and as its text quotes it, which is
what an operator would register; only checks older than the post are asked.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from ombud.signals.claims.index import Hit, Index
from ombud.signals.claims.session import MATCH
from ombud.signals.claims.words import words
from ombud.signals.eval import Score, bootstrap, proportion
from ombud.signals.quality.copies import average_precision
from ombud.signals.sets import Sets

_QUOTED = re.compile('[称“"]+[“"](.{6,200}?)[”"]')

FLOORS = {"2020": 0.88, "2021": 0.85}
ORDINARY = ("olid_en/dev_train.jsonl.gz", "davidson_hate_en/dev.jsonl.gz")


def precision_at_5(ranked: Sequence[str], gold: Sequence[str]) -> float:
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


def _none(task: str, floor: float | None, hits: list[tuple[Hit | None, bool, bool]]) -> list[Score]:
    """Score match or none: (best hit, there is a match, it is the right one)."""
    ranked = [[(hit.covered if hit else 0.0, wanted)] for hit, wanted, _ in hits]
    called = [(wanted, right) for hit, wanted, right in hits if hit is not None and hit.covered >= MATCH]
    right, there = sum(right for _, right in called), sum(wanted for _, wanted, _ in hits)
    return [
        bootstrap(f"{task}: match or none", "AP", ranked, average_precision, floor, rounds=100),
        proportion(f"{task}: matched", "right", right, len(called)),
        proportion(f"{task}: matched", "recall", right, there),
    ]


def english(sets: Sets, year: str) -> list[Score]:
    """Return the scores on one year of the English sets."""
    folder = f"claims_clef{year}_snopes"
    checks = sets.rows(f"{folder}/claims.jsonl.gz")
    if not checks:
        return []
    index = Index(
        [[words(row["claim"]), words(f"{row['title']} {row.get('subtitle', '')}")] for row in checks]
    )
    scores, said, hits = [], [], []
    for part in ("dev_dev", "dev_train"):
        queries = sets.rows(f"{folder}/{part}.jsonl.gz")
        asked = [words(row["text"]) for row in queries]
        started = time.process_time()
        found = [index.search(query) for query in asked]
        rate = len(queries) / (time.process_time() - started)
        ranked = [[checks[hit.number]["claim_id"] for hit in some] for some in found]
        each = [precision_at_5(one, row["gold"]) for one, row in zip(ranked, queries, strict=True)]
        task = f"claims {year} {part}"
        scores.append(bootstrap(task, "MAP@5", [[one] for one in each], mean, FLOORS[year]))
        scores.append(Score(task, len(queries), "queries/CPU-s", rate, floor=1500))
        said += asked
        hits += [
            (some[0] if some else None, True, bool(one) and one[0] in row["gold"])
            for some, one, row in zip(found, ranked, queries, strict=True)
        ]
    plain = [words(row["text"]) for name in ORDINARY for row in sets.rows(name)[:3000]]
    if plain:
        hits += [(next(iter(index.search(query, 1)), None), False, False) for query in plain[::4]]
        scores += [*_none(f"claims {year}", 0.9, hits), *_gate(index, f"claims {year}", plain, said)]
    return scores


def _quoted(analysis: str) -> str:
    found = _QUOTED.search(analysis)
    return found.group(1) if found else ""


def chinese(sets: Sets) -> list[Score]:
    """Return the scores on the Chinese set."""
    checks = sets.rows("claims_zh_checked/dev_kb.jsonl.gz")
    if not checks:
        return []
    quoted = [_quoted(row["analysis"]) for row in checks]
    index = Index([[words(row["claim"]), words(other)] for row, other in zip(checks, quoted, strict=True)])
    hits: list[tuple[Hit | None, bool, bool]] = []
    said = []
    for row in sets.rows("claims_zh_checked/dev_queries.jsonl.gz"):
        query = words(row["text"])
        found = [hit for hit in index.search(query) if checks[hit.number]["first_ts"] <= row["ts"]]
        best = found[0] if found else None
        right_one = best is not None and checks[best.number]["claim_id"] in row["gold"]
        hits.append((best, bool(row["gold"]), right_one))
        if row["gold"]:
            said.append(query)
    right = sum(right for _, _, right in hits)
    scores = [proportion("claims zh", "hit@1", right, len(said), 0.92), *_none("claims zh", 0.9, hits)]
    plain = [words(row["text"]) for row in sets.rows("ced_weibo/dev_posts.jsonl.gz")]
    return scores + (_gate(index, "claims zh", plain, said) if plain else [])


def evaluate(sets: Sets) -> list[Score]:
    """Return what each task gives; a set that is absent is left out."""
    return [*english(sets, "2020"), *english(sets, "2021"), *chinese(sets)]
